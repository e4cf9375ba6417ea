"""The command line as a newcomer and an editor type it, in one process, on real files."""

import json
import shutil
import socket
from pathlib import Path

import pytest

from commands import SAMPLES, Run
from topicwire.config import Settings


def test_the_first_poll_fills_the_topics(run: Run) -> None:
    """A newcomer's first command applies the catalogue, reads the samples and places them."""
    said = run("poll")

    assert said.code == 0
    assert said.out.startswith("4 of 4 sources answered: 40 new entries, 0 revised.")
    assert "space-cooperation: " in said.out


def test_a_second_poll_finds_nothing_new(run: Run) -> None:
    """What has not changed is neither new nor revised, and no edition moves."""
    run("poll")
    before = run("topic", "list", "--json").json

    said = run("poll", *SAMPLES, "--json")

    assert isinstance(said.json, dict)
    assert [(each["new"], each["revised"]) for each in said.json["polls"]] == [(0, 0)] * 4
    assert said.json["topics"] == []
    assert run("topic", "list", "--json").json == before


def test_the_typical_column_is_placed_by_its_own_words(run: Run, catalogue: Path) -> None:
    """The column of the mission is in space cooperation, and its disclaimer in no finance topic."""
    shutil.copy(catalogue / "topics" / "arms-control.toml", catalogue / "topics" / "finance.toml")
    (catalogue / "topics" / "finance.toml").write_text(
        'id = "finance"\ntitle = "Finance"\ndescription = "Money."\n'
        'query = "financial OR investment OR advice"\nmin_score = 0.0\n'
    )
    run("poll")

    found = run("entry", "search", '"this site" OR "seat swap" OR seats', "--json").json
    placed = run("entry", "list", "--topic", "space-cooperation", "--json").json
    finance = run("entry", "list", "--topic", "finance", "--json").json

    assert isinstance(found, list)
    assert isinstance(placed, list)
    assert isinstance(finance, list)
    typical = {each["uid"] for each in found} & {each["uid"] for each in placed}
    assert typical
    assert typical & {each["uid"] for each in finance} == set()


def test_a_changed_topic_judges_the_archive_anew(polled: Run) -> None:
    """An edited query takes effect on what is stored, without asking any source again."""
    polled("topic", "edit", "space-safety", "--query", "title:rover", "--despite-examples")

    said = polled("poll")

    assert said.out.startswith("0 of 0 sources answered: 0 new entries, 0 revised.")
    assert "space-safety: 1 entered" in said.out


def test_explain_says_why(polled: Run) -> None:
    """An entry's place in a topic is explained clause by clause, a miss by what lacks."""
    entries = polled("entry", "list", "--topic", "space-cooperation", "--json").json
    assert isinstance(entries, list)

    inside = polled("topic", "explain", "space-cooperation", str(entries[0]["id"]))
    outside = polled("topic", "explain", "space-safety", str(entries[0]["id"]))

    assert inside.out.startswith("It belongs to space-cooperation: score ")
    assert "The nearest clause that fails: " in outside.out


def test_a_text_file_can_be_explained(run: Run, tmp_path: Path) -> None:
    """A text that is not stored is judged too; HTML by its words alone."""
    path = tmp_path / "column.html"
    path.write_text('<p class="sanctions">The choir sang.</p>')

    said = run("topic", "explain", "sanctions-policy", str(path), "--json")

    assert isinstance(said.json, dict)
    assert (said.json["accepted"], said.json["reasons"]) == (False, [])


