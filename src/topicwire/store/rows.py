"""How the model's values become rows, and rows the model's values again."""

from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from functools import lru_cache
from typing import Any

from sqlalchemy import Row

from topicwire.model.article import FullPage
from topicwire.model.catalogue import (
    Concept,
    Definition,
    Example,
    FullText,
    Member,
    Republish,
    Selectors,
    Source,
    Throttle,
    Topic,
)
from topicwire.model.judging import (
    Reason,
    StandingTopic,
    StoredEntry,
    Verdict,
    Zone,
)
from topicwire.model.wire import Enclosure, Entry, Health, Origin, Polled, PollState
from topicwire.store.values import read_json

Values = dict[str, Any]
AnyRow = Row[*tuple[Any, ...]]

_STATE = tuple(field.name for field in fields(PollState))  # asdict would copy each value
_READ = frozenset(  # those of them that a document alone changes
    ("last_change", "gap", "ttl", "skip_hours", "skip_days", "older_url", "older_left")
)
_ASKED = tuple(name for name in _STATE if name not in _READ)
_KEPT = (  # what else is kept of a source that is polled
    *("id", "url", "title", "site", "republish", "interval", "paused", "tags", "options", "tag"),
    *("feed_title", "feed_site", "feed_id", "feed_format", "feed_rights", "feed_hub", "feed_self"),
    *("feed_warnings", "entries", "merged_into"),
)
# The columns of a row that `polled_of` reads, in this order. What is long, and read by other
# queries, would be decoded for nothing.
POLLED = (*_STATE, *_KEPT)


def source_values(source: Source) -> Values:
    """Return the columns that the catalogue fills."""
    return {
        "id": source.id,
        "url": source.url,
        "title": source.title,
        "site": source.site,
        "republish": source.republish.value,
        "interval": source.interval,
        "paused": source.paused,
        "tags": source.tags,
        "options": _options(source),
    }


def _options(source: Source) -> Values:
    """Return what the catalogue says beside, where it is not the default."""
    page = None if source.page is None else asdict(source.page)
    given: Values = {
        "full_text": source.full_text.value,
        "page": page,
        "user_agent": source.user_agent,
        "throttle": source.throttle.value,
        "backfill": source.backfill,
        "push": source.push,
        "reservations": source.reservations,
        "keep_days": source.keep_days,
    }
    usual = {field.name: field.default for field in fields(Source)}
    return {name: value for name, value in given.items() if value != usual[name]}


def state_values(state: PollState, *, is_read: bool = True) -> Values:
    """Return the columns that a poll fills, one that read a document or one that did not."""
    names = _STATE if is_read else _ASKED
    return {name: getattr(state, name) for name in names} | {"health": state.health.value}


def source_of(row: AnyRow) -> Source:
    """Return the source as the catalogue wanted it."""
    return _source_of(row._asdict())


def _source_of(kept: Values) -> Source:
    return Source(
        id=kept["id"],
        url=kept["url"],
        title=kept["title"],
        site=kept["site"],
        republish=Republish(kept["republish"]),
        interval=kept["interval"],
        paused=kept["paused"],
        tags=tuple(kept["tags"]),
        **_options_of(kept["options"]),
    )


def _options_of(kept: Mapping[str, Any]) -> Values:
    read: Mapping[str, Callable[[Any], object]] = {
        "full_text": FullText,
        "page": lambda given: Selectors(**given),
        "throttle": Throttle,
    }
    return {name: read[name](value) if name in read else value for name, value in kept.items()}


def polled_of(row: AnyRow, *, pushed: bool = False) -> Polled:
    """Return the source with what is remembered of it, from a row that begins with POLLED."""
    values = iter(row)  # to ask so long a row by name takes twice as long
    state = dict(zip(_STATE, values, strict=False))
    kept = dict(zip(_KEPT, values, strict=False))
    return Polled(
        source=_source_of(kept),
        state=_state_of(state),
        tag=kept["tag"],
        feed_title=kept["feed_title"],
        feed_site=kept["feed_site"],
        feed_id=kept["feed_id"],
        feed_format=kept["feed_format"],
        feed_rights=kept["feed_rights"],
        feed_hub=kept["feed_hub"],
        feed_self=kept["feed_self"],
        feed_warnings=tuple(kept["feed_warnings"]),
        entries=kept["entries"],
        merged_into=kept["merged_into"],
        pushed=pushed,
    )


def _state_of(kept: Values) -> PollState:
    kept["health"] = Health(kept["health"])
    kept["skip_hours"] = tuple(kept["skip_hours"])
    kept["skip_days"] = tuple(kept["skip_days"])
    return PollState(**kept)


def entry_values(entry: Entry) -> Values:
    """Return the columns that the feed fills, but for the identity and `published`."""
    return {
        "feed_published": entry.published,
        "feed_updated": entry.updated,
        "fingerprint": entry.fingerprint,
        "likeness": entry.likeness,
        "url_key": entry.url_key,
        "title": entry.title,
        "url": entry.url,
        "lang": entry.lang,
        "lang_confidence": entry.lang_confidence,
        "rights": entry.rights,
        "authors": entry.authors,
        "tags": entry.tags,
        "enclosures": [asdict(each) for each in entry.enclosures],
        "origin": None if entry.origin is None else asdict(entry.origin),
        "text": entry.text,
        "summary_html": entry.summary_html,
        "content_html": entry.content_html,
    }


