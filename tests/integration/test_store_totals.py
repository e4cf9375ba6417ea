"""What stands in topics is counted anew only where it may have changed, and is always right."""

from sqlalchemy import event

from builders import NOON, a_source, a_topic, an_entry
from stores import a_definition, a_poll, a_verdict, fill, judge
from topicwire.model.judging import Ruling, Stand
from topicwire.store.store import Store


def counted(store: Store) -> list[str]:
    """Return the statements that count placements when the totals are asked for."""
    found: list[str] = []

    def note(_c: object, _u: object, sql: str, *_: object) -> None:
        if "FROM placements" in sql:
            found.append(sql)

    event.listen(store._database._reader, "before_cursor_execute", note)
    store.totals()
    event.remove(store._database._reader, "before_cursor_execute", note)
    return found


def a_store_of_two(store: Store) -> Store:
    """Give the store three entries, which stand in both of its topics."""
    definitions = (a_definition(), a_definition(a_topic(id="crews")))
    fill(store, *[an_entry(uid=f"{n}") for n in range(3)], definitions=definitions)
    judge(store)
    judge(store, topic_id="crews")
    return store


def test_what_has_not_changed_is_not_counted_again(store: Store) -> None:
    """Asking again counts nothing, and finds the same."""
    a_store_of_two(store)

    assert store.totals() == {"seats": 3, "crews": 3}
    assert counted(store) == []
    assert store.totals() == {"seats": 3, "crews": 3}


def test_what_comes_and_goes_is_counted(store: Store) -> None:
    """An entry that enters one topic, or that an editor turns out, changes that topic's total."""
    a_store_of_two(store)
    store.totals()

    store.save_polls([a_poll(an_entry(uid="new"))], now=NOON)
    judge(store)
    judge(store, topic_id="crews", score=lambda _: 0.1)
    came = store.totals()
    store.rule(Ruling("crews", 1, Stand.VETO, who="ada", why="no", made=NOON))

    assert came == {"seats": 4, "crews": 3}
    assert store.totals() == {"seats": 4, "crews": 2}
    assert store.counts().placements == 6


def test_a_topic_that_judges_anew_is_counted_each_time(store: Store) -> None:
    """Until a changed topic has judged all that there was, its edition does not tell what stands."""
    fill(store, *[an_entry(uid=f"{n}") for n in range(3)])
    judge(store, score=lambda _: 0.1)
    store.mirror((a_source(),), (a_definition(version="v2"),), now=NOON, host="wire.example")
    before = store.standing("seats")
    assert store.totals() == {"seats": 0}

    (first,) = store.unjudged(before, limit=1)
    store.place(before, [a_verdict(first)], through=first.seq, now=NOON)

    assert store.standing("seats").edition == before.edition
    assert store.totals() == {"seats": 1}