def test_backtest_prints_the_figures_of_the_contract(run: Run, tmp_path: Path) -> None:
    """The JSON has the names that DESIGN promises, and counts that add up."""
    path = tmp_path / "labels.jsonl"
    rows = [
        {"title": "NASA and Roscosmos sign seat swap agreement", "text": "", "expect": True},
        {"title": "Office space is scarce", "html": "<p>Rents rise.</p>", "expect": False},
        {"title": "A concert", "text": "The choir sang.", "expect": True, "lang": "en"},
    ]
    path.write_text("\n".join(json.dumps(row) for row in rows))

    figures = run("topic", "backtest", "space-cooperation", "--labels", str(path), "--json").json

    assert isinstance(figures, dict)
    assert list(figures) == [
        *("topic", "n", "tp", "fp", "fn", "tn"),
        *("precision", "recall", "f1", "average_precision"),
    ]
    assert (figures["n"], figures["tp"], figures["fp"], figures["fn"], figures["tn"]) == (
        *(3, 1, 0),
        *(1, 1),
    )


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param("{", "labels.jsonl:1: this is not JSON", id="no JSON"),
        pytest.param('{"title": "A"}', 'labels.jsonl:1: write an object with "expect"', id="label"),
        pytest.param('{"expect": true}', "labels.jsonl:1: there is nothing to judge", id="empty"),
        pytest.param('{"expect": true, "title": 1}', '"title" must be a text', id="number"),
    ],
)
def test_a_wrong_label_is_named(run: Run, tmp_path: Path, line: str, words: str) -> None:
    """A line that is no label ends the backtest with its file and number."""
    path = tmp_path / "labels.jsonl"
    path.write_text(line)

    said = run("topic", "backtest", "space-cooperation", "--labels", str(path))

    assert said.code == 1
    assert words in said.err


BROKEN = [
    pytest.param(
        "topics/space-safety.toml",
        'id = "space-safety"\ntitle = "T"\ndescription = "D"\nquery = "debris AND ("\n',
        ("topics/space-safety.toml:4:21: query", "line 1, column 12"),
        id="unparsable query",
    ),
    pytest.param(
        "topics/space-safety.toml",
        'id = "space-safety"\ntitle = "T"\ndescription = "D"\nquery = "@debri"\n',
        ("topics/space-safety.toml:4:10: query", "line 1, column 1", "@debris"),
        id="unknown concept",
    ),
    pytest.param(
        "topics/other.toml",
        'id = "space-safety"\ntitle = "T"\ndescription = "D"\nquery = "debris"\n',
        ("topics/other.toml", "space-safety"),
        id="duplicate id",
    ),
    pytest.param(
        "sources/sample-meridian.toml",
        'id = "sample-meridian"\ntitle = \n',
        ("sources/sample-meridian.toml", "2:9"),
        id="broken TOML",
    ),
    pytest.param(
        "sources/sample-meridian.toml",
        'id = "sample-meridian"\nurl = "http://a.example/feed"\ntitel = "M"\n',
        ("sources/sample-meridian.toml:3", "titel", "title"),
        id="misspelt key",
    ),
]


@pytest.mark.parametrize(("name", "content", "words"), BROKEN)
@pytest.mark.parametrize("command", ["apply", "poll", "run"])
def test_a_wrong_catalogue_is_named_and_changes_nothing(  # noqa: PLR0917 (fixtures and a case)
    polled: Run,
    catalogue: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    name: str,
    content: str,
    words: tuple[str, ...],
) -> None:
    """File, key and position are told, the exit code is 1, and what stood still stands."""
    monkeypatch.setenv("TOPICWIRE_LISTEN", "127.0.0.1:0")  # which somebody else cannot have
    before = polled("topic", "list", "--json").json
    (catalogue / name).write_text(content)

    said = polled(command)

    assert said.code == 1
    assert [word for word in words if word not in said.err] == []
    assert polled("topic", "list", "--json").json == before


