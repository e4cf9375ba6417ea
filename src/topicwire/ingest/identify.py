"""Which entry is this, when was it written, and is it still the same?"""

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from statistics import median

from topicwire.ingest.raw import RawEntry
from topicwire.model.catalogue import FullText
from topicwire.model.wire import Enclosure, Entry, Item

LONGEST_ID = 2_000  # bytes; a longer one is known by its digest
LONGEST_TITLE = 100  # characters, of a title made from the text
LATEST = 20  # entries that tell how often a source writes
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)  # no feed is older
AHEAD = timedelta(minutes=10)  # that a clock may be fast
COMMON = 3  # entries sharing an id that is none
WAY = "4"  # of making fingerprints: what was made in another way says nothing of an edit
FEWEST_WORDS = 8  # by which one column can be told from another
TEASER = 600  # characters, below which a text may be the beginning of one
RECENT = timedelta(days=7)  # age of an entry whose page is still worth fetching
MOST_WANTED = 20  # pages of one document's entries
WORD = re.compile(r"\w+")
# What changes on a page that nobody edits: counters, and times that are told from now.
VOLATILE_HINTS = (
    " ago",
    " comment",
    " repl",
    " share",
    " like",
    " view",
    " read",
    " reaction",
    " clap",
)
VOLATILE = re.compile(
    r"\b(?:\d[\d.,]*[km]?\s+(?:comments?|replies|shares?|likes?|views?|reads?|reactions?|claps?)"
    r"|(?:\d+|an?|a\sfew|several)\s+(?:seconds?|min(?:ute)?s?|h(?:ou)?rs?|days?|weeks?|months?)\s+ago)\b"
)
CUT_OFF = re.compile(
    r"(?i)(?:\u2026|\.\.\.|\[\u2026\]|\[\.\.\.\]|\(?(?:read|learn) more\)?|(?:continue|keep) reading.{0,80}"
    r"|weiterlesen|lire la suite|(?:leer|lee|ler|leia) (?:más|mais)|leggi tutto|читать (?:далее|дальше))"
    r"[\s\])>\u00bb\u2192.]*$"
)
LANGUAGE = re.compile(r"([a-zA-Z]{2,3})(?:[-_].*)?", re.DOTALL)


def uids(found: Sequence[tuple[RawEntry, Entry]]) -> tuple[str, ...]:
    """Return an id for each entry of a document that no other entry in it has.

    It is the raw id, trimmed and otherwise verbatim, else the link, else a digest of title and
    text. Of two entries with one id the earlier keeps it and the other adds its URL; an id that
    three or more share is no id, and all of them add theirs, so that a new entry on top or an old
    one dropping out changes no other's. What is still alike differs by its words, then by place.
    """
    ids = [own_id(raw, entry) for raw, entry in found]
    entries = [entry for _, entry in found]
    for more in ("url", "words", "place"):
        keepers = _keepers(ids, entries)
        ids = [
            own if place in keepers else _bounded(f"{own}|{_distinction(more, entry, place)}")
            for place, (own, entry) in enumerate(zip(ids, entries, strict=True))
        ]
    return tuple(ids)


def own_id(raw: RawEntry, entry: Entry) -> str:
    """Return the id of an entry that no other in its document has."""
    own = (raw.id or "").strip() or (raw.link or "").strip()
    if not own:
        return f"sha256:{_words(entry)}"
    return _bounded(own)


def dates(
    published: datetime | None, updated: datetime | None, *, now: datetime
) -> tuple[datetime | None, datetime | None]:
    """Return the times an entry was published and updated, None for what cannot be true.

    What has only been updated was published then; nothing is updated before it is published.
    """
    first, last = (_plausible(when, now) for when in (published, updated))
    first = first or last
    return first, max(first, last) if first and last else last


def is_ahead(raw: RawEntry, *, now: datetime) -> bool:
    """Whether a date of the entry cannot be true yet, and may come to be."""
    return any(when > now + AHEAD for when in (raw.published, raw.updated) if when)


def marks(entry: Entry) -> tuple[str, str | None]:
    """Return the fingerprint of what a reader sees of the entry, and its likeness.

    Neither case, spacing and punctuation nor counters and relative times count: a site that
    shows "3 hours ago" has not edited its column an hour later. The likeness is of the words of
    title and text alone, None when they are too few to tell one column from another.
    """
    title, text = _telling(entry.title), _telling(entry.text)
    files = (each.url.partition("?")[0] for each in entry.enclosures)
    seen = chr(31).join((title, text, entry.url_key or "", *files))
    words = f"{title} {text}"
    has_words = words.count(" ") >= FEWEST_WORDS
    return f"{WAY}:{_digest(seen)}", _digest(words) if has_words else None


