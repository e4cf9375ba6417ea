"""The public site as a host of static files sees it: addresses, their files, and what moved."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import unquote

from topicwire.model.document import Format, TopicState, heir
from topicwire.publish.compose import topic_path

ROBOTS = b"User-agent: *\nAllow: /\n"

FEEDS = (Format.ATOM, Format.RSS, Format.JSON)
FORMATS = (*FEEDS, Format.HTML)


@dataclass(frozen=True, slots=True)
class Place:
    """An address of a topic's document: `page` is 0 for the current one, else of the archive."""

    topic_id: str
    form: Format
    page: int = 0

    @property
    def path(self) -> str:
        """The path below the site's base."""
        return topic_path(self.topic_id, self.form, page=self.page)

    @property
    def file(self) -> str:
        """The file that holds the document, relative to the site's folder."""
        return file_of(self.path)


@dataclass(frozen=True, slots=True)
class Moves:
    """Topics that are no longer where they were: renamed ones by old and new id, and gone ones."""

    renamed: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()


def file_of(path: str) -> str:
    """Return the file that holds the document of a path: pages have no suffix, their files do."""
    if path == "/":
        return "index.html"
    name = unquote(path).removeprefix("/")
    return name if "." in name.rpartition("/")[2] else f"{name}.html"


def public(states: Iterable[TopicState]) -> tuple[TopicState, ...]:
    """Return the topics that everybody may read."""
    return tuple(each for each in states if not (each.is_removed or each.is_private))


def places(state: TopicState) -> Iterator[Place]:
    """Yield the addresses of a topic, the archive's first: the current document links to them."""
    for page in (*range(1, state.pages + 1), 0):
        for form in FORMATS:
            yield Place(state.id, form, page)


def moves(states: Iterable[TopicState]) -> Moves:
    """Return what became of the topics that are no more; of private ones nothing is told.

    A topic that was renamed twice leads to its last name. One whose successor is private, or
    gone, is gone.
    """
    known = {each.id: each for each in states}
    left = tuple(each for each in known.values() if each.is_removed and not each.is_private)
    ends = {each.id: _end(each, known) for each in left}
    return Moves(
        renamed=tuple((old, new) for old, new in ends.items() if new is not None),
        gone=tuple(old for old, new in ends.items() if new is None),
    )


def _end(state: TopicState, known: dict[str, TopicState]) -> str | None:
    end = heir(state, known.get)
    return None if end.is_removed or end.is_private else end.id