def test_a_folder_that_is_no_catalogue_ends_nothing(
    polled: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An empty folder, such as a volume that was not mounted, is not an empty catalogue."""
    before = polled("topic", "list", "--json").json
    (tmp_path / "unmounted").mkdir()
    monkeypatch.setenv("TOPICWIRE_CATALOGUE", str(tmp_path / "unmounted"))

    said = polled("poll")

    assert said.code == 1
    assert "is no catalogue" in said.err
    assert polled("topic", "list", "--json").json == before


def test_an_edit_that_would_not_apply_is_not_written(run: Run, catalogue: Path) -> None:
    """A query that cannot be read leaves the file as it was."""
    path = catalogue / "topics" / "space-safety.toml"
    before = path.read_text()

    said = run("topic", "edit", "space-safety", "--query", "debris AND (")

    assert (said.code, path.read_text()) == (1, before)
    assert "line 1, column 12" in said.err


def test_an_unreachable_database_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The path and what to do are told."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", "sqlite:////proc/nowhere/wire.sqlite")

    said = run("status")

    assert said.code == 1
    assert "/proc/nowhere" in said.err


def test_a_port_in_use_is_named(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address is told, with the setting that changes it."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        listen = f"127.0.0.1:{taken.getsockname()[1]}"
        monkeypatch.setenv("TOPICWIRE_LISTEN", listen)
        said = run("run")

    assert said.code == 1
    assert f"{listen} is already in use" in said.err
    assert "TOPICWIRE_LISTEN" in said.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("source", "show", "sample-meridan"), "sample-meridian", id="source"),
        pytest.param(("topic", "show", "space-safty"), "space-safety", id="topic"),
        pytest.param(("feed", "show", "space-safty"), "space-safety", id="feed"),
        pytest.param(("topic", "explain", "space-safty", "1"), "space-safety", id="explain"),
        pytest.param(("poll", "sample-meridan"), "sample-meridian", id="poll"),
        pytest.param(("entry", "show", "999999"), "999999", id="entry"),
        pytest.param(("entry", "search", "a AND ("), "column 7", id="search"),
    ],
)
def test_a_wrong_name_gets_a_near_one(polled: Run, arguments: tuple[str, ...], words: str) -> None:
    """What does not exist ends with code 1, and with the name that was perhaps meant."""
    said = polled(*arguments)

    assert said.code == 1
    assert words in said.err


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param(("pol",), id="command"),
        pytest.param(("poll", "--hlep"), id="option"),
        pytest.param(("feed", "show", "space-safety", "--format", "pdf"), id="choice"),
        pytest.param(("poll", "--force"), id="force without sources"),
        pytest.param(("source", "edit", "sample-meridian"), id="edit without changes"),
    ],
)
def test_wrong_usage_exits_2(run: Run, arguments: tuple[str, ...]) -> None:
    """A command that cannot be understood is told apart from one that failed."""
    assert run(*arguments).code == 2


def test_a_source_is_added_paused_edited_and_removed(run: Run, catalogue: Path) -> None:
    """The catalogue's files are the truth; the commands edit them and apply at once."""
    added = run("source", "add", "https://press.example/feed", "--title", "The Press")
    (path,) = set((catalogue / "sources").glob("*press*.toml"))
    name = path.stem
    run("source", "pause", name)
    paused = run("source", "show", name, "--json").json
    run("source", "resume", name)
    run("source", "edit", name, "--title", "The Daily Press")
    edited = run("source", "show", name, "--json").json
    removed = run("source", "remove", name)

    assert f"add     source {name}" in added.out
    assert isinstance(paused, dict)
    assert isinstance(edited, dict)
    assert (paused["paused"], edited["paused"], edited["title"]) == (True, False, "The Daily Press")
    assert (removed.code, path.exists()) == (0, False)


def test_an_address_is_checked_before_it_is_added(run: Run) -> None:
    """What a feed is and holds is told, in words and as JSON, and nothing is stored."""
    said = run("source", "check", "samples/meridian-review.xml")
    data = run("source", "check", "samples/meridian-review.xml", "--json").json

    assert "The Meridian Review: 12 entries, RSS 2.0." in said.out
    assert isinstance(data, dict)
    assert (len(data["entries"]), data["validators"]) == (12, [])
    assert run("entry", "list").out == "No entry found.\n"


def test_of_a_file_it_is_not_said_that_it_is_asked_once_a_day(polled: Run) -> None:
    """A file has no validators, and is read as often as `interval` says all the same."""
    for command in ("show", "check"):
        said = polled("source", command, "sample-meridian").out
        assert "it is a file" in said
        assert "once a day" not in said


@pytest.mark.parametrize(
    ("address", "words"),
    [
        pytest.param("samples/nothing.xml", "does not exist", id="missing file"),
        pytest.param("topics/space-safety.toml", "neither RSS nor Atom", id="no feed"),
        pytest.param("http://127.0.0.1/feed", "is private", id="private address"),
    ],
)
def test_an_address_without_a_feed_is_told(run: Run, address: str, words: str) -> None:
    """The reason is told in plain words, with exit code 1."""
    said = run("source", "check", address)

    assert said.code == 1
    assert words in said.err


def test_a_topic_is_added_and_removed(polled: Run, catalogue: Path) -> None:
    """A new topic is a file, is applied at once, and judges what is stored."""
    polled("topic", "add", "rovers", "--title", "Rovers", "--query", "title:rover")
    polled("poll")
    shown = polled("topic", "show", "rovers", "--json").json
    polled("topic", "remove", "rovers")

    assert isinstance(shown, dict)
    assert (shown["placements"], (catalogue / "topics" / "rovers.toml").exists()) == (1, False)
    assert polled("topic", "show", "rovers").code == 1


def test_a_dry_run_changes_nothing(run: Run) -> None:
    """The plan is printed, and only printed."""
    plan = run("apply", "--dry-run", "--json").json

    assert isinstance(plan, list)
    assert {each["verb"] for each in plan} == {"add"}
    assert run("source", "list", "--json").json == []


@pytest.mark.parametrize(
    ("form", "opening"),
    [
        pytest.param("atom", "<?xml version='1.0' encoding='UTF-8'?>\n<feed ", id="atom"),
        pytest.param("rss", "<?xml version='1.0' encoding='UTF-8'?>\n<rss ", id="rss"),
        pytest.param("json", '{\n  "version": "https://jsonfeed.org/version/1.1",', id="json"),
        pytest.param("html", "<!doctype html>\n", id="html"),
    ],
)
def test_a_feed_is_shown_as_it_is_served(polled: Run, form: str, opening: str) -> None:
    """O2: the document on standard output is the document, the same bytes each time."""

    first = polled("feed", "show", "space-cooperation", "--format", form)
    second = polled("feed", "show", "space-cooperation", "--format", form)

    assert first.out.startswith(opening)
    assert first == second


def test_doctor_finds_nothing_wrong_with_a_fresh_start(run: Run) -> None:
    """All is well from the start; what may be bettered is said with how."""
    run("apply")

    said = run("doctor")

    assert (said.code, said.out.splitlines()[0]) == (0, "Nothing to mend.")
    assert "Set TOPICWIRE_CONTACT" in said.out


def test_doctor_says_whether_texts_are_compared_by_meaning(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the model that is installed, or by words alone where that is not wanted."""
    assert (
        "compared by meaning" in run("doctor").out or "topicwire[similarity]" in run("doctor").out
    )
    monkeypatch.setenv("TOPICWIRE_SIMILARITY", "false")
    assert "judged by their words alone, as the settings say" in run("doctor").out


def test_doctor_tells_where_settings_come_from(run: Run) -> None:
    """Every setting is listed with its origin."""
    settings = run("doctor", "--json").json

    assert isinstance(settings, dict)
    origins = {each["name"]: each["origin"] for each in settings["settings"]}
    assert set(origins) == {f"TOPICWIRE_{name.upper()}" for name in Settings.model_fields}
    assert origins["TOPICWIRE_CATALOGUE"] == "environment"
    assert origins["TOPICWIRE_LOG"] == "default"


def test_doctor_exits_1_when_something_is_wrong(run: Run, catalogue: Path) -> None:
    """A broken catalogue is a finding with the position, and an exit code for scripts."""
    (catalogue / "topics" / "space-safety.toml").write_text("id = ")

    said = run("doctor")

    assert said.code == 1
    assert "topics/space-safety.toml" in said.out


def test_status_says_in_one_line_whether_all_is_well(run: Run) -> None:
    """The first line answers the question; trouble is listed below it."""
    fresh = run("poll", *SAMPLES) and run("status")
    run("source", "add", "https://127.0.0.1/feed", "--id", "closed")
    run("poll", "closed")
    troubled = run("status")

    assert fresh.out.startswith("All is well. No daemon runs here.\n4 sources, 40 entries,")
    assert troubled.out.startswith("All is well, but for 1 source. No daemon runs here.")
    assert "closed fails: the address 127.0.0.1 is private" in troubled.out


def test_a_source_that_is_not_polled_has_no_next_poll(polled: Run) -> None:
    """The list says of a paused source what its page and /status say."""
    polled("source", "pause", "sample-meridian")
    listed = polled("source", "list").out
    (paused,) = (line for line in listed.splitlines() if line.startswith("sample-meridian"))

    assert paused.endswith("  none")
    assert "next poll    none" in polled("source", "show", "sample-meridian").out


def test_samples_need_the_setting(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files are no sources unless the operator says so."""
    monkeypatch.setenv("TOPICWIRE_ALLOW_FILES", "false")

    said = run("poll")

    assert "set TOPICWIRE_ALLOW_FILES=true" in said.out
    assert run("entry", "list").out == "No entry found.\n"


def test_migrating_twice_is_harmless(run: Run) -> None:
    """The schema is brought up once, then found up to date."""
    first = run("db", "migrate")
    second = run("db", "migrate")

    assert "is now at schema" in first.out
    assert "is already at schema" in second.out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        pytest.param(("source", "list"), "4 sources, 0 in trouble.", id="source list"),
        pytest.param(("source", "show", "sample-meridian"), "samples/meridian", id="source show"),
        pytest.param(("topic", "list"), "6 topics.", id="topic list"),
        pytest.param(("topic", "show", "space-safety"), "/topics/space-safety.atom", id="topic"),
        pytest.param(("topic", "test"), "examples come out right.", id="topic test"),
        pytest.param(("entry", "list"), "published", id="entry list"),
        pytest.param(("entry", "search", "title:cosmonaut"), "Cosmonaut", id="entry search"),
        pytest.param(("entry", "show", "1"), "https://", id="entry show"),
        pytest.param(("status",), "All is well", id="status"),
        pytest.param(("apply",), "The database already holds", id="apply"),
        pytest.param(("poll",), "0 of 0 sources answered", id="poll"),
    ],
)
def test_what_is_said_can_be_had_as_json(
    polled: Run, arguments: tuple[str, ...], words: str
) -> None:
    """Every listing speaks to people in words and to programs in JSON."""
    said = polled(*arguments)
    data = polled(*arguments, "--json")

    assert (said.code, data.code) == (0, 0)
    assert words in said.out
    assert isinstance(data.json, dict | list)


def test_examples_that_flip_fail_the_test(run: Run, catalogue: Path) -> None:
    """An example that comes out wrong is named with its score, and the exit code is 1."""
    path = catalogue / "topics" / "space-safety.toml"
    path.write_text(
        'id = "space-safety"\ntitle = "T"\ndescription = "D"\nquery = "debris"\n'
        '[[example]]\nexpect = true\ntitle = "Nothing of it"\ntext = ""\n'
    )

    said = run("topic", "test", "space-safety")

    assert said.code == 1
    assert said.out.splitlines() == [
        "0 of 1 examples come out right.",
        (
            "topics/space-safety.toml: example 1, “Nothing of it”, should be in but is not: "
            "score 0.00, least 0.50."
        ),
        "`topicwire topic explain space-safety --example 1` shows why.",
    ]
