"""Polls that read only what is new store what polls that read everything store."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import count

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from builders import NOON, a_source, a_state, an_entry, an_item
from fakes import FakeWeb, FakeWorkers
from stores import a_feed, a_poll, fill
from topicwire.ingest.run.polls import ingest
from topicwire.model.judging import StoredEntry
from topicwire.model.wire import Feed, Outline, Poll, PollState, Response, Retraction
from topicwire.store import outlines
from topicwire.store.store import Store
from topicwire.store.tables import sources

HEAD = "<rss version='2.0'><channel><title>P</title><link>https://press.example/</link>"
ITEMS = {
    "plain": "<guid>1</guid><title>One</title>",
    "edited": "<guid>1</guid><title>One, edited</title>",
    "moved": "<guid>https://press.example/1</guid><link>https://press.example/1</link>"
    "<title>Crews trade seats</title>",
    "renamed": "<guid>new-1</guid><link>https://press.example/1</link>"
    "<title>Crews trade seats</title>",
    "copied": "<guid>new-2</guid><link>https://press.example/1</link>"
    "<title>Crews trade seats</title>",
    "dated": "<guid>2</guid><title>Two</title><pubDate>Sun, 01 Nov 2026 08:00:00 GMT</pubDate>",
    "ahead": "<guid>3</guid><title>Three</title><pubDate>Tue, 03 Nov 2026 08:00:00 GMT</pubDate>",
    "again": "<guid>2</guid><title>Two, again</title>",
    "nameless": "<title>A column without an id</title>",
    "signed": "<guid>4</guid><title>Four</title><author>a@b.example (Ada)</author>",
    "empty": "",
}
STORIES = [
    ["plain", "dated"],
    ["signed", "plain", "dated"],
    ["dated", "signed", "plain"],
    ["edited", "dated"],
    ["plain", "dated", "again"],
    ["moved", "plain", "ahead"],
    ["renamed", "plain", "ahead"],
    ["copied", "renamed", "plain", "ahead"],
    ["ahead"],
    ["nameless", "ahead", "ahead"],
    ["plain", "nameless", "moved", "empty"],
]
NUMBERS = count()


def document(names: Iterable[str]) -> bytes:
    """Return a feed of the items of these names."""
    items = "".join(f"<item>{ITEMS[name]}</item>\n" for name in names)
    return f"{HEAD}{items}</channel></rss>".encode()


def poll(store: Store, source_id: str, body: bytes, *, day: int) -> list[object]:
    """Poll a source that answers with this body, some days after noon; return the jobs it took."""
    (polled,) = store.polled([source_id])
    web = FakeWeb({polled.url: Response(source_id, polled.url, 200, body=body)})
    workers = FakeWorkers()
    now = NOON + timedelta(days=day)
    list(
        ingest(
            [polled],
            store=store,
            web=web,
            files=None,  # type: ignore[arg-type]
            workers=workers,
            clock=lambda: now,
            jitter=lambda: 0.5,
            min_interval=3600,
        )
    )
    return workers.jobs


def forget(store: Store, source_id: str) -> None:
    """Have the source's next document read whole."""
    with store._database.writing() as connection:
        outlines.forget(connection, [source_id])


def standing(store: Store, source_id: str) -> tuple[object, ...]:
    """Return all that is stored of a source, without the numbers of its rows and its address."""
    (polled,) = store.polled([source_id])
    entries = store.entries(source=source_id, limit=99)
    with store._database.reading() as connection:
        row = connection.execute(
            select(sources.c.shown, sources.c.shape).where(sources.c.id == source_id)
        ).one()
    by_number = {each.id: each.entry.uid for each in entries}
    return (
        replace(polled.state, validated_url=None),
        replace(polled, source=a_source(), state=polled.state, tag="").feed_warnings,
        polled.entries,
        {by_number[number] for number in row.shown or ()},
        row.shape,
        sorted(map(_told, entries)),
    )


def _told(stored: StoredEntry) -> tuple[object, ...]:
    times = (stored.first_seen, stored.revised, stored.published)
    return (stored.entry.uid, stored.revision, times, repr(stored.entry), str(stored.retracted))


def assert_same(store: Store, documents: Sequence[Sequence[str]]) -> int:
    """Poll two sources that show the same; return how many jobs knew the document before."""
    number = next(NUMBERS)
    new, whole = f"new{number}", f"whole{number}"
    mirrored = [
        a_source(id=name, url=f"https://{name}.example/", site=None) for name in (new, whole)
    ]
    store.mirror(mirrored, (), now=NOON, host="wire.example")
    helped = 0
    for day, names in enumerate(documents):
        jobs = poll(store, new, document(names), day=day)
        helped += any(job.outline is not None for job in jobs)  # type: ignore[attr-defined]
        forget(store, whole)
        poll(store, whole, document(names), day=day)
        assert standing(store, new) == standing(store, whole), f"after {names} on day {day}"
    return helped


