"""Each index is there for a query: these tests ask SQLite whether the query uses it."""

from collections.abc import Callable

import pytest
from sqlalchemy import event, text

from builders import NOON, a_source, a_stored, an_entry
from stores import a_poll, fill, judge
from topicwire.model.document import Format
from topicwire.store import judged
from topicwire.store.answers import Asked
from topicwire.store.store import Store
from topicwire.store.tables import verdicts


@pytest.fixture
def database_url(file_url: str) -> str:
    """Return the URL of a file: what is looked at here is SQLite's own."""
    return file_url


def plans(store: Store, call: Callable[[Store], object]) -> str:
    """Return how SQLite carries out each statement of the call."""
    found: list[tuple[str, object]] = []
    engines = (store._database._reader, store._database._writer)

    def note(_c: object, _u: object, sql: str, values: object, _x: object, many: bool) -> None:  # noqa: FBT001 (SQLAlchemy calls it)
        found.append((sql, values[0] if many and isinstance(values, list) else values))

    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    call(store)
    for engine in engines:
        event.remove(engine, "before_cursor_execute", note)
    with store._database.reading() as connection:
        steps = [
            row.detail
            for sql, values in found
            if sql.split()[0] in {"SELECT", "UPDATE", "DELETE"}
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)  # type: ignore[arg-type]
        ]
    return "\n".join(steps)


@pytest.fixture
def filled(store: Store) -> Store:
    """Give a store with enough rows for SQLite to weigh its plans."""
    fill(
        store,
        *[an_entry(uid=f"{n}") for n in range(300)],
        sources=tuple(a_source(id=name) for name in ("press", *"abcdefghij")),
    )
    judge(store)
    store.housekeeping(NOON)
    with store._database.writing() as connection:
        connection.execute(text("ANALYZE"))
    return store


def of_many_topics(store: Store) -> object:
    """Ask what many topics held of some entries."""
    names = set(map(str, range(judged.FEW + 1)))
    with store._database.reading() as connection:
        return judged._held(connection, verdicts, names, set(range(1, 50)))


