"""What sources wrote: the same each time, and the same in an archive of any size.

An entry is known by how many came after it, so that the latest entries are alike in all archives.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from hashlib import sha256

from topicwire.model.catalogue import FullText, Source, Topic
from topicwire.model.wire import Entry

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
RATE = timedelta(days=14) / 10_000  # between two entries, of whatever source
SOURCES = 10_000
BUSY = 100  # sources that half of all entries come from
TOPICS = 200
LIMIT = 50  # entries of a topic's document
SHARED = 25  # every so many-th entry tells what one of another source told before
CLAUSES = 20_000
TEN_YEARS = 3_650  # days that entries of one of the busy sources are kept
ON_TOPIC = 0.2  # share of entries whose text names a word of some topic in passing
SYLLABLES = ("ba", "co", "du", "fe", "gi", "ha", "jo", "ku", "le", "mi", "no", "pu", "re", "si")


@dataclass(frozen=True, slots=True)
class Subject:
    """What a topic is on: an entry of it names one of each group."""

    one: tuple[str, ...]
    other: tuple[str, ...]

    @property
    def query(self) -> str:
        """The topic's query."""
        return f"({' OR '.join(self.one)}) AND ({' OR '.join(self.other)})"


@dataclass(frozen=True, slots=True)
class Written:
    """An entry, how many came after it, its source, when it came and the topics it is on."""

    back: int
    source: int
    came: datetime
    topics: tuple[int, ...]
    entry: Entry


@cache
def words() -> tuple[str, ...]:
    """Return words of no language, the topics' own first."""
    choose = random.Random(1)
    count = 8 * TOPICS + 3_000
    found = {
        "".join(choose.choices(SYLLABLES, k=choose.choice((2, 3, 4)))) + choose.choice("klmnrtv")
        for _ in range(2 * count)
    }
    return tuple(choose.sample(sorted(found), count))


@cache
def subject(topic: int) -> Subject:
    """Return what a topic is on."""
    own = words()[8 * topic : 8 * topic + 8]
    return Subject(own[:4], own[4:])


@cache
def clauses() -> tuple[str, ...]:
    """Return parts of sentences that are on no topic."""
    choose = random.Random(2)
    plain = words()[8 * TOPICS :]
    return tuple(" ".join(choose.choices(plain, k=6)) for _ in range(CLAUSES))


@cache
def openings() -> tuple[str, ...]:
    """Return the same, as sentences begin."""
    return tuple(each.capitalize() for each in clauses())


def topic_id(number: int) -> str:
    """Return the id of a topic."""
    return f"topic-{number}"


def source_id(number: int) -> str:
    """Return the id of a source."""
    return f"s{number}"


def topics() -> tuple[Topic, ...]:
    """Return the topics."""
    return tuple(
        Topic(
            id=topic_id(number),
            title=f"Topic {number}",
            description="To measure what grows.",
            query=subject(number).query,
            limit=LIMIT,
        )
        for number in range(TOPICS)
    )


def sources(count: int) -> tuple[Source, ...]:
    """Return so many sources, each on a host of its own."""
    return tuple(
        Source(
            id=source_id(number),
            url=f"https://s{number}.example/feed",
            title=f"Paper {number}",
            full_text=FullText.NEVER,
            keep_days=None if number else TEN_YEARS,
        )
        for number in range(count)
    )


def archive(count: int, *, sources: int) -> Iterator[Written]:
    """Yield so many entries, the earliest first."""
    return (written(back, sources=sources) for back in range(count - 1, -1, -1))


def written(back: int, *, sources: int = SOURCES) -> Written:
    """Return the entry that so many came after; below 0 it is still to come."""
    choose = random.Random(back)
    again = told_again(back)
    on = _topics(choose if again is None else random.Random(again))
    source = choose.randrange(min(BUSY, sources) if choose.random() < 0.5 else sources)
    came = NOW - back * RATE
    return Written(back, source, came, on, _entry(choose, back, source, on))


def told_again(back: int) -> int | None:
    """Return the entry whose story an entry tells again, None when it is the first to tell it."""
    return back + 7 if back % SHARED == 0 and back >= 0 else None


def _topics(choose: random.Random) -> tuple[int, ...]:
    """Return the topics that an entry is on, the first that is chosen for it: none to three."""
    return tuple(choose.sample(range(TOPICS), choose.randrange(4)))


def _entry(choose: random.Random, back: int, source: int, on: tuple[int, ...]) -> Entry:
    count = choose.randrange(12, 24)
    parts = choose.choices(clauses(), k=count)
    begun = choose.choices(openings(), k=count)
    said = [f"{one}, {other}." for one, other in zip(begun, parts, strict=True)]
    title = choose.choice(clauses())
    for place, topic in enumerate(on):
        found = subject(topic)
        one, other = choose.choice(found.one), choose.choice(found.other)
        title = f"{one} {title} {other}"
        said[place] = f"The {one} {parts[0]} {other}."
        said[-2 - place] = f"Nor did {one} {parts[1]} {other}."
    if choose.random() < ON_TOPIC:
        said[-1] = f"And {choose.choice(words()[: 8 * TOPICS])} {parts[2]}."
    half = count // 2
    paragraphs = " ".join(said[:half]), " ".join(said[half:])
    text = "\n\n".join(paragraphs)
    address = f"https://s{source}.example/columns/{back}"
    digest = sha256(f"{title}\x1f{text}".encode()).hexdigest()
    return Entry(
        uid=address,
        title=title.capitalize(),
        url=address,
        authors=("Ada Writer",),
        content_html="".join(f"<p>{each}</p>" for each in paragraphs),
        text=text,
        lang="en",
        lang_confidence=0.99,
        published=NOW - back * RATE - timedelta(minutes=20),
        tags=("column",),
        fingerprint=f"1:{digest}",
        likeness=digest,
        url_key=f"s{source}.example/columns/{back}",
    )
