"""Which entry is which, when it was written, and whether it changed."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import NOON, an_entry, an_item
from topicwire.ingest import identify
from topicwire.ingest.raw import RawEntry
from topicwire.ingest.read import ReadJob, read
from topicwire.model.wire import Enclosure, Entry
from unit.ingest.goldens import Golden, cases


def found(guid: str | None, number: int, *, age: int = 0) -> tuple[RawEntry, Entry]:
    """Return an entry with its own address, published `age` hours before noon."""
    url = f"https://press.example/{number}"
    entry = an_entry(title=f"T{number}", url=url, published=NOON - timedelta(hours=age))
    return RawEntry(id=guid, link=url), entry


@pytest.mark.parametrize("golden", cases("identify"))
def test_golden(golden: Golden) -> None:
    """P3, P21, P26, P30, P37, P38: ids, titles, links and dates as the case expects."""
    job = ReadJob(golden.body, None, "https://press.example/feed", now=NOON)

    names = ("uid", "title", "url", "published", "updated")
    shown = [{name: getattr(each, name) for name in names} for each in read(job).entries]

    golden.check(shown)


def test_a_shared_guid_stays_apart_as_the_document_moves_on() -> None:
    """P26: with one guid for all, a new entry on top or an old one leaving changes no other's id."""
    entries = [found("same", number, age=number) for number in range(6)]

    first, second, third = (identify.uids(entries[n : n + 4]) for n in (2, 1, 0))

    assert first[:-1] == second[1:]
    assert second[:-1] == third[1:]
    assert len(set(third)) == 4


@pytest.mark.parametrize("order", [(1, 2), (2, 1)], ids=["newest first", "oldest first"])
def test_of_two_the_earlier_keeps_the_guid(order: tuple[int, int]) -> None:
    """P21: who came first stays who it was, wherever it stands in the document."""
    pairs = [found("same", number, age=number) for number in order]

    uids = dict(zip(order, identify.uids(pairs), strict=True))

    assert uids == {2: "same", 1: "same|https://press.example/1"}


def test_of_two_without_dates_the_first_keeps_the_guid() -> None:
    """P21: the first occurrence stays as it is."""
    pairs = [(raw, replace(entry, published=None)) for raw, entry in (found("g", 1), found("g", 2))]

    assert identify.uids(pairs) == ("g", "g|https://press.example/2")


@pytest.mark.parametrize(
    ("guid", "link", "expected"),
    [
        pytest.param(" A/b?c#d \n", "x", "A/b?c#d", id="trimmed, else verbatim (P25)"),
        pytest.param("", "/p?utm_source=x", "/p?utm_source=x", id="the link verbatim"),
        pytest.param(" ", None, "sha256:", id="a digest of the words"),
        pytest.param("x" * 3_000, None, "sha256:", id="a digest of what is too long"),
    ],
)
def test_the_id_is_the_guid_else_the_link_else_a_digest(
    guid: str, link: str | None, expected: str
) -> None:
    """P21, P25: ids are taken as they are."""
    (uid,) = identify.uids([(RawEntry(id=guid, link=link), an_entry())])

    assert expected == (uid[:7] if expected == "sha256:" else uid)


def test_an_id_that_is_told_apart_stays_short_enough_to_be_kept() -> None:
    """P26: a database's index has a longest value; what tells ids apart counts towards it."""
    far = f"https://press.example/{'p' * 1_900}"
    entries = [an_entry(url=f"{far}{number}", title=f"T{number}") for number in range(3)]

    uids = identify.uids([(RawEntry(id="g" * 1_990), entry) for entry in entries])

    assert len(set(uids)) == 3
    assert max(len(uid.encode()) for uid in uids) <= identify.LONGEST_ID


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["", "a", "a|0", "b"]), st.integers(0, 2)), max_size=12))
def test_ids_are_always_apart(kinds: list[tuple[str, int]]) -> None:
    """P26: no two entries of a document have one id, and the same document gives the same ids."""
    pairs = [found(guid, number) for guid, number in kinds]

    uids = identify.uids(pairs)

    assert len(pairs) == len(set(uids))
    assert uids == identify.uids(pairs)


@pytest.mark.parametrize(
    ("published", "updated", "expected"),
    [
        pytest.param(NOON, None, (NOON, None), id="only published"),
        pytest.param(None, NOON, (NOON, NOON), id="only updated"),
        pytest.param(NOON, NOON - timedelta(days=1), (NOON, NOON), id="updated before (P30)"),
        pytest.param(NOON + timedelta(minutes=11), None, (None, None), id="in the future (P30)"),
        pytest.param(
            datetime(1989, 12, 31, tzinfo=UTC), None, (None, None), id="before feeds (P30)"
        ),
        pytest.param(None, None, (None, None), id="none"),
    ],
)
def test_dates_are_plausible_or_none(
    published: datetime | None, updated: datetime | None, expected: tuple[datetime | None, ...]
) -> None:
    """P30: no date from the future or from before feeds; published comes before updated."""
    assert expected == identify.dates(published, updated, now=NOON)


