"""What a stranger's program reads in a document, and what it ought to read, side by side."""

import json
from calendar import timegm
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

import feedparser

from topicwire.model.document import Format
from topicwire.model.wire import Enclosure
from topicwire.publish.compose import FeedPage
from topicwire.publish.item import FeedItem
from topicwire.publish.wording import without_players


@dataclass(frozen=True, slots=True)
class ReadEntry:
    """An entry as it is read; times are whole seconds. RSS has no `updated`, only JSON durations."""

    id: str
    title: str
    link: str | None
    lang: str | None
    published: datetime
    updated: datetime | None
    authors: tuple[str, ...]
    body: str
    tags: tuple[str, ...]
    enclosures: frozenset[Enclosure]


def published(page: FeedPage, form: Format) -> list[ReadEntry]:
    """Return what ought to be read of every entry of a page."""
    return [_published(item, form) for item in page.items]


def _published(item: FeedItem, form: Format) -> ReadEntry:
    is_json = form is Format.JSON
    return ReadEntry(
        id=item.id,
        title=item.title,
        link=item.url,
        lang=item.lang,
        published=item.published.replace(microsecond=0),
        updated=None if form is Format.RSS else item.updated.replace(microsecond=0),
        # feedparser takes a name with an at sign apart.
        authors=item.authors if is_json or not any("@" in name for name in item.authors) else (),
        body=(item.body_html if is_json else without_players(item.body_html)).strip(),
        tags=item.tags,
        enclosures=frozenset(
            each if is_json else replace(each, duration=0) for each in item.enclosures
        ),
    )


def reread(body: bytes, form: Format) -> list[ReadEntry]:
    """Return the entries of a document as feedparser, or any reader of JSON, finds them."""
    if form is Format.JSON:
        return [_item(each) for each in json.loads(body)["items"]]
    feed = feedparser.parse(BytesIO(body), sanitize_html=False, resolve_relative_uris=False)
    assert not feed.bozo
    return [_entry(each, form, feed.feed.language) for each in feed.entries]


def _item(given: dict[str, Any]) -> ReadEntry:
    return ReadEntry(
        id=given["id"],
        title=given["title"],
        link=given.get("url"),
        lang=given.get("language"),
        published=datetime.fromisoformat(given["date_published"]).replace(microsecond=0),
        updated=datetime.fromisoformat(given["date_modified"]).replace(microsecond=0),
        authors=tuple(each["name"] for each in given.get("authors", ())),
        body=given.get("content_html", "").strip(),
        tags=tuple(given.get("tags", ())),
        enclosures=frozenset(
            Enclosure(
                each["url"],
                each["mime_type"],
                each.get("size_in_bytes", 0),
                each.get("duration_in_seconds", 0),
            )
            for each in given.get("attachments", ())
        ),
    )


def _entry(given: Any, form: Format, language: str) -> ReadEntry:
    links = given.get("links", ())
    names = tuple(each["name"] for each in given.get("authors", ()) if each.get("name"))
    lang = given.title_detail.language
    return ReadEntry(
        id=given.id,
        title=given.title,
        # `link` may be the id instead.
        link=next((link.href for link in links if link.rel == "alternate"), None),
        lang=None if lang in {language, None} else lang,
        published=_moment(given.published_parsed),
        updated=None if form is Format.RSS else _moment(given.updated_parsed),
        authors=()
        if any("@" in name or "email" in each for each, name in _named(given))
        else names,
        body=given.content[0].value if "content" in given else given.get("summary", ""),
        tags=tuple(each.term for each in given.get("tags", ())),
        enclosures=frozenset(
            Enclosure(
                url, each.get("type", ""), int(each.get("length") or each.get("filesize") or 0)
            )
            for each in (
                *(link for link in links if link.rel == "enclosure"),
                *given.get("media_content", ()),
            )
            if (url := each.get("href") or each.get("url"))
        ),
    )


def _named(given: Any) -> list[tuple[Any, str]]:
    return [(each, each.get("name") or "") for each in given.get("authors", ())]


def _moment(given: Any) -> datetime:
    return datetime.fromtimestamp(timegm(given), UTC)
