"""Who has no catalogue makes one: from a page, a feed, a list, or what comes along."""

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commands import Run
from origin import Origin, Seen, answer

FEED = b"""<rss version="2.0"><channel><title>%s</title>
<item><title>A wind farm at sea</title><link>https://a.example/1</link></item></channel></rss>"""
PAGE = b"""<html><head><title>The paper</title>
<link rel="alternate" type="application/rss+xml" href="/world.rss" title="World">
<link rel="alternate" type="application/rss+xml" href="/sport.rss" title="Sport"></head></html>"""
LIST = """<opml version="2.0"><body>
<outline type="rss" text="World" xmlUrl="https://a.example/world.rss"/>
<outline type="rss" text="Odd" xmlUrl="ftp://a.example/odd.rss"/></body></opml>"""

Init = Callable[..., tuple[int, str, str]]


def reply(seen: Seen) -> bytes:
    """Answer as a paper with two feeds."""
    if seen.path.endswith(".rss"):
        return answer(body=FEED % seen.path.encode(), content_type="application/rss+xml")
    if seen.path == "/":
        return answer(body=PAGE, content_type="text/html")
    return answer(404)


@pytest.fixture(scope="module")
def paper() -> Iterator[Origin]:
    """Give a paper on the loopback."""
    with Origin(reply) as origin:
        yield origin


@pytest.fixture
def init(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Return the command, which may ask the paper and nothing else."""
    monkeypatch.setenv("TOPICWIRE_ALLOW_PRIVATE", "127.0.0.1")
    monkeypatch.setenv("TOPICWIRE_HOST_SPACING", "0")
    monkeypatch.chdir(tmp_path)
    return lambda *words: run("init", *words)


def files(root: Path) -> list[str]:
    """Return the paths of all files of a catalogue but its concepts and samples."""
    found = (path.relative_to(root) for path in root.rglob("*") if path.is_file())
    return sorted(str(p) for p in found if p.parts[0] not in {"concepts", "samples"})


def test_without_a_question_there_are_samples_and_a_starter_topic(
    init: Run, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What it wrote is applied as it stands, and it says what to type next, with what is not set."""
    monkeypatch.delenv("TOPICWIRE_ALLOW_FILES")
    said = init("new", "--yes")

    assert (said.code, said.err) == (0, "")
    (*_, poll, _) = said.out.splitlines()
    assert poll == (
        f"  TOPICWIRE_CATALOGUE={tmp_path / 'new'} TOPICWIRE_ALLOW_FILES=true topicwire poll"
    )
    monkeypatch.setenv("TOPICWIRE_CATALOGUE", str(tmp_path / "new"))
    monkeypatch.setenv("TOPICWIRE_ALLOW_FILES", "true")
    plan = run("apply", "--dry-run", "--json")
    assert (plan.code, len(plan.json)) == (0, 5)
    again = run("init", str(tmp_path / "other"), "--yes").out.splitlines()
    assert again[-1] == f"  TOPICWIRE_CATALOGUE={tmp_path / 'other'} topicwire run"


def test_a_feed_and_words_give_a_source_and_a_topic(
    init: Run, run: Run, paper: Origin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The topic has the words as its query, and a guide; what comes of it is published."""
    url = paper.url("/world.rss")
    init("new", "--from", url, "--topic", "Wind power", "--words", "wind farm, turbine", "--yes")

    root = tmp_path / "new"
    assert files(root) == [f"sources/127-0-0-1-{paper.port}-world.toml", "topics/wind-power.toml"]
    written = (root / "topics" / "wind-power.toml").read_text()
    assert "query = '''\n\"wind farm\" OR turbine\n'''\n" in written
    assert "# What the query may say:" in written
    monkeypatch.setenv("TOPICWIRE_CATALOGUE", str(root))
    assert "wind-power: 1 entered" in run("poll").out


def test_a_page_gives_its_surest_feed_when_nobody_may_be_asked(
    init: Run, paper: Origin, tmp_path: Path
) -> None:
    """A page that names feeds is never itself taken for one."""
    init("new", "--from", paper.url("/"), "--yes")

    (source,) = (tmp_path / "new" / "sources").iterdir()
    assert f'url = "{paper.url("/world.rss")}"' in source.read_text()


def test_a_list_gives_what_can_be_added(init: Run, tmp_path: Path) -> None:
    """What cannot is said, and keeps the rest from nothing."""
    (tmp_path / "list.opml").write_text(LIST)

    said = init("new", "--from", "list.opml", "--yes", "--json")

    assert said.json["sources"] == ["a-example-world"]
    assert "ftp://a.example/odd.rss is left out" in said.err


@pytest.mark.parametrize(
    "place",
    [
        pytest.param("nowhere.opml", id="no file"),
        pytest.param("http://127.0.0.1:9/", id="nobody answers"),
    ],
)
def test_a_place_that_gives_nothing_ends_it(place: str, init: Run, tmp_path: Path) -> None:
    """Nothing is written then."""
    said = init("new", "--from", place, "--yes")

    assert said.code == 1
    assert place.rstrip("/") in said.err
    assert not (tmp_path / "new").exists()


def test_a_folder_that_holds_something_is_refused(init: Run, tmp_path: Path) -> None:
    """Nothing is ever overwritten; hidden files, such as git's, are no obstacle."""
    (tmp_path / "new" / ".git").mkdir(parents=True)
    assert init("new", "--yes").code == 0
    before = (tmp_path / "new" / "topics" / "space-cooperation.toml").read_text()

    again = init("new", "--topic", "Wind", "--yes")

    assert again.code == 1
    assert "holds concepts, samples, sources, … already" in again.err
    assert (tmp_path / "new" / "topics" / "space-cooperation.toml").read_text() == before


@pytest.mark.usefixtures("init")
def test_questions_are_answered_by_hand(paper: Origin, tmp_path: Path) -> None:
    """A wrong address is asked for again, feeds are chosen, and nothing is written before a yes."""
    typed = ["nowhere.opml", paper.url("/"), "9", "1,2", "Wind power", "turbine", "y"]

    said = _asked("new", *typed)

    assert said.returncode == 0
    assert said.stderr.count("A page or feed") == 2
    assert "nowhere.opml cannot be read" in said.stderr
    assert "write numbers from 1 to 2, or all" in said.stderr
    assert "  query = '''" in said.stdout
    assert len(list((tmp_path / "new" / "sources").iterdir())) == 2


@pytest.mark.usefixtures("init")
def test_no_leaves_nothing_behind(tmp_path: Path) -> None:
    """Whoever thinks better of it has lost nothing."""
    said = _asked("new", "samples", "space-cooperation", "n")

    assert (said.returncode, (tmp_path / "new").exists()) == (130, False)


def _asked(folder: str, *typed: str) -> subprocess.CompletedProcess[str]:
    command = (sys.executable, "-m", "topicwire", "init", folder)
    lines = "".join(f"{line}\n" for line in typed)
    return subprocess.run(command, input=lines, capture_output=True, text=True, check=False)


def test_json_says_what_was_written(init: Run, tmp_path: Path) -> None:
    """A script learns where the catalogue is and what is in it."""
    said = json.loads(init("new", "--yes", "--json").out)

    assert (said["folder"], said["topic"]) == (str(tmp_path / "new"), "space-cooperation")
    assert {str(path.relative_to(tmp_path / "new")) for path in tmp_path.glob("new/*/*")} == set(
        said["files"]
    )
