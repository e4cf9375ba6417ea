"""What proving a topic asks of the store."""

from datetime import timedelta

from sqlalchemy import Table, insert

from builders import NOON, an_entry
from stores import fill, judge
from topicwire.model.judging import Held, Label, LabelledBy, Stand
from topicwire.store.store import Store
from topicwire.store.tables import labels, rulings


def put(store: Store, table: Table, entry_id: int, **values: object) -> None:
    """Write a row as its own part of the store would."""
    row = {"topic_id": "seats", "entry_id": entry_id, "who": "ada", "made": NOON} | values
    with store._database.writing() as connection:
        connection.execute(insert(table).values(row))


def test_what_is_held_of_an_entry_is_its_placement_its_score_and_its_ruling(store: Store) -> None:
    """An entry of which nothing is held says nothing; a ruling alone is enough."""
    fill(store, *(an_entry(uid=f"u{number}", title=f"T{number}") for number in range(4)))
    scores = {"T0": 0.9, "T1": 0.3, "T2": 0.0, "T3": 0.0}
    judge(store, score=lambda stored: scores[stored.entry.title])
    numbers = {each.entry.title: each.id for each in store.archive()}
    put(store, rulings, numbers["T2"], stand="veto", why="")

    assert store.held("seats") == {
        numbers["T0"]: Held(is_in=True, score=0.9),
        numbers["T1"]: Held(is_in=False, score=0.3),
        numbers["T2"]: Held(is_in=False, stand=Stand.VETO),
    }
    assert store.held("unknown") == {}


def test_labels_come_with_their_entries_in_the_order_they_were_given(store: Store) -> None:
    """Those of other topics do not."""
    fill(store, *(an_entry(uid=f"u{number}", title=f"T{number}") for number in range(2)))
    first, second = sorted(each.id for each in store.archive())
    later = NOON + timedelta(hours=1)
    put(store, labels, first, expect=False, by="feedback", made=later)
    put(store, labels, second, expect=True, by="editor")

    found = store.labels("seats")

    assert [label for label, _ in found] == [
        Label("seats", second, expect=True, who="ada", by=LabelledBy.EDITOR, made=NOON),
        Label("seats", first, expect=False, who="ada", by=LabelledBy.FEEDBACK, made=later),
    ]
    assert [stored.id for _, stored in found] == [second, first]
