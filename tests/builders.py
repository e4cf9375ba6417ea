"""Builders: values for tests that differ from the ordinary only where the test says so."""

from datetime import UTC, datetime

from topicwire.model.catalogue import Concept, Member, Source, Topic
from topicwire.model.judging import Placement, StandingTopic, StoredEntry
from topicwire.model.watch import About, Incident, Kind
from topicwire.model.wire import Entry, Health, Item, Polled, PollState, Shape

NOON = datetime(2026, 11, 2, 12, 0, tzinfo=UTC)


def an_entry(**changes: object) -> Entry:
    """Return an ordinary entry, with `changes`."""
    values: dict[str, object] = {
        "uid": "https://press.example/columns/1",
        "title": "Crews trade seats",
        "url": "https://press.example/columns/1",
        "authors": ("Ada Writer",),
        "content_html": "<p>NASA and Roscosmos agreed to trade seats.</p>",
        "text": "NASA and Roscosmos agreed to trade seats.",
        "lang": "en",
        "published": NOON,
        "fingerprint": "f1",
    }
    return Entry(**(values | changes))  # type: ignore[arg-type]


def a_source(**changes: object) -> Source:
    """Return an ordinary source, with `changes`."""
    values: dict[str, object] = {
        "id": "press",
        "url": "https://press.example/feed",
        "title": "The Press",
        "site": "https://press.example/",
    }
    return Source(**(values | changes))  # type: ignore[arg-type]


def a_topic(**changes: object) -> Topic:
    """Return an ordinary topic, with `changes`."""
    values: dict[str, object] = {
        "id": "seats",
        "title": "Seats in space",
        "description": "Who flies with whom.",
        "query": "seats AND nasa",
    }
    return Topic(**(values | changes))  # type: ignore[arg-type]


def a_concept(concept_id: str = "nation", **members: tuple[str, ...]) -> Concept:
    """Return a concept with the given members, by default two nations."""
    given = members or {"russia": ("Russia", "Russian"), "us": ("=US", "American")}
    return Concept(
        id=concept_id,
        description="",
        members=tuple(Member(name=name, terms=terms) for name, terms in given.items()),
    )


def a_state(**changes: object) -> PollState:
    """Return the state of a source that is due at noon, with `changes`."""
    return PollState(**({"next_poll": NOON, "health": Health.NEW} | changes))  # type: ignore[arg-type]


def a_polled(**changes: object) -> Polled:
    """Return a source with its state, with `changes`."""
    values: dict[str, object] = {
        "source": a_source(),
        "state": a_state(),
        "tag": "tag:wire.example,2026-11-02:source/press",
    }
    return Polled(**(values | changes))  # type: ignore[arg-type]


def a_stored(**changes: object) -> StoredEntry:
    """Return a stored entry, with `changes`."""
    values: dict[str, object] = {
        "id": 1,
        "source_id": "press",
        "entry": an_entry(),
        "seq": 1,
        "revision": 0,
        "first_seen": NOON,
        "revised": NOON,
    }
    return StoredEntry(**(values | changes))  # type: ignore[arg-type]


def a_standing(**changes: object) -> StandingTopic:
    """Return a topic as it stands in the database, with `changes`."""
    values: dict[str, object] = {
        "topic": a_topic(),
        "concepts": (),
        "version": "v1",
        "feed_id": "tag:wire.example,2026-11-02:topic/5f2b8f0e-0d2f-4c61-9f0e-6d1b0c5a7e11",
        "edition": 1,
        "edition_time": NOON,
    }
    return StandingTopic(**(values | changes))  # type: ignore[arg-type]


def a_placement(**changes: object) -> Placement:
    """Return a placement, with `changes`."""
    values: dict[str, object] = {
        "stored": a_stored(),
        "source": a_polled(),
        "placed": NOON,
        "score": 0.9,
        "reasons": (),
    }
    return Placement(**(values | changes))  # type: ignore[arg-type]


def an_item(**changes: object) -> Item:
    """Return an ordinary entry in outline, with `changes`."""
    values: dict[str, object] = {
        "digest": "d1",
        "uid": "https://press.example/columns/1",
        "published": NOON,
        "length": 41,
        "is_signed": True,
        "is_wanted": False,
    }
    return Item(**(values | changes))  # type: ignore[arg-type]


def a_shape(**changes: object) -> Shape:
    """Return the shape of an ordinary feed, with `changes`."""
    values: dict[str, object] = {
        "format": "rss20",
        "entries": 20,
        "length": 3000,
        "dated": 1.0,
        "signed": 1.0,
        "lang": "en",
    }
    return Shape(**(values | changes))  # type: ignore[arg-type]


def an_incident(**changes: object) -> Incident:
    """Return an ordinary incident that lasts, with `changes`."""
    values: dict[str, object] = {
        "about": About.SOURCE,
        "name": "press",
        "kind": Kind.FAILING,
        "began": NOON,
        "what": "It has given nothing for 1 day: HTTP 503.",
    }
    return Incident(**(values | changes))  # type: ignore[arg-type]
