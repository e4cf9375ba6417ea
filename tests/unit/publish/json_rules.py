"""The rules of JSON Feed 1.1 (jsonfeed.org), for what we emit."""

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from unit.publish.common_rules import BAD, LANGUAGE, MIME, URI

VERSION = "https://jsonfeed.org/version/1.1"
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)")
URL = re.compile(rf"(?=https?://[^/]){URI.pattern}")

TEXT, WEB, WHEN, KIND, TONGUE = "text", "web", "when", "kind", "tongue"
PATTERNS = {
    TEXT: re.compile(r"(?s).+"),
    WEB: URL,
    WHEN: TIME,
    KIND: MIME,
    TONGUE: LANGUAGE,
}
AUTHOR = {"name": TEXT, "url": WEB, "avatar": WEB}
HUB = {"type": TEXT, "url": WEB}
ATTACHMENT = {
    "url": WEB,
    "mime_type": KIND,
    "title": TEXT,
    "size_in_bytes": int,
    "duration_in_seconds": int,
}
ITEM = {
    "id": TEXT,
    "url": WEB,
    "external_url": WEB,
    "title": TEXT,
    "content_html": TEXT,
    "summary": TEXT,
    "date_published": WHEN,
    "date_modified": WHEN,
    "authors": [AUTHOR],
    "tags": [TEXT],
    "language": TONGUE,
    "attachments": [ATTACHMENT],
}
FEED = {
    "version": TEXT,
    "title": TEXT,
    "home_page_url": WEB,
    "feed_url": WEB,
    "description": TEXT,
    "next_url": WEB,
    "icon": WEB,
    "favicon": WEB,
    "authors": [AUTHOR],
    "language": TONGUE,
    "hubs": [HUB],
    "items": [ITEM],
}


def json_findings(body: bytes) -> list[str]:
    """Return what is wrong with a JSON Feed document."""
    feed = json.loads(body)
    found = list(_against(FEED, feed, "feed"))
    if body.startswith(b"\xef\xbb\xbf"):
        found.append("byte order mark")
    if feed.get("version") != VERSION:
        found.append("version")
    found += [f"missing {key}" for key in ("title", "items", "feed_url") if key not in feed]
    if feed.get("next_url") == feed.get("feed_url"):
        found.append("next_url leads nowhere")
    ids = Counter(item.get("id") for item in feed.get("items", ()))
    found += [f"id of {count} items: {each}" for each, count in ids.items() if count > 1]
    for item in feed.get("items", ()):
        found += [f"missing {key}" for key in ("id", "content_html") if key not in item]
    return found


def _against(rules: Mapping[str, Any], given: Mapping[str, Any], where: str) -> Iterator[str]:
    """Yield the values that are not as the rules have them; extensions are objects of any kind."""
    for key, value in given.items():
        if key.startswith("_"):
            if not isinstance(value, dict):
                yield f"{where}.{key} is no object"
        elif key not in rules:
            yield f"{where}.{key} is unknown"
        else:
            yield from _value(rules[key], value, f"{where}.{key}")


def _value(rule: Any, value: Any, where: str) -> Iterator[str]:
    if isinstance(rule, list):
        if not isinstance(value, list):
            yield f"{where} is no list"
        else:
            for each in value:
                yield from _value(rule[0], each, where)
    elif isinstance(rule, dict):
        yield from _against(rule, value, where)
    elif rule is int:
        if not (isinstance(value, int) and value > 0):
            yield f"{where}: {value}"
    elif not (isinstance(value, str) and PATTERNS[rule].fullmatch(value)) or BAD.search(value):
        yield f"{where}: {value}"
