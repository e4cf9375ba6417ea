"""Which entries tell the same story."""

import random
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOON, a_stored, an_entry
from topicwire.ingest.stories import sketch, story, text_hashes
from topicwire.model.article import Kin
from topicwire.model.judging import StoredEntry

WORDS = [
    "agency",
    "bridge",
    "canal",
    "coast",
    "crew",
    "debate",
    "election",
    "field",
    "garden",
    "harbour",
    "island",
    "journal",
    "kitchen",
    "ladder",
    "market",
    "mission",
    "night",
    "orbit",
    "paper",
    "quarter",
    "river",
    "station",
    "treaty",
    "union",
    "valley",
    "window",
    "winter",
]
TITLE = "Nations trade seats on two rockets"


def a_text(seed: int, length: int = 600) -> str:
    """Return a text that no other seed gives."""
    return " ".join(random.Random(seed).choices(WORDS, k=length))


LONG = a_text(1)


def told(title: str = TITLE, text: str = LONG, **changes: object) -> StoredEntry:
    values = {"uid": "1", "url": None, "url_key": None, "title": title, "text": text} | changes
    return a_stored(id=2, source_id="other", entry=an_entry(**values))


def kin_of(entry: StoredEntry, other: StoredEntry, **changes: object) -> Kin:
    """Return another entry as the store finds it beside `entry`."""
    sketches = [sketch(each.entry.title, each.text, uid=each.entry.uid) for each in (entry, other)]
    texts = [{each for each in one if each % 8 == 0} for one in sketches]
    values: dict[str, object] = {
        "entry_id": 1,
        "story": 1,
        "source_id": "press",
        "title": other.entry.title,
        "url_key": other.entry.url_key,
        "uid": other.entry.uid,
        "length": len(other.text),
        "published": other.published,
        "likeness": other.entry.likeness,
        "shared": len(texts[0] & texts[1]),
        "hashes": len(texts[1]),
    }
    return Kin(**(values | changes))  # type: ignore[arg-type]


def found(entry: StoredEntry, other: StoredEntry, **changes: object) -> int | None:
    sketched = sketch(entry.entry.title, entry.text, uid=entry.entry.uid)
    return story(entry, sketched, [kin_of(entry, other, **changes)])


EXCERPT = " ".join(LONG.split()[100:340])
EDITED = " ".join("changed" if n % 33 == 0 else word for n, word in enumerate(LONG.split()))


@pytest.mark.parametrize(
    ("entry", "other"),
    [
        pytest.param(told(title="Else"), told(), id="the same text"),
        pytest.param(told(title="Else", text=EXCERPT), told(), id="an excerpt of 40 %"),
        pytest.param(told(title="Else", text=EDITED), told(), id="3 % of the words changed"),
        pytest.param(told(title="Else", text=LONG + " " + a_text(5, 60)), told(), id="furniture"),
        pytest.param(told(text="A summary."), told(), id="a summary under the same title"),
        pytest.param(
            told(title=f"{TITLE} | The Press", text="In short."), told(), id="a title with a name"
        ),
        pytest.param(
            told(title="Else", text="x", url_key="press.example/a"),
            told(url_key="press.example/a"),
            id="the same page",
        ),
        pytest.param(
            told(title="Else", text="x", uid="https://press.example/a"),
            told(uid="https://press.example/a"),
            id="the same id (O5)",
        ),
    ],
)
def test_the_same_story_is_found(entry: StoredEntry, other: StoredEntry) -> None:
    """P27, O5: exact and near copies, excerpts and summaries at another source are one story."""
    assert found(entry, other) == 1


def test_what_has_the_same_id_is_one_however_long_after() -> None:
    """O5: a source without dates, found late, has them of the day; its entries are no others."""
    entry = told(title="Else", text="x", uid="https://press.example/a")
    assert found(entry, entry, published=NOON - timedelta(days=90)) == 1


@pytest.mark.parametrize(
    ("entry", "other", "changes"),
    [
        pytest.param(told(text=a_text(9)), told(title="Else"), {}, id="another text and title"),
        pytest.param(told(text=a_text(9)), told(), {}, id="one title, two long texts"),
        pytest.param(
            told(title="Morning briefing", text="x"),
            told(title="Morning briefing", text="y"),
            {},
            id="a recurring title of few words",
        ),
        pytest.param(
            told(title="Space week in review, part 3", text="x"),
            told(title="Space week in review, part 4", text="y"),
            {},
            id="another number",
        ),
        pytest.param(
            told(text="x"), told(), {"published": NOON - timedelta(days=5)}, id="an old title"
        ),
        pytest.param(told(), told(), {"published": NOON - timedelta(days=20)}, id="an old text"),
        pytest.param(
            told(text=EXCERPT), told(), {"source_id": "other"}, id="a source's own series"
        ),
        pytest.param(
            told(uid="1", text="x", title="a"), told(uid="1"), {}, id="an id that is none"
        ),
    ],
)
def test_another_story_is_another(
    entry: StoredEntry, other: StoredEntry, changes: dict[str, object]
) -> None:
    """Recurring titles, series and chance make no story one."""
    assert found(entry, other, **changes) is None


def test_the_most_alike_counts_then_the_earliest() -> None:
    """An entry joins one story alone, and never makes two one."""
    entry = told(likeness="same")
    near, twin, later = (
        kin_of(entry, told(text=EXCERPT), story=7),
        kin_of(entry, replace(told(), entry=replace(told().entry, likeness="same")), story=8),
        kin_of(entry, told(), story=9, likeness="same", published=NOON + timedelta(hours=1)),
    )

    assert story(entry, sketch(TITLE, LONG), [near, later, twin]) == 8


def test_a_sketch_is_the_same_everywhere() -> None:
    """The same words give the same hashes, fit for a signed column, on every machine."""
    found_hashes = sketch(TITLE, LONG, uid="https://press.example/1")

    assert found_hashes == sketch(
        TITLE.upper(), LONG.replace(" ", ",  "), uid="https://press.example/1"
    )
    assert all(-(1 << 63) <= each < 1 << 63 for each in found_hashes)
    assert 0 < text_hashes(found_hashes) <= 400


def test_furniture_is_not_sketched() -> None:
    """What stands in every column of a source makes none of them alike."""
    box = a_text(5, 80)
    text = f"{box} {a_text(6, 200)}"

    assert sketch("", text, furniture=[(0, len(box))]) == sketch("", a_text(6, 200))
