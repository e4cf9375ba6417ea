"""Mirroring the catalogue into the database: what would change, and changing it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import uuid4

from sqlalchemy import Connection, Table, case, insert, literal, select, update

from topicwire.model.catalogue import Definition, Source
from topicwire.model.report import Change
from topicwire.model.watch import Counted
from topicwire.model.wire import Health, PollState
from topicwire.store import rows, tallies
from topicwire.store.arranging import arrange
from topicwire.store.differences import (
    Difference,
    Known,
    differences,
    source_facets,
    topic_facets,
)
from topicwire.store.renaming import HAS_GONE_ON, free, lead_on, rename, renames
from topicwire.store.rows import Values
from topicwire.store.sources import ramp, revived
from topicwire.store.tables import sources, topics
from topicwire.store.topics import last_seq, touch, touch_by_sources
from topicwire.words import counted

# What readers see in a topic's documents; all else shows only when it changes a verdict.
SHOWN_OF_SOURCE = frozenset({"url", "title", "site", "republish"})
# What is forgotten of a source whose address the catalogue changes.
FORGOTTEN: Values = {
    "health": Health.NEW.value,
    "failures": 0,
    "failing_since": None,
    "error": None,
    "http_status": None,
    "not_before": None,
    "last_poll": None,
    "moved_url": None,
    "move_target": None,
    "move_count": 0,
    "move_since": None,
    "merged_into": None,
    "older_url": None,
    "older_left": 0,
    "is_slow": False,
}
AT_ONCE = 100  # new sources that are due at once; those beyond follow one after another
FIRST_ROUND = 24 * 3_600.0  # seconds within which all new sources are due, however many they are
SHOWN_OF_TOPIC = frozenset({"title", "description", "language", "limit", "show_reason", "private"})


def plan(
    connection: Connection, wanted: Sequence[Source], definitions: Sequence[Definition]
) -> tuple[Change, ...]:
    """Return what mirroring the catalogue would change: sources, then topics, by id."""
    found = (
        *_source_differences(connection, wanted),
        *_topic_differences(connection, definitions),
    )
    return tuple(each.change for each in found)


def mirror(
    connection: Connection,
    wanted: Sequence[Source],
    definitions: Sequence[Definition],
    *,
    now: datetime,
    host: str,
) -> tuple[Change, ...]:
    """Make the database want what the catalogue wants; return what changed.

    `host` and the date of `now` go into the `tag:` URIs of what is new, for good.
    """
    authority = f"tag:{host},{now.date():%Y-%m-%d}:"
    of_sources = _source_differences(connection, wanted)
    of_topics = _topic_differences(connection, definitions)
    rename(connection, renames(connection, definitions))
    _mirror_sources(connection, of_sources, wanted, now=now, authority=authority)
    _mirror_topics(connection, of_topics, definitions, now=now, authority=authority)
    return tuple(each.change for each in (*of_sources, *of_topics))


def _farewell(entries: int) -> str:
    return f"its {counted(entries, 'entry')} {'stays' if entries == 1 else 'stay'}"


def _source_differences(connection: Connection, wanted: Sequence[Source]) -> tuple[Difference, ...]:
    known = {
        row.id: Known(
            facets=source_facets(rows.source_of(row)),
            is_listed=not row.removed,
            farewell=_farewell(row.entries),
        )
        for row in connection.execute(select(sources))
    }
    return differences("source", {each.id: source_facets(each) for each in wanted}, known)


def _topic_differences(
    connection: Connection, definitions: Sequence[Definition]
) -> tuple[Difference, ...]:
    now = {old: new for new, old in renames(connection, definitions).items()}
    known = {
        now.get(row.id, row.id): Known(
            facets=topic_facets(rows.definition_of(row)),
            is_listed=not row.removed,
            farewell="its feed is no longer served",
            formerly=row.id if row.id in now else "",
        )
        for row in connection.execute(select(topics).where(~HAS_GONE_ON))
    }
    return differences("topic", {each.topic.id: topic_facets(each) for each in definitions}, known)


def _mirror_sources(
    connection: Connection,
    found: Sequence[Difference],
    wanted: Sequence[Source],
    *,
    now: datetime,
    authority: str,
) -> None:
    by_id = {source.id: source for source in wanted}
    new = [by_id[each.change.id] for each in found if not each.is_known]
    if new:
        step = ramp(len(new), window=FIRST_ROUND)
        minted = [
            _new_source(source, due=now + step * max(0, place - AT_ONCE), authority=authority)
            for place, source in enumerate(new)
        ]
        connection.execute(insert(sources), minted)
    for each in found:
        if each.is_known:
            values = _source_changes(each, by_id.get(each.change.id), now=now)
            _update(connection, sources, each, values)
    _revive_merged(connection, now=now)
    shown = [each.change.id for each in found if each.changed & SHOWN_OF_SOURCE]
    touch_by_sources(connection, shown, now=now)


def _new_source(source: Source, *, due: datetime, authority: str) -> Values:
    return (
        rows.source_values(source)
        | rows.state_values(PollState(next_poll=due))
        | {
            "tag": f"{authority}source/{source.id}",
            "removed": False,
            "entries": 0,
            "feed_title": "",
            "feed_format": "",
            "feed_rights": "",
        }
    )


def _source_changes(difference: Difference, source: Source | None, *, now: datetime) -> Values:
    """Return the columns to change; None as `source` says that it left the catalogue.

    One that comes back is due, also where its server said that it is gone, as soon as that server
    allows. One that has moved is due at once, and what was wrong at its old address is forgotten.
    """
    if source is None:
        return {"removed": True}
    values = rows.source_values(source) | {"removed": False}
    if "url" in difference.changed:
        values |= FORGOTTEN | {"next_poll": now}
    elif difference.change.verb == "add":
        held = sources.c.not_before
        values["next_poll"] = case((held > now, held), else_=literal(now, held.type))
        values["health"] = revived()
    return values


def _revive_merged(connection: Connection, *, now: datetime) -> None:
    """Poll again what had moved onto the address of a source that has left the catalogue."""
    gone = select(sources.c.id).where(sources.c.removed.is_(True))
    was_merged = sources.c.merged_into.in_(gone) & sources.c.removed.is_(False)
    values = {"health": Health.NEW.value, "merged_into": None, "next_poll": now}
    connection.execute(update(sources).where(was_merged).values(values))


def _mirror_topics(
    connection: Connection,
    found: Sequence[Difference],
    definitions: Sequence[Definition],
    *,
    now: datetime,
    authority: str,
) -> None:
    by_id = {definition.topic.id: definition for definition in definitions}
    last = last_seq(connection)
    for each in found:
        definition = by_id.get(each.change.id)
        if definition is None:
            _update(connection, topics, each, {"removed": True})
        elif each.is_known:
            _update(connection, topics, each, _topic_changes(each, definition, last=last))
            arrange(connection, each.change.id, now=now)
        else:
            new = _new_topic(definition, now=now, authority=authority)
            free(connection, each.change.id)
            connection.execute(insert(topics).values(new | {"catch_up": last}))
    changed = [d.change.id for d in found if d.is_known and "version" in d.changed]
    tallies.add(connection, Counted.CHANGES, changed, now=now)
    lead_on(connection, definitions)
    shown = [d.change.id for d in found if d.changed & SHOWN_OF_TOPIC or d.change.verb == "rename"]
    touch(connection, shown, now=now)


def _topic_changes(difference: Difference, definition: Definition, *, last: int) -> Values:
    """Return the columns to change; what judges otherwise, or comes back, has to catch up."""
    values = rows.definition_values(definition) | {"removed": False}
    is_back = difference.change.verb == "add"
    return values | ({"catch_up": last} if is_back or "version" in difference.changed else {})


def _new_topic(definition: Definition, *, now: datetime, authority: str) -> Values:
    return rows.definition_values(definition) | {
        "feed_id": f"{authority}topic/{uuid4()}",
        "edition": 1,
        "edition_time": now,
        "judged_seq": 0,
        "judged_version": "",
        "removed": False,
    }


def _update(connection: Connection, table: Table, which: Difference, values: Values) -> None:
    connection.execute(update(table).where(table.c.id == which.change.id).values(values))
