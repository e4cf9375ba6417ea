"""Feed readers that are not ours follow a topic: what they have of it, and what it costs.

The story is told once (acceptance.clients.story), to all readers that are installed; `make clients`
installs them. Each test asks about one chapter of it.
"""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

from acceptance.clients.kinds import AtEdit, AtRemoval, Entry, Kind
from acceptance.clients.newsroom import (
    EDITED,
    EPISODE,
    FIRST_COLUMNS,
    LATER,
    LATER_EPISODE,
    TO_EDIT,
    TO_VETO,
)
from acceptance.clients.programs import Newsboat
from acceptance.clients.shelf import KINDS
from acceptance.clients.story import CHAPTERS, NEW, OLD, Case, Sight, tell
from acceptance.columns import TOGETHER
from acceptance.conftest import in_group
from acceptance.wire import ROOT, TOPIC, Wire

CASES = {
    "sqlite": tuple(Case(kind, form) for kind in KINDS for form in kind.forms),
    # It is given the same bytes (test_same_bytes.py): two readers tell whether they come.
    "postgres": tuple(
        Case(kind, form)
        for kind in KINDS
        for form in kind.forms
        if kind.name in {"newsboat", "reader"}
    ),
}

pytestmark = pytest.mark.timeout(300)


@pytest.fixture(scope="module")
def sights(
    tmp_path_factory: pytest.TempPathFactory, shared_database_url: str, kind: str
) -> Mapping[Case, Sight]:
    """Return what every reader saw."""
    installed = tuple(case for case in CASES[kind] if case.kind.is_installed())
    return tell(tmp_path_factory.mktemp("story"), installed, shared_database_url)


@pytest.fixture(scope="module")
def sight(request: pytest.FixtureRequest, sights: Mapping[Case, Sight]) -> Sight:
    """Return what each reader saw, in each format that it understands."""
    return sights[request.param]


def case_of(kind: str, case: Case) -> ParameterSet:
    """Return what tests are told of a reader at a kind of database."""
    reason = f"{case.kind.package} is not installed"
    missing = pytest.mark.skipif(not case.kind.is_installed(), reason=reason)
    marks = [missing, *in_group("clients", kind)]
    return pytest.param(kind, case, id=f"{kind}-{case.kind.name}-{case.form}", marks=marks)


to_every_reader = pytest.mark.parametrize(
    ("kind", "sight"),
    [case_of(kind, case) for kind, cases in CASES.items() for case in cases],
    indirect=True,
)


def titled(entries: Iterable[Entry]) -> list[tuple[str, str]]:
    """Return titles and links of entries, sorted, with all that is there twice."""
    return sorted((each.title, each.link) for each in entries)


def expected(kind: Kind, *, until: str) -> list[tuple[str, str]]:
    """Return titles and links that a reader of a kind has at the end of a chapter, sorted."""
    columns = list(FIRST_COLUMNS)
    done = list(CHAPTERS)[: list(CHAPTERS).index(until) + 1]
    if "edited" in done and kind.at_edit is not AtEdit.KEEPS:
        columns.append(EDITED)
        if kind.at_edit is AtEdit.UPDATES:
            columns.remove(TO_EDIT)
    if "grown" in done:
        columns += [LATER, LATER_EPISODE]
    if "vetoed" in done and kind.at_removal is AtRemoval.DROPS:
        columns.remove(TO_VETO)
    return sorted((each.title, each.link) for each in columns)


@to_every_reader
def test_every_entry_is_there_once(sight: Sight) -> None:
    """O5, O9, O15: the right title and link, whatever signs they have; one guid at two sources."""
    assert titled(sight.had("subscribed")) == expected(sight.kind, until="subscribed")


@to_every_reader
def test_what_has_not_changed_is_confirmed(sight: Sight) -> None:
    """O51: who sends validators is answered 304, also at a new address; some send none."""
    for chapter in sight.kind.confirmed:
        last = sight.asked(chapter)[-1]
        assert (last.is_conditional, last.status) == (True, 304), chapter
    if not sight.kind.confirmed:
        assert not any(each.is_conditional for each in sight.asked("settled"))
    assert titled(sight.had("unchanged")) == expected(sight.kind, until="unchanged")


@to_every_reader
def test_an_edit_makes_no_second_entry(sight: Sight) -> None:
    """O3: an entry with another title is the same entry to all who know it by its id."""
    assert titled(sight.had("edited")) == expected(sight.kind, until="edited")


@to_every_reader
def test_only_what_is_new_is_new(sight: Sight) -> None:
    """Two columns are written, and two entries come."""
    assert titled(sight.had("grown")) == expected(sight.kind, until="grown")


@to_every_reader
def test_a_removal_disturbs_nobody(sight: Sight) -> None:
    """A tombstone, and a document with an entry less, make nothing new and lose nothing else."""
    assert titled(sight.had("vetoed")) == expected(sight.kind, until="vetoed")


@to_every_reader
def test_a_renamed_topic_is_followed(sight: Sight) -> None:
    """O63: the old address leads to the new one, and no entry comes a second time."""
    paths = {each.path: each.status for each in sight.asked("renamed")}
    assert paths == {
        f"/topics/{OLD}.{sight.form}": 308,
        f"/topics/{NEW}.{sight.form}": 200,
    }
    for chapter in ("renamed", "settled"):
        assert titled(sight.had(chapter)) == expected(sight.kind, until=chapter)


@to_every_reader
def test_what_there_is_to_play_is_found(sight: Sight) -> None:
    """O29, O40: readers that play sound know where it is, of these entries alone."""
    sounds = {each.title: each.sound for each in sight.had("grown") if each.sound}
    episodes = {EPISODE.title, LATER_EPISODE.title}
    assert set(sounds) == (episodes if sight.form in sight.kind.plays else set())
    assert all(address.endswith(".mp3") for address in sounds.values())


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in KINDS])
def test_the_table_says_what_a_reader_does(kind: Kind) -> None:
    """docs/readers.md has a row for each, with its formats and its ways."""
    table = (ROOT / "docs" / "readers.md").read_text(encoding="utf-8")
    (row,) = [line for line in table.splitlines() if line.startswith(f"| {kind.name} |")]
    _, _, forms, confirmed, edit, removal, *_ = re.sub(r" \[\d\]", "", row).split(" | ")
    assert tuple(forms.split(", ")) == kind.forms
    assert confirmed.startswith("304") == bool(kind.confirmed)
    assert (edit, removal) == (kind.at_edit.value, kind.at_removal.value)


@pytest.mark.skipif(not KINDS[0].is_installed(), reason=f"{KINDS[0].package} is not installed")
def test_newsboat_takes_the_subscription_list(wire: Wire, tmp_path: Path) -> None:
    """L1: a reader that we did not write imports the OPML and finds every column unread."""
    newsboat = Newsboat(tmp_path)
    (tmp_path / "urls").touch()
    (tmp_path / "config").write_text("show-read-feeds yes\n", encoding="utf-8")
    wire.json("poll")
    with wire.daemon():
        opml = tmp_path / "topics.opml"
        opml.write_bytes(wire.get("/topics.opml")[2])
        newsboat.run("-i", str(opml))
        assert f"{wire.base_url}/topics/{TOPIC}.atom" in (tmp_path / "urls").read_text()
        newsboat.poll()
        assert newsboat.run("-x", "print-unread").startswith(f"{len(TOGETHER)} unread")
