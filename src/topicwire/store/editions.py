"""What readers are shown of a topic: its placements, latest first, and their counts."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Table,
    and_,
    bindparam,
    false,
    func,
    select,
    type_coerce,
)

from topicwire.errors import NotFoundError
from topicwire.model.document import TopicSummary
from topicwire.model.judging import (
    AlsoAt,
    Departure,
    Edition,
    Place,
    Placement,
    Stand,
    StandingTopic,
)
from topicwire.model.wire import Polled
from topicwire.store import rows, unread
from topicwire.store.arranging import CURRENT
from topicwire.store.columns import EPOCH, MICROSECOND
from topicwire.store.rows import AnyRow
from topicwire.store.sources import POLLED, sliced
from topicwire.store.tables import (
    departures,
    entries,
    placements,
    rulings,
    sources,
    verdicts,
)
from topicwire.store.topics import standing, standing_topics
from topicwire.store.totals import totals

WEEK = timedelta(weeks=1)
WEEKS = 26
NEWEST = 3
MOST_OTHERS = 10  # entries of one story that are named beside the one that carries it
TOLD = timedelta(days=30)  # how long followers are told that an entry is gone
MOST_TOLD = 100  # entries that a document says are gone
CARRIES = placements.c.is_behind == false()  # not IS, which finds no index


def edition(connection: Connection, topic_id: str, *, page: int = CURRENT) -> Edition:
    """Return the topic with the placements of its current document, or of a page of its archive.

    Raises:
        NotFoundError: the catalogue has no topic of that id, or its archive no such page.
    """
    topic = standing(connection, topic_id)
    if not 0 <= page <= topic.pages:
        newest = f"the newest is {topic.pages}" if topic.pages else "nothing is in it yet"
        raise NotFoundError(f"the archive of {topic_id} has no page {page}: {newest}")
    found = _latest(connection, topic_id, page=page)
    others = _others(connection, topic_id, [row.story for row in found if row.story])
    gone = _departed(connection, topic, page=page)
    twins = _twins(connection, topic_id, gone)
    told = [row for rows in (*others.values(), *twins.values()) for row in rows]
    origins = _sources(connection, {row.source_id for row in (*found, *told, *gone)})
    return Edition(
        standing=topic,
        placements=_placements(found, origins, others),
        page=page,
        departures=tuple(
            Departure(
                row.uid,
                origins[row.source_id],
                row.departed,
                tuple(origins[twin.source_id] for twin in twins.get(row.uid, ())),
            )
            for row in gone
        ),
    )


def place_of(connection: Connection, topic_id: str, entry_id: int) -> Place | None:
    """Return where an entry stands in a topic, None where it does not."""
    query = select(placements.c.page, placements.c.is_behind, placements.c.placed).where(
        placements.c.topic_id == topic_id, placements.c.entry_id == entry_id
    )
    row = connection.execute(query).one_or_none()
    return None if row is None else Place(row.page, row.is_behind, row.placed)


def placements_count(connection: Connection, topic_id: str) -> int:
    """Return how many stories stand in the topic."""
    count = select(func.count()).select_from(placements).where(CARRIES)
    return connection.scalar(count.where(placements.c.topic_id == topic_id)) or 0


def summaries(connection: Connection) -> tuple[TopicSummary, ...]:
    """Return the topics of the catalogue by id, as the index page shows them."""
    topics = standing_topics(connection)
    found = {each.topic.id: _latest(connection, each.topic.id, is_newest=True) for each in topics}
    origins = _sources(connection, {row.source_id for part in found.values() for row in part})
    standing_in = totals(connection)
    return tuple(
        TopicSummary(
            standing=each,
            weekly=_weekly(connection, each),
            newest=_placements(found[each.topic.id], origins, {}),
            total=standing_in[each.topic.id].stories,
        )
        for each in topics
    )


def _is_same(table: Table) -> ColumnElement[bool]:
    """Whether a row of another table is on the topic and the entry of a placement."""
    return and_(
        table.c.topic_id == placements.c.topic_id, table.c.entry_id == placements.c.entry_id
    )


# Made once: to make so long a query takes as long as to answer it.
_PAGE = (
    select(
        *unread.ENTRY,
        placements.c.placed,
        verdicts.c.score,
        unread.REASONS,
        rulings.c.stand,
    )
    .select_from(placements)
    .join(entries, entries.c.id == placements.c.entry_id)
    .outerjoin(verdicts, _is_same(verdicts))
    .outerjoin(rulings, _is_same(rulings))
    .where(placements.c.topic_id == bindparam("topic"), placements.c.page == bindparam("page"))
    .order_by(
        placements.c.placed.desc(),
        placements.c.published.desc(),
        placements.c.entry_id.desc(),
    )
)
_NEWEST = _PAGE.limit(NEWEST)
_OTHERS = (
    select(
        placements.c.story,
        placements.c.placed,
        placements.c.published,
        entries.c.id,
        entries.c.title,
        entries.c.url,
        entries.c.source_id,
    )
    .join(entries, entries.c.id == placements.c.entry_id)
    .where(
        placements.c.topic_id == bindparam("topic"),
        ~CARRIES,
        placements.c.story.in_(bindparam("stories", expanding=True)),
    )
)
_TWINS = (
    select(entries.c.uid, entries.c.source_id)
    .join(placements, placements.c.entry_id == entries.c.id)
    .where(
        placements.c.topic_id == bindparam("topic"),
        placements.c.page.is_not(None),
        placements.c.story.in_(bindparam("stories", expanding=True)),
    )
)
_SOURCES = select(*POLLED).where(sources.c.id.in_(bindparam("names", expanding=True)))


def _latest(
    connection: Connection, topic_id: str, *, page: int = CURRENT, is_newest: bool = False
) -> list[AnyRow]:
    """Return the entries on a page, the latest into the topic first; of one moment by publication.

    With `is_newest` no more than the index shows.
    """
    query = _NEWEST if is_newest else _PAGE
    return list(connection.execute(query, {"topic": topic_id, "page": page}))


def _departed(connection: Connection, topic: StandingTopic, *, page: int) -> list[AnyRow]:
    """Return what readers of a page are to be told is gone, the latest first.

    That is what has left the page; and for the current document, which is what readers follow,
    what has lately left any.
    """
    left = departures.c.page == page
    if page == CURRENT:
        left = departures.c.departed > topic.edition_time - TOLD
    query = (
        select(departures.c.departed, entries.c.uid, entries.c.source_id, entries.c.story)
        .join(entries, entries.c.id == departures.c.entry_id)
        .where(departures.c.topic_id == topic.topic.id, left)
        .order_by(departures.c.departed.desc(), departures.c.entry_id.desc())
        .limit(MOST_TOLD)
    )
    return list(connection.execute(query))


def _twins(
    connection: Connection, topic_id: str, gone: Sequence[AnyRow]
) -> dict[str, list[AnyRow]]:
    """Return by uid the entries that carry, on any page, the story of one that is gone."""
    found: dict[str, list[AnyRow]] = {}
    for part in sliced(sorted({row.story for row in gone if row.story})):
        for row in connection.execute(_TWINS, {"topic": topic_id, "stories": part}):
            found.setdefault(row.uid, []).append(row)
    return found


def _others(
    connection: Connection, topic_id: str, stories: Sequence[int]
) -> dict[int, list[AnyRow]]:
    """Return by story the entries that stand behind another in the topic, first come first."""
    found: dict[int, list[AnyRow]] = {}
    for part in sliced(stories):
        for row in connection.execute(_OTHERS, {"topic": topic_id, "stories": part}):
            found.setdefault(row.story, []).append(row)
    return {
        story: sorted(same, key=lambda row: (row.placed, row.published, row.id))[:MOST_OTHERS]
        for story, same in found.items()
    }


def _sources(connection: Connection, names: Iterable[str]) -> dict[str, Polled]:
    """Return the sources, also those that left the catalogue: their entries still stand."""
    return {
        row.id: rows.polled_of(row)
        for part in sliced(sorted(names))
        for row in connection.execute(_SOURCES, {"names": part})
    }


def _placements(
    found: Iterable[AnyRow],
    origins: Mapping[str, Polled],
    others: Mapping[int, Sequence[AnyRow]],
) -> tuple[Placement, ...]:
    return tuple(
        Placement(
            stored=unread.stored_of(row),
            source=origins[row.source_id],
            placed=row.placed,
            score=row.score or 0.0,  # no verdict is kept of what was pinned from afar
            reasons=unread.reasons_of(row.reasons),
            also=tuple(
                AlsoAt(other.title, other.url, origins[other.source_id])
                for other in others.get(row.story, ())
            ),
            is_pinned=row.stand == Stand.PIN.value,
        )
        for row in found
    )


def _weekly(connection: Connection, topic: StandingTopic) -> tuple[int, ...]:
    """Count the placements by week of publication before the edition, oldest week first."""
    until = (topic.edition_time - EPOCH) // MICROSECOND
    age = until - type_coerce(placements.c.published, BigInteger)
    weeks_ago = (age // (WEEK // MICROSECOND)).label("weeks_ago")
    query = (
        select(weeks_ago, func.count().label("entries"))
        .where(
            placements.c.topic_id == topic.topic.id,
            CARRIES,
            placements.c.published > topic.edition_time - WEEKS * WEEK,
        )
        .group_by(weeks_ago)
    )
    counts = [0] * WEEKS
    for row in connection.execute(query):
        counts[-1 - max(row.weeks_ago, 0)] += row.entries  # a feed may date ahead of its edition
    return tuple(counts)
