"""How everything is, as documents: the page, the same as JSON, and what is wrong as a feed."""

from collections.abc import Callable

from topicwire.model.document import Document, Format
from topicwire.model.status import Status
from topicwire.publish import facts, ops, status
from topicwire.publish.compose import Site
from topicwire.publish.headers import MEDIA_TYPES
from topicwire.publish.run.documents import document

_JSON = "application/json"


class Overview:
    """Renders how everything is; `look` tells it."""

    def __init__(self, look: Callable[[], Status], site: Site) -> None:
        self._look = look
        self._site = site

    def page(self) -> Document:
        """Return the page for people."""
        seen = self._look()
        return document(status.render(seen, self._site), MEDIA_TYPES[Format.HTML], seen.at)

    def facts(self) -> Document:
        """Return the same for programs, as JSON."""
        seen = self._look()
        return document(facts.render(seen), _JSON, seen.at)

    def feed(self) -> Document:
        """Return what is wrong, and what no longer is, as an Atom feed."""
        incidents = self._look().incidents
        body = ops.render(incidents, self._site)
        return document(body, MEDIA_TYPES[Format.ATOM], ops.updated(incidents))
