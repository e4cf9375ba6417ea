"""JSON Feed 1.0 and 1.1 (jsonfeed.org): what the document says."""

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from topicwire.errors import ParseError
from topicwire.ingest.charset import printable
from topicwire.ingest.dates import moment
from topicwire.ingest.raw import Markup, RawEntry, RawFeed
from topicwire.model.wire import Enclosure

LARGEST = 1 << 50  # bytes
PERMALINK = re.compile(r"(?i)https?://")  # an id that is the item's address
VERSION = "jsonfeed.org/version/1"


def parse(text: str) -> RawFeed:
    """Return what the document says; what it has of unknown kind is passed over.

    Raises:
        ParseError: it is no JSON, or no JSON Feed.
    """
    return feed_of(document_of(text))


def document_of(text: str) -> dict[str, Any]:
    """Return the document as it is.

    Raises:
        ParseError: it is no JSON, or no JSON Feed.
    """
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ParseError(f"the document begins like JSON, but cannot be read: {error}") from error
    if not isinstance(document, dict) or VERSION not in _text(document.get("version")):
        raise ParseError("the document is JSON, but no JSON Feed; check the address of the feed")
    return document


def feed_of(document: dict[str, Any]) -> RawFeed:
    """Return what a document says; what it has of unknown kind is passed over."""
    items = [each for each in _list(document.get("items")) if isinstance(each, dict)]
    entries = tuple(_raw_entry(item) for item in items if _identity(item))
    return RawFeed(
        format="json11" if _text(document["version"]).rstrip("/").endswith("1.1") else "json10",
        title=_markup(document.get("title"), is_html=False),
        site=_text(document.get("home_page_url")) or None,
        id=_text(document.get("feed_url")) or None,
        lang=_text(document.get("language")) or None,
        authors=_authors(document),
        hub=_hub(document),
        self_url=_text(document.get("feed_url")) or None,
        older=_text(document.get("next_url")) or None,
        entries=entries,
        warnings=_warnings(len(items) - len(entries)),
    )


def _hub(document: dict[str, Any]) -> str | None:
    """Return the address of the first WebSub hub, if any."""
    hubs = [each for each in _list(document.get("hubs")) if isinstance(each, dict)]
    named = (_text(each.get("url")) for each in hubs if _text(each.get("type")).lower() == "websub")
    return next(filter(None, named), None)


def _raw_entry(item: dict[str, Any]) -> RawEntry:
    content = _markup(item.get("content_html"), is_html=True)
    plain = _markup(item.get("content_text"), is_html=False)
    summary = _markup(item.get("summary"), is_html=False)
    own_id = _identity(item)
    permalink = own_id if PERMALINK.match(own_id) else None
    return RawEntry(
        id=own_id,
        link=_text(item.get("url")) or _text(item.get("external_url")) or permalink,
        title=_markup(item.get("title"), is_html=False),
        summary=summary or (plain if content else None),
        content=content or plain,
        authors=_authors(item),
        published=_moment(item.get("date_published")),
        updated=_moment(item.get("date_modified")),
        lang=_text(item.get("language")) or None,
        tags=tuple(filter(None, map(_text, _list(item.get("tags"))))),
        enclosures=tuple(_enclosures(item)),
    )


def _identity(item: dict[str, Any]) -> str:
    """Return an item's id, numbers as the text they are written with; "" when it has none."""
    given = item.get("id")
    is_number = isinstance(given, int | float) and not isinstance(given, bool)
    return json.dumps(given) if is_number else _text(given).strip()


def _authors(element: dict[str, Any]) -> tuple[str, ...]:
    """Return the authors' names: of `authors` (1.1), else of `author` (1.0)."""
    given = _list(element.get("authors")) or [element.get("author")]
    names = (_text(author.get("name")) for author in given if isinstance(author, dict))
    return tuple(filter(None, names))


def _enclosures(item: dict[str, Any]) -> Iterator[Enclosure]:
    """Yield the attachments, then the images."""
    for each in _list(item.get("attachments")):
        if isinstance(each, dict):
            address, kind = _text(each.get("url")), _text(each.get("mime_type"))
            size, duration = each.get("size_in_bytes"), each.get("duration_in_seconds")
            yield Enclosure(address, kind, _size(size), _size(duration))
    for name in ("image", "banner_image"):
        if address := _text(item.get(name)):
            yield Enclosure(address, "image")


def _size(given: object) -> int:
    """Return a number of bytes or seconds, 0 for what cannot be one."""
    return int(given) if isinstance(given, int | float) and 0 < given < LARGEST else 0


def _markup(given: object, *, is_html: bool) -> Markup | None:
    value = _text(given)
    return Markup(value, is_html=is_html) if value.strip() else None


def _moment(given: object) -> datetime | None:
    return moment(_text(given))


def _text(given: object) -> str:
    return printable(given) if isinstance(given, str) else ""


def _list(given: object) -> list[Any]:
    return given if isinstance(given, list) else []


def _warnings(dropped: int) -> tuple[str, ...]:
    return (f"{dropped} items without an id were passed over",) if dropped else ()
