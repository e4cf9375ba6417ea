"""Our sources as a subscription list (OPML 2.0) that other readers, and we ourselves, can import."""

from collections.abc import Iterable
from datetime import datetime
from email.utils import format_datetime

from lxml.etree import Element, SubElement, _Element, tostring

from topicwire.model.wire import Polled

NAMESPACE = "https://topicwire.org/ns/opml"  # as in ingest/opml.py, which reads it back
ID = f"{{{NAMESPACE}}}id"


def render(sources: Iterable[Polled], *, title: str, made: datetime) -> bytes:
    """Return the sources as an OPML document in UTF-8, in folders by their first tag.

    A tag with slashes is a folder within a folder; all tags stand in `category` as well.
    """
    root = Element("opml", version="2.0", nsmap={"topicwire": NAMESPACE})
    head = SubElement(root, "head")
    SubElement(head, "title").text = title
    SubElement(head, "dateCreated").text = format_datetime(made)
    SubElement(head, "docs").text = "https://opml.org/spec2.opml"
    body = SubElement(root, "body")
    folders: dict[tuple[str, ...], _Element] = {(): body}
    for polled in sources:
        first = next(iter(polled.source.tags), "")
        SubElement(
            _folder(folders, tuple(filter(None, first.split("/")))), "outline", _outline(polled)
        )
    if len(body) == 0:
        SubElement(body, "outline", {"text": "There is no source yet."})
    return tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)


def _folder(folders: dict[tuple[str, ...], _Element], path: tuple[str, ...]) -> _Element:
    """Return the folder at that path, made if it is not there yet."""
    if path not in folders:
        outer = _folder(folders, path[:-1])
        folders[path] = SubElement(outer, "outline", {"text": path[-1], "title": path[-1]})
    return folders[path]


def _outline(polled: Polled) -> dict[str, str]:
    source = polled.source
    given = {
        "text": polled.title,
        "title": polled.title,
        "type": "rss",
        "xmlUrl": source.url,
        "htmlUrl": polled.site or "",
        "category": ",".join(map(_category, source.tags)),
        ID: source.id,
    }
    return {name: value for name, value in given.items() if value}


def _category(tag: str) -> str:
    """Return a tag as OPML writes a category: a nested one begins with a slash."""
    return ("/" if "/" in tag else "") + tag.replace(",", "%2C")
