"""What an XML feed says of itself that feedparser does not hear.

When not to ask (RSS `skipHours` and `skipDays`), that it is complete (RFC 5005), and what it has
taken back (RFC 6721). Each search takes time in proportion to the text.
"""

import re
from collections.abc import Iterator
from html import unescape

from topicwire.ingest.dates import moment
from topicwire.model.wire import Retraction

HEAD = 50_000  # characters in which a channel says when not to ask
MOST_RETRACTIONS = 500
MIDNIGHT = 24
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
HISTORY = "http://purl.org/syndication/history/1.0"
TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"

# What is looked for in the whole document, not in its head alone.
OF_THE_WHOLE = re.compile(r"purl\.org/(?:syndication/history|atompub/tombstones)/")
SKIPS = re.compile(r"(?i)<skip(?:hours|days)")
SKIP_HOURS = re.compile(r"(?is)<skipHours\s*>(.{0,3000}?)</skipHours")
SKIP_DAYS = re.compile(r"(?is)<skipDays\s*>(.{0,3000}?)</skipDays")
HOUR = re.compile(r"(?i)<hour\s*>\s*(\d{1,2})\s*</hour")
DAY = re.compile(r"(?i)<day\s*>\s*([a-z]+)\s*</day")
PREFIX = r"xmlns:([\w.-]+)\s*=\s*[\"']{}/?[\"']"
ATTRIBUTE = re.compile(r"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def skip_hours(text: str) -> tuple[int, ...]:
    """Return the hours of the day, 0 to 23 in UTC, at which the feed asks not to be read.

    RSS 0.92 counted to 24 for midnight.
    """
    hours = _inside(text, SKIP_HOURS, HOUR)
    return tuple(sorted({int(each) % MIDNIGHT for each in hours if int(each) <= MIDNIGHT}))


def skip_days(text: str) -> tuple[int, ...]:
    """Return the days, 0 for Monday, in UTC, on which the feed asks not to be read."""
    days = (each.lower() for each in _inside(text, SKIP_DAYS, DAY))
    return tuple(sorted({DAYS.index(each) for each in days if each in DAYS}))


def is_complete(text: str) -> bool:
    """Whether the feed holds all that there is (`fh:complete`): what it lacks is gone."""
    head = text[:HEAD]
    return any(
        re.search(rf"<{re.escape(p)}:complete[\s/>]", head) for p in _prefixes(head, HISTORY)
    )


def retractions(text: str) -> tuple[Retraction, ...]:
    """Return the entries that the feed says are deleted, by their ids."""
    found: list[Retraction] = []
    for prefix in _prefixes(text[:HEAD], TOMBSTONES):
        tags = re.compile(rf"<{re.escape(prefix)}:deleted-entry\s([^<>]{{0,5000}})>")
        for tag in tags.finditer(text):
            given = {name: first or second for name, first, second in ATTRIBUTE.findall(tag[1])}
            uid = unescape(given.get("ref", "")).strip()
            if uid and len(found) < MOST_RETRACTIONS:
                found.append(Retraction(uid, moment(given.get("when", ""))))
    return tuple(found)


def _inside(text: str, outer: re.Pattern[str], inner: re.Pattern[str]) -> list[str]:
    found = outer.search(text[:HEAD])
    return inner.findall(found[1]) if found else []


def _prefixes(text: str, namespace: str) -> Iterator[str]:
    """Yield the prefixes that stand for a namespace."""
    found = re.findall(PREFIX.format(re.escape(namespace)), text)
    yield from dict.fromkeys(found)
