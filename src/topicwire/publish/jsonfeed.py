"""A page as JSON Feed 1.1 (jsonfeed.org)."""

from typing import Any

import orjson

from topicwire.model.document import Format
from topicwire.model.wire import Enclosure
from topicwire.publish.compose import ICON, SMALL_ICON, FeedPage
from topicwire.publish.item import Credit, FeedItem, Grounds


def render(page: FeedPage) -> bytes:
    """Return the page as a JSON Feed document in UTF-8, without a byte order mark."""
    document = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": page.title,
        "description": page.subtitle,
        "home_page_url": page.url(Format.HTML),
        "feed_url": page.url(Format.JSON),
        **_said(
            next_url=page.url(Format.JSON, page=page.older) if page.older else None,
            hubs=[{"type": "WebSub", "url": page.hub}] if page.hub else [],
        ),
        "icon": page.site.url(ICON),
        "favicon": page.site.url(SMALL_ICON),
        "language": page.language,
        "authors": [{"name": page.site.title, "url": page.site.url("/")}],
        "_topicwire": {
            "about": page.site.url("/"),
            "id": page.id,
            "version": page.site.version,
            "updated": page.updated.isoformat(),
            "rights": page.rights,
            **_archive(page),
        },
        "items": [_item(item, about=page.site.url("/")) for item in page.items],
    }
    return orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _archive(page: FeedPage) -> dict[str, Any]:
    """Say what Atom says by RFC 5005 and RFC 6721: where the archive goes on, and what is gone."""
    return _said(
        archive=bool(page.page),
        current_url=page.url(Format.JSON, page=0) if page.page else None,
        newer_url=page.url(Format.JSON, page=page.newer) if page.newer else None,
        departed=[{"id": each.id, "when": each.when.isoformat()} for each in page.departed],
    )


def _item(item: FeedItem, *, about: str) -> dict[str, Any]:
    return _said(
        id=item.id,
        url=item.url,
        title=item.title,
        content_html=item.body_html,
        summary=item.excerpt,
        date_published=item.published.isoformat(),
        date_modified=item.updated.isoformat(),
        authors=[{"name": name} for name in item.authors],
        tags=list(item.tags),
        language=item.lang,
        attachments=[_attachment(enclosure) for enclosure in item.enclosures],
        _source={"about": about}
        | _source(item.source)
        | _said(rights=item.rights, also=[_source(credit) for credit in item.also]),
        _topicwire=_verdict(item.grounds, about=about),
    )


def _verdict(grounds: Grounds | None, *, about: str) -> dict[str, Any]:
    """Say why an entry is there, in words of our own that programs can read."""
    if grounds is None:
        return {}
    if grounds.score is None:
        return {"about": about, "by": "editor"}
    reasons = (
        {"clause": r.clause, "matched": r.matched, "zone": r.zone.value, "count": r.count}
        for r in grounds.reasons
    )
    return {"about": about, "score": grounds.score, "reasons": list(reasons)}


def _source(credit: Credit) -> dict[str, Any]:
    return _said(
        id=credit.id,
        title=credit.title,
        feed_url=credit.feed_url,
        home_page_url=credit.site,
        item_url=credit.entry_url,
    )


def _attachment(enclosure: Enclosure) -> dict[str, Any]:
    return _said(
        url=enclosure.url,
        mime_type=enclosure.type,
        size_in_bytes=enclosure.length,
        duration_in_seconds=enclosure.duration,
    )


def _said(**values: Any) -> dict[str, Any]:
    """Return the values that say something: absent keys rather than nulls and empty lists."""
    return {key: value for key, value in values.items() if value}