def test_the_fingerprint_is_of_what_is_seen() -> None:
    """P29: spacing, markup and dates do not change it, words and files do."""
    entry = an_entry(text="a b")
    file = Enclosure("https://press.example/a.mp3", "audio/mpeg")
    same = (
        an_entry(text=" a\n\nb "),
        an_entry(text="a b", content_html="<b>a</b> b", tags=("x",)),
        an_entry(text="a b", updated=NOON),
    )
    other = (an_entry(text="a c"), an_entry(text="a b", enclosures=(file,)), an_entry(title="U"))

    assert {identify.marks(entry)[0]} == {identify.marks(each)[0] for each in same}
    assert len({identify.marks(each)[0] for each in (entry, *other)}) == 4


@pytest.mark.parametrize(
    ("given_title", "text", "expected"),
    [
        pytest.param("T", "x", "T", id="given"),
        pytest.param("", "a\n\nb", "a b", id="the text"),
        pytest.param("", "word " * 30, "word " * 19 + "word…", id="its first words (P37)"),
        pytest.param("", "x" * 200, "x" * 100 + "…", id="one long word"),
        pytest.param("", "", "https://press.example/1", id="the address (P37)"),
    ],
)
def test_a_missing_title_is_made(given_title: str, text: str, expected: str) -> None:
    """P37: there is always a title."""
    assert expected == identify.title(given_title, text=text, url="https://press.example/1")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param("en-US", "en", id="region"),
        pytest.param("pt_BR", "pt", id="underscore"),
        pytest.param(" DE ", "de", id="case and space"),
        pytest.param("haw", "haw", id="three letters"),
        pytest.param("English", None, id="a name"),
        pytest.param("x-klingon", None, id="private"),
        pytest.param("", None, id="empty"),
        pytest.param(None, None, id="none"),
    ],
)
def test_a_language_is_its_primary_tag(tag: str | None, expected: str | None) -> None:
    """P18: plausible tags only, in lower case."""
    assert expected == identify.language(tag)


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        pytest.param(["Ada Writer", "Bo Reader"], ("Ada Writer", "Bo Reader"), id="two"),
        pytest.param(["Ada Writer", "", "Ada Writer"], ("Ada Writer",), id="twice"),
        pytest.param(
            ["Ada Writer, Bo Reader and Cy Editor"],
            ("Ada Writer", "Bo Reader", "Cy Editor"),
            id="a list",
        ),
        pytest.param(["Writer, Ada"], ("Writer, Ada",), id="family name first"),
        pytest.param(["Ada Writer, PhD"], ("Ada Writer, PhD",), id="a degree"),
        pytest.param(["Rand and Sons"], ("Rand and Sons",), id="a firm"),
    ],
)
def test_people_are_named_once(names: list[str], expected: tuple[str, ...]) -> None:
    """P39: lists of full names are taken apart, other commas are left alone."""
    assert expected == identify.people(names)


def test_the_newest_are_kept_in_their_order() -> None:
    """P20: what is dropped is the oldest, wherever it stands; what has no date counts as old."""
    days = [3, None, 1, 5, 4]
    raws = [RawEntry(id=str(day), published=day and NOON + timedelta(days=day)) for day in days]  # type: ignore[arg-type]

    assert [each.id for each in identify.newest(raws, most=3)] == ["3", "5", "4"]


def test_undated_entries_are_kept_from_both_ends() -> None:
    """P20: some feeds have their newest entry first, others last."""
    raws = [RawEntry(id=str(number)) for number in range(9)]

    assert [each.id for each in identify.newest(raws, most=5)] == ["0", "1", "6", "7", "8"]


@pytest.mark.parametrize(
    ("hours", "expected"),
    [
        pytest.param([], None, id="none"),
        pytest.param([1], None, id="one"),
        pytest.param([0, 2], 7_200.0, id="two"),
        pytest.param([9, 0, 1, 3], 2 * 3_600.0, id="in any order"),
        pytest.param([*range(20), 999], 3_600.0, id="only the latest twenty"),
    ],
)
def test_the_gap_is_the_median_time_between_entries(
    hours: list[int], expected: float | None
) -> None:
    """A6: how often a source writes tells how often to ask it."""
    items = [an_item(published=NOON - timedelta(hours=each)) for each in hours]

    assert expected == identify.gap([*items, an_item(published=None)])


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("Seats were traded. 12 comments. Posted 3 hours ago.", id="counter, time"),
        pytest.param("SEATS  were traded! 1,204 comments — posted an hour ago", id="case, marks"),
    ],
)
def test_what_nobody_edited_is_no_edit(text: str) -> None:
    """P29: counters, relative times, case, spacing and punctuation say nothing of an edit."""
    first = an_entry(text="Seats were traded. 7 comments. Posted 2 minutes ago.")

    assert identify.marks(first) == identify.marks(replace(first, text=text))
    assert identify.marks(first) != identify.marks(replace(first, text="Seats were sold."))