def test_a_source_that_changes_in_every_way_is_stored_the_same(store: Store) -> None:
    """New, edited, renamed, gone, back, in another order, twice: all as if it were read whole."""
    assert assert_same(store, STORIES) >= 6


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    documents=st.lists(
        st.lists(st.sampled_from(sorted(ITEMS)), min_size=1, max_size=5), min_size=2, max_size=5
    )
)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_any_documents_in_turn_are_stored_the_same(
    store: Store, documents: list[list[str]]
) -> None:
    """Whatever a source shows in turn is stored as if all of it were read each time."""
    assert_same(store, documents)


# ---- what is remembered ----------------------------------------------------------------


def an_outlined(*uids: str, frame: str = "f") -> Feed:
    """Return a feed that is remembered, of entries with these ids."""
    feed = a_feed(*(an_entry(uid=uid, url=None, likeness=None) for uid in uids))
    return replace(feed, outline=Outline(frame, tuple(an_item(uid=uid) for uid in uids)))


def save(store: Store, feed: Feed) -> None:
    store.save_polls([Poll("press", a_state(), feed)], now=NOON)


def test_an_outline_is_kept_with_the_numbers_of_what_is_stored(store: Store) -> None:
    """What a document showed is known by its rows, whatever it was called."""
    fill(store)

    save(store, an_outlined("a", "b"))

    kept = store.outlines(["press", "other"])
    numbers = {each.entry.uid: each.id for each in store.entries(source="press", limit=9)}
    assert list(kept) == ["press"]
    assert kept["press"].frame == "f"
    assert [(item.uid, item.number) for item in kept["press"].items] == [
        ("a", numbers["a"]),
        ("b", numbers["b"]),
    ]
    assert kept["press"].items[0].published == NOON


def test_what_was_not_read_is_still_shown(store: Store) -> None:
    """What a document holds beside its news is neither gone nor taken for another's old self."""
    fill(store)
    save(store, an_outlined("a", "b"))
    known = store.outlines(["press"])["press"]
    news = an_outlined("c")
    assert news.outline is not None
    items = (*news.outline.items, *known.items)

    save(store, replace(news, outline=Outline("f", items)))

    assert len(store.outlines(["press"])["press"].items) == 3
    with store._database.reading() as connection:
        (shown,) = connection.scalars(select(sources.c.shown))
    assert shown == sorted(each.id for each in store.entries(source="press", limit=9))


@pytest.mark.parametrize("how", ["a document that is not remembered", "a push", "a backfill"])
def test_an_outline_goes_when_it_no_longer_tells_what_is_stored(store: Store, how: str) -> None:
    """After anything else was stored of a source its next document is read whole."""
    fill(store)
    save(store, an_outlined("a"))
    other = replace(a_feed(an_entry(uid="a", title="Edited")), retractions=(Retraction("b"),))

    match how:
        case "a push":
            store.save_feed("press", other, now=NOON)
        case "a backfill":
            store.save_backfill("press", other, older=None, now=NOON)
        case _:
            save(store, a_feed(an_entry(uid="a")))

    assert store.outlines(["press"]) == {}


def test_news_beside_a_document_that_was_forgotten_meanwhile_leave_no_outline(
    store: Store,
) -> None:
    """What was pushed while a poll was under way is not covered by what the poll knew before."""
    fill(store)
    save(store, an_outlined("a"))
    known = store.outlines(["press"])["press"]
    forget(store, "press")

    save(store, replace(a_feed(), outline=known))

    assert store.outlines(["press"]) == {}


def test_a_poll_that_reads_nothing_leaves_the_outline(store: Store) -> None:
    """Neither 304 nor a failure changes what the last document held."""
    fill(store)
    save(store, an_outlined("a"))

    store.save_polls([Poll("press", PollState(next_poll=NOON))], now=NOON)

    assert list(store.outlines(["press"])) == ["press"]


def test_polls_saved_together_ask_the_database_no_more_often(store: Store) -> None:
    """A batch of documents costs as many statements as one of them."""
    names = [f"s{number}" for number in range(9)]
    fill(store, sources=tuple(a_source(id=name) for name in names))

    with counted(store) as one:
        store.save_polls([a_poll(an_entry(uid="1"), source_id="s0")], now=NOON)
    with counted(store) as many:
        store.save_polls(
            [a_poll(an_entry(uid="1"), source_id=name) for name in names[1:]], now=NOON
        )

    assert len(many) <= len(one) + 1


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Give the statements that are executed within."""
    found: list[str] = []
    engine = store._database._writer

    def note(_c: object, _u: object, sql: str, *_r: object) -> None:
        found.append(sql)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)
