"""Labels: what editors and readers say of entries is kept, the last word winning."""

from datetime import timedelta

import pytest

from builders import NOON, a_topic, an_entry
from stores import a_definition, fill
from topicwire.errors import NotFoundError
from topicwire.model.judging import Label, LabelledBy
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)


def a_label(entry_id: int = 1, **changes: object) -> Label:
    values: dict[str, object] = {
        "topic_id": "seats",
        "entry_id": entry_id,
        "expect": True,
        "who": "ada",
        "by": LabelledBy.EDITOR,
        "made": NOON,
    }
    return Label(**(values | changes))  # type: ignore[arg-type]


@pytest.fixture
def filled(store: Store) -> Store:
    """Give a store with two topics and three entries, none of them judged."""
    both = (a_definition(), a_definition(a_topic(id="crews")))
    minutes = [timedelta(minutes=n) for n in (1, 2, 3)]
    numbered = [
        an_entry(uid=f"{m}", title=f"{m.seconds // 60}", published=NOON + m) for m in minutes
    ]
    fill(store, *numbered, definitions=both)
    return store


def test_labels_come_back_with_their_entries(filled: Store) -> None:
    """Who measures or learns needs the text of what was labelled; the first given comes first."""
    given = (a_label(2, made=LATER), a_label(1, expect=False), a_label(3, topic_id="crews"))

    assert filled.label(given) == given

    found = filled.labels("seats")
    assert [(label, stored.entry.title) for label, stored in found] == [
        (given[1], "1"),
        (given[0], "2"),
    ]
    assert filled.labels_of(3) == (given[2],)


def test_the_last_word_wins(filled: Store) -> None:
    """An editor who changes their mind, or another editor, is believed."""
    filled.label((a_label(),))

    changed = a_label(expect=False, who="bo", made=LATER)

    assert filled.label((changed,)) == (changed,)
    assert filled.labels_of(1) == (changed,)


def test_a_reader_never_overrules_an_editor(filled: Store) -> None:
    """The editor's label stands, and the answer says so."""
    said = a_label()
    filled.label((said,))

    feedback = a_label(expect=False, who="reader", by=LabelledBy.FEEDBACK, made=LATER)

    assert filled.label((feedback,)) == (said,)
    assert filled.labels_of(1) == (said,)


def test_an_editor_overrules_a_reader(filled: Store) -> None:
    """And a reader another reader."""
    one = a_label(who="one", by=LabelledBy.FEEDBACK)
    other = a_label(who="other", by=LabelledBy.FEEDBACK, expect=False, made=LATER)
    filled.label((one,))

    assert filled.label((other,)) == (other,)
    assert filled.label((a_label(),)) == (a_label(),)


def test_one_entry_that_is_not_there_labels_none(filled: Store) -> None:
    """A slip in a list of numbers leaves nothing half done."""
    with pytest.raises(NotFoundError, match="no entry 99"):
        filled.label((a_label(1), a_label(99)))
    with pytest.raises(NotFoundError, match="no topic 'seat'"):
        filled.label((a_label(1), a_label(2, topic_id="seat")))

    assert filled.labels("seats") == ()


def test_a_removed_label_is_gone(filled: Store) -> None:
    """How many there were is said; other topics keep theirs."""
    filled.label((a_label(1), a_label(2), a_label(1, topic_id="crews")))

    assert filled.remove_labels("seats", (1, 3)) == 1

    assert [label.entry_id for label, _ in filled.labels("seats")] == [2]
    assert len(filled.labels_of(1)) == 1


def test_labels_are_no_news_to_readers(filled: Store) -> None:
    """The feed stays as it was."""
    before = filled.editions()

    filled.label((a_label(),))

    assert filled.editions() == before


def test_labels_of_a_topic_that_left_are_not_told(filled: Store) -> None:
    """They are kept for its return."""
    filled.label((a_label(),))
    fill(filled, definitions=(a_definition(a_topic(id="crews")),))
    assert filled.labels_of(1) == ()
    with pytest.raises(NotFoundError, match="no topic 'seats'"):
        filled.labels("seats")

    fill(filled)

    assert filled.labels_of(1) == (a_label(),)