def stored_of(row: AnyRow) -> StoredEntry:
    """Return the stored entry."""
    return StoredEntry(
        id=row.id,
        source_id=row.source_id,
        entry=entry_of(row),
        seq=row.seq,
        revision=row.revision,
        first_seen=row.first_seen,
        revised=row.revised,
        full=_full_of(row),
        furniture=tuple((start, end) for start, end in row.furniture),
        story=row.story,
        retracted=row.retracted,
        churn=row.churn,
    )


def full_values(page: FullPage) -> Values:
    """Return the columns that an article's page fills."""
    return {
        "full_text": page.text,
        "full_html": page.html,
        "full_lang": page.lang,
        "full_confidence": page.lang_confidence,
        "full_flags": page.flags,
    }


def _full_of(row: AnyRow) -> FullPage | None:
    if row.full_text is None:
        return None
    return FullPage(
        text=row.full_text,
        html=row.full_html,
        lang=row.full_lang,
        lang_confidence=row.full_confidence,
        flags=tuple(row.full_flags),
    )


def entry_of(row: AnyRow) -> Entry:
    """Return what the feed gave."""
    return Entry(
        uid=row.uid,
        title=row.title,
        url=row.url,
        authors=tuple(row.authors),
        summary_html=row.summary_html,
        content_html=row.content_html,
        text=row.text,
        lang=row.lang,
        lang_confidence=row.lang_confidence,
        published=row.feed_published,
        updated=row.feed_updated,
        tags=tuple(row.tags),
        enclosures=tuple(Enclosure(**each) for each in row.enclosures),
        origin=None if row.origin is None else Origin(**row.origin),
        rights=row.rights,
        fingerprint=row.fingerprint,
        likeness=row.likeness,
        url_key=row.url_key,
    )


def definition_values(definition: Definition) -> Values:
    """Return the columns that the catalogue fills."""
    return {
        "id": definition.topic.id,
        "version": definition.version,
        "private": definition.topic.private,
        "definition": {
            "topic": asdict(definition.topic),
            "concepts": [asdict(each) for each in definition.concepts],
        },
    }


def definition_of(row: AnyRow) -> Definition:
    """Return the topic as the catalogue defined it."""
    topic, concepts = _defined(row.definition)
    return Definition(topic=topic, concepts=concepts, version=row.version)


def standing_of(row: AnyRow) -> StandingTopic:
    """Return the topic as it stands; its row has the definition as text."""
    topic, concepts = _defined_by(row.definition)
    return StandingTopic(
        topic=topic,
        concepts=concepts,
        version=f"{row.version}+{row.model}" if row.model else row.version,
        feed_id=row.feed_id,
        edition=row.edition,
        edition_time=row.edition_time,
        judged_seq=row.judged_seq,
        judged_version=row.judged_version,
        model=row.model,
        shadow=row.shadow,
        pages=row.pages,
    )


# A standing topic is asked for with every entry that comes, and says the same for weeks.
@lru_cache(maxsize=20_000)
def _defined_by(definition: str) -> tuple[Topic, tuple[Concept, ...]]:
    return _defined(read_json(definition))


def _defined(kept: Mapping[str, Any]) -> tuple[Topic, tuple[Concept, ...]]:
    return _topic_of(kept["topic"]), tuple(_concept_of(each) for each in kept["concepts"])


def _topic_of(kept: Mapping[str, Any]) -> Topic:
    lists: Values = {
        "about": tuple(kept["about"]),
        "not_about": tuple(kept["not_about"]),
        "examples": tuple(Example(**each) for each in kept["examples"]),
        "formerly": tuple(kept.get("formerly", ())),
    }
    return Topic(**(dict(kept) | lists))


def _concept_of(kept: Mapping[str, Any]) -> Concept:
    members = tuple(_member_of(each) for each in kept["members"])
    return Concept(id=kept["id"], description=kept["description"], members=members)


def _member_of(kept: Mapping[str, Any]) -> Member:
    by_language = kept.get("terms_in", ())  # a row of before has none
    return Member(
        name=kept["name"],
        terms=tuple(kept["terms"]),
        terms_in=tuple((lang, tuple(terms)) for lang, terms in by_language),
    )


def verdict_values(verdict: Verdict) -> Values:
    """Return the columns that a judgement fills."""
    return {
        "entry_id": verdict.entry_id,
        "revision": verdict.revision,
        "accepted": verdict.accepted,
        "score": verdict.score,
        "shadow": verdict.shadow,
        "reasons": [asdict(each) for each in verdict.reasons],
    }


def reasons_of(kept: list[Values]) -> tuple[Reason, ...]:
    """Return the reasons, strongest first."""
    return tuple(Reason(**(each | {"zone": Zone(each["zone"])})) for each in kept)


def verdict_of(row: AnyRow) -> Verdict:
    """Return the verdict."""
    return Verdict(
        entry_id=row.entry_id,
        revision=row.revision,
        accepted=row.accepted,
        score=row.score,
        reasons=reasons_of(row.reasons),
        shadow=row.shadow,
    )