@pytest.mark.parametrize(
    ("call", "step"),
    [
        (
            lambda s: s.next_due(),
            "SEARCH sources USING INDEX ix_sources_next_poll",
        ),
        (
            lambda s: s.due(NOON),
            "sources USING INDEX ix_sources_next_poll",
        ),
        (
            lambda s: s.waiting(NOON, hub=None),
            "SCAN sources USING INDEX ix_sources_older",
        ),
        (
            lambda s: s.save_polls([a_poll(an_entry())], now=NOON),
            "SEARCH entries USING INDEX ux_entries_source_uid (source_id=? AND uid=?)",
        ),
        (
            lambda s: s.save_polls([a_poll(an_entry(uid="1", fingerprint="f2"))], now=NOON),
            "SEARCH placements USING INDEX ix_placements_entry (entry_id=?)",
        ),
        (
            lambda s: s.unjudged(s.standing("seats"), limit=9),
            "SEARCH entries USING INDEX ux_entries_seq (seq>?)",
        ),
        (
            lambda s: s.unjudged_count(s.standing("seats")),
            "SEARCH entries USING COVERING INDEX ux_entries_seq (seq>?)",
        ),
        (
            lambda s: s.place(s.standing("seats"), [], through=300, now=NOON),
            "SEARCH entries USING INDEX ux_entries_seq (seq>? AND seq<?)",
        ),
        (
            of_many_topics,
            "SEARCH verdicts USING INDEX ix_verdicts_entry (entry_id=?)",
        ),
        (
            lambda s: s.settled_after(9, limit=9),
            "SEARCH entries USING INDEX ux_entries_seq (seq>?)",
        ),
        (
            lambda s: s.edition("seats"),
            "COVERING INDEX ix_placements_order (topic_id=? AND page=?)",
        ),
        (
            lambda s: s.summaries(),
            "COVERING INDEX ix_placements_published (topic_id=? AND published>?)",
        ),
        (
            lambda s: s.unsettled(NOON, limit=9),
            "SEARCH entries USING INDEX ux_entries_seq (seq<?)",
        ),
        (
            lambda s: (s.kin([a_stored()], {1: (8,)}), s.housekeeping(NOON)),
            "SEARCH entries USING INTEGER PRIMARY KEY (rowid=?)",
        ),
        (
            lambda s: s.housekeeping(NOON),
            "SEARCH tallies USING INDEX ix_tallies_day (counted=? AND day<?)",
        ),
        (
            lambda s: s.lags(since=NOON, limit=9),
            "SEARCH tallies USING COVERING INDEX sqlite_autoindex_tallies_1 (counted=? AND name=?)",
        ),
        (
            lambda s: s.kin([a_stored()], {1: (1, 2)}),
            "SEARCH sketches USING COVERING INDEX sqlite_autoindex_sketches_1 (hash=?)",
        ),
        (
            lambda s: s.entries(limit=9, before=50),
            "SEARCH entries USING INDEX ix_entries_published (published<?)",
        ),
        (
            lambda s: s.entries(source="press", limit=9),
            "SEARCH entries USING INDEX ix_entries_source_published (source_id=?)",
        ),
        (
            lambda s: s.entries(topic="seats", limit=9),
            "SEARCH placements USING COVERING INDEX ix_placements_published (topic_id=?)",
        ),
        (
            lambda s: s.verdicts_of(1),
            "SEARCH verdicts USING INDEX sqlite_autoindex_verdicts_1 (topic_id=? AND entry_id=?)",
        ),
        (
            lambda s: s.rulings_of(1),
            "SEARCH rulings USING INDEX sqlite_autoindex_rulings_1 (topic_id=? AND entry_id=?)",
        ),
        (
            lambda s: s.labels("seats"),
            "SEARCH labels USING INDEX sqlite_autoindex_labels_1 (topic_id=?)",
        ),
        (
            lambda s: s.labels_of(1),
            "SEARCH labels USING INDEX sqlite_autoindex_labels_1 (topic_id=? AND entry_id=?)",
        ),
        (
            lambda s: s.token("d1"),
            "SEARCH tokens USING INDEX sqlite_autoindex_tokens_1 (digest=?)",
        ),
        (
            lambda s: s.uncertain(s.standing("seats"), Asked("q", "m", 0.35, 0.65), limit=9),
            "SEARCH answers USING COVERING INDEX sqlite_autoindex_answers_1 (topic_id=? AND fing",
        ),
        (
            lambda s: s.asked_since("seats", NOON),
            "SEARCH answers USING COVERING INDEX ix_answers_asked (topic_id=? AND asked>?)",
        ),
        (
            lambda s: s.claim_behind(NOON, until=NOON, limit=9),
            "SEARCH subscribers USING INDEX ix_subscribers_edition (topic_id=? AND edition<?)",
        ),
        (
            lambda s: s.claim_intents(NOON, until=NOON, limit=9),
            "SEARCH intents USING INDEX ix_intents_due (due<?)",
        ),
        (
            lambda s: s.hub_load("seats", Format.ATOM, host="a.example"),
            "SEARCH subscribers USING COVERING INDEX ix_subscribers_host (host=?)",
        ),
        (
            lambda s: s.hub_load("seats", Format.ATOM, host="a.example"),
            "SEARCH intents USING COVERING INDEX ix_intents_host (host=?)",
        ),
    ],
    ids=[
        "next_due",
        "due",
        "whether an archive is to be read",
        "known entries",
        "topics of revised",
        "unjudged",
        "unjudged_count",
        "place",
        "place for many topics",
        "settled_after",
        "edition",
        "weekly",
        "unsettled",
        "old sketches",
        "old tallies",
        "first days of sources",
        "kin",
        "newest of all",
        "newest of a source",
        "newest of a topic",
        "verdicts_of",
        "rulings_of",
        "labels",
        "labels_of",
        "token",
        "uncertain",
        "asked_since",
        "claim_behind",
        "claim_intents",
        "subscribers of a host",
        "intents of a host",
    ],
)
def test_a_query_uses_its_index(filled: Store, call: Callable[[Store], object], step: str) -> None:
    """The cost of a query grows with what it gives, not with what is stored."""
    assert step in plans(filled, call)


@pytest.mark.parametrize(
    "call",
    [
        lambda s: s.edition("seats"),
        lambda s: s.entries(limit=9),
        lambda s: s.entries(source="press", limit=9),
        lambda s: s.entries(topic="seats", limit=9),
        lambda s: s.unjudged(s.standing("seats"), limit=9),
    ],
    ids=["edition", "newest of all", "newest of a source", "newest of a topic", "unjudged"],
)
def test_a_listing_is_read_in_order(filled: Store, call: Callable[[Store], object]) -> None:
    """A listing comes from its index in order: nothing is sorted to show the first few."""
    assert "TEMP B-TREE" not in plans(filled, call)


def test_the_planner_learns_from_a_sample(filled: Store) -> None:
    """What housekeeping lets the planner learn costs no more as the tables grow."""
    filled.housekeeping(NOON)

    with filled._database.writing() as connection:
        assert connection.exec_driver_sql("PRAGMA analysis_limit").scalar() == 1_000
