"""How pages are made of templates, and the files that they link to."""

from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from topicwire.publish.compose import RIGHTS, Site
from topicwire.publish.days import day_words, exact, short_day

MOTTO = "Columns from many sources, collected by topic."

_PACKAGE, _FOLDER = "topicwire.publish", "templates"
_LOADER = PackageLoader(_PACKAGE, _FOLDER)


@dataclass(frozen=True, slots=True)
class Head:
    """What the head of a page says of it.

    `address` is None for a page that is not to be found by search. `is_first` is the page that
    all others lead back to.
    """

    title: str
    description: str
    address: str | None = None
    language: str = "en"
    is_first: bool = False


def rendered(name: str, head: Head, site: Site, **values: object) -> bytes:
    """Return a page as HTML in UTF-8, from the template of that name."""
    return _templates().get_template(name).render(head=head, site=site, **values).encode()


def asset(name: str) -> bytes:
    """Return a file that the pages link to."""
    return files(_PACKAGE).joinpath(_FOLDER, name).read_bytes()


@cache
def _templates() -> Environment:
    templates = Environment(
        loader=_LOADER,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    templates.filters |= {"day_words": day_words, "short_day": short_day, "exact": exact}
    # The address of the stylesheet changes with it, so that it may be cached for ever.
    digest = blake2b(asset("style.css"), digest_size=6).hexdigest()
    templates.globals |= {"rights": RIGHTS, "motto": MOTTO, "style": f"/style.css?v={digest}"}
    return templates