def item(entry: Entry, *, digest: str | None, full_text: FullText) -> Item:
    """Return what is remembered of an entry; its page is wanted when it gives but a beginning."""
    has_page = bool(entry.url) and full_text is not FullText.NEVER
    return Item(
        digest=digest,
        uid=entry.uid,
        published=entry.published,
        length=len(entry.text),
        is_signed=bool(entry.authors),
        is_wanted=has_page and (full_text is FullText.ALWAYS or is_teaser(entry.text)),
    )


def wanted(items: Sequence[Item], *, now: datetime) -> frozenset[str]:
    """Return the ids of the entries whose article's page is to be fetched, the latest at most."""
    found = [each for each in items if each.is_wanted and now - (each.published or now) <= RECENT]
    latest = sorted(found, key=lambda each: each.published or now, reverse=True)
    return frozenset(each.uid for each in latest[:MOST_WANTED])


def is_teaser(text: str) -> bool:
    """Whether a text may be no more than the beginning of an article."""
    return len(text) < TEASER or CUT_OFF.search(text[-200:]) is not None


def title(given: str, *, text: str, url: str | None) -> str:
    """Return the title, else the beginning of the text, else the address."""
    if given:
        return given
    line = " ".join(text[: 10 * LONGEST_TITLE].split())
    if len(line) <= LONGEST_TITLE:
        return line or url or "Untitled"
    return f"{line[:LONGEST_TITLE].rpartition(' ')[0] or line[:LONGEST_TITLE]}…"


def language(tag: str | None) -> str | None:
    """Return the primary part of a language tag in lower case (`en` of `en-US`), else None."""
    found = LANGUAGE.fullmatch((tag or "").strip())
    return found.group(1).lower() if found else None


def people(names: Sequence[str]) -> tuple[str, ...]:
    """Return each person once, taking lists of full names apart but not "Writer, Ada"."""
    apart = (name for given in names for name in _persons(given))
    return tuple(dict.fromkeys(name for name in apart if name))


def is_dated(entries: Sequence[RawEntry]) -> bool:
    """Whether any of the entries has a date."""
    return any(entry.published or entry.updated for entry in entries)


def newest(entries: Sequence[RawEntry], *, most: int) -> tuple[RawEntry, ...]:
    """Return the `most` latest entries in the order given; those without a date count as old.

    Where none has a date the latest may be at either end, and half are taken from each.
    """
    if len(entries) <= most:
        return tuple(entries)
    if not is_dated(entries):
        half = most // 2
        return (*entries[:half], *entries[half - most :])
    times = [entry.published or entry.updated or EARLIEST for entry in entries]
    latest = sorted(range(len(entries)), key=lambda place: times[place], reverse=True)[:most]
    return tuple(entries[place] for place in sorted(latest))


def gap(items: Sequence[Item]) -> float | None:
    """Return the median time between the latest entries in seconds; None for fewer than two."""
    times = sorted((item.published for item in items if item.published), reverse=True)
    steps = [(late - early).total_seconds() for late, early in pairwise(times[:LATEST])]
    return median(steps) if steps else None


def media(found: Sequence[Enclosure]) -> tuple[Enclosure, ...]:
    """Return each file once, the first time it is named."""
    return tuple({each.url: each for each in reversed(found)}.values())[::-1]


def _bounded(own: str) -> str:
    """Return the id itself, or a digest of one that is too long to be kept."""
    return own if len(own.encode(errors="replace")) <= LONGEST_ID else f"sha256:{_digest(own)}"


def _keepers(ids: Sequence[str], entries: Sequence[Entry]) -> frozenset[int]:
    """Return the places of the entries that keep their id: the only one, or the earlier of two."""
    times = Counter(ids)
    first: dict[str, int] = {}
    for place, own in enumerate(ids):
        other = first.setdefault(own, place)
        if _time(entries[place]) < _time(entries[other]):
            first[own] = place
    return frozenset(place for own, place in first.items() if times[own] < COMMON)


def _distinction(kind: str, entry: Entry, place: int) -> str:
    match kind:
        case "url":
            return entry.url or ""
        case "words":
            return _words(entry)[:16]
        case _:
            return str(place)


def _time(entry: Entry) -> datetime:
    return entry.published or EARLIEST


def _plausible(when: datetime | None, now: datetime) -> datetime | None:
    return when if when and EARLIEST <= when <= now + AHEAD else None


def _persons(given: str) -> list[str]:
    """Return the names in a list of names; each must have two words to count as one."""
    parts = [part.strip() for part in re.split(r"\s*[,;]\s+(?:and\s+)?|\s+and\s+", given)]
    is_list = len(parts) > 1 and all(" " in part for part in parts)
    return parts if is_list else [given.strip()]


def _telling(text: str) -> str:
    """Return the words of a text by which an edit is told."""
    folded = text.casefold()
    if any(hint in folded for hint in VOLATILE_HINTS):
        folded = VOLATILE.sub(" ", folded)
    return " ".join(WORD.findall(folded))


def _words(entry: Entry) -> str:
    return _digest(f"{entry.title}\x1f{entry.text}")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "replace")).hexdigest()
