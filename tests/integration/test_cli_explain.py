"""`topic explain`: an entry, a file, standard input or an example, to people and to programs."""

import io
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import create_engine, delete, insert, select, update

from builders import NOON
from commands import Run
from topicwire.store.tables import entries, placements, rulings, verdicts

COLUMN = "NASA and Roscosmos sign seat swap agreement\n\nThe two agencies cooperate on the station."


def test_a_text_on_standard_input_is_explained(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its first line is the title where a blank line follows; what matched is marked."""
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(COLUMN.encode())))

    said = run("topic", "explain", "space-cooperation", "-")

    assert said.out.startswith("It belongs to space-cooperation: score 0.")
    assert "\nBy: " in said.out
    assert "in the title" in said.out
    assert "[NASA] and [Roscosmos]" in said.out


def test_what_no_word_decided_is_told_too(polled: Run) -> None:
    """A topic may be all of a source; the sentence has an end all the same."""
    polled("topic", "add", "all", "--title", "All", "--query", "source:sample-meridian")
    polled("poll")
    number = str(polled("entry", "list", "--source", "sample-meridian", "--json").json[0]["id"])

    said = polled("topic", "explain", "all", number).out

    assert "\nBy: no word of its text; the clauses below say by what.\n" in said
    assert "yes source:sample-meridian" in said


def test_a_miss_says_what_is_missing(run: Run, tmp_path: Path) -> None:
    """In words, with the sentence that comes nearest; --title gives a title."""
    path = tmp_path / "column.txt"
    path.write_text("Russia builds a station of its own.")

    said = run("topic", "explain", "space-cooperation", str(path), "--title", "Alone")
    data = run("topic", "explain", "space-cooperation", str(path), "--lang", "en", "--json").json

    assert "\nWhat is missing: " in said.out
    assert "\nWhat comes nearest: " in said.out
    assert data["lack"]
    assert data["near"]["sentence"] == "Russia builds a station of its own"


def test_an_example_is_explained_by_its_number(run: Run) -> None:
    """The number is that which `apply` and `test` name."""
    said = run("topic", "explain", "arms-control", "--example", "1")
    unknown = run("topic", "explain", "arms-control", "--example", "99")

    assert said.out.startswith("It belongs to arms-control: ")
    assert unknown.code == 1
    assert "topics/arms-control.toml has 8 examples; there is no 99" in unknown.err


@pytest.mark.usefixtures("polled")
def test_a_ruling_is_told(run: Run, tmp_path: Path) -> None:
    """Whatever the verdict says, an editor has said otherwise."""
    engine = create_engine(f"sqlite:///{tmp_path / 'wire.sqlite'}")
    with engine.begin() as connection:
        values = {"topic_id": "space-safety", "entry_id": 1, "stand": "veto", "made": NOON}
        connection.execute(insert(rulings).values(values | {"who": "ada", "why": "off topic"}))
    engine.dispose()

    said = run("topic", "explain", "space-safety", "1")

    assert "Vetoed in space-safety by ada" in said.out
    (ruling,) = run("topic", "explain", "space-safety", "1", "--json").json["rulings"]
    assert ruling["ruling"] == "veto"


@pytest.mark.usefixtures("polled")
def test_it_is_told_where_an_entry_is_published(run: Run, tmp_path: Path) -> None:
    """In the current document, in the archive, behind another, or not yet."""
    number = str(run("entry", "list", "--topic", "space-cooperation", "--json").json[0]["id"])

    def told(**values: object) -> str:
        engine = create_engine(f"sqlite:///{tmp_path / 'wire.sqlite'}")
        with engine.begin() as connection:
            mine = placements.c.topic_id == "space-cooperation", placements.c.entry_id == number
            connection.execute(update(placements).where(*mine).values(values))
        engine.dispose()
        return run("topic", "explain", "space-cooperation", number).out

    assert "It is in the current document." in told(page=0)
    assert "It is on page 3 of the archive." in told(page=3)
    assert "It will be published when the topic has judged everything anew." in told(page=None)
    assert "It stands behind another entry of its story." in told(is_behind=True)
    found = run("topic", "explain", "space-cooperation", number, "--json").json
    assert (found["is_placed"], found["page"]) == (True, None)


@pytest.mark.usefixtures("polled")
def test_what_is_no_longer_held_of_an_entry_is_told(
    run: Run, tmp_path: Path, catalogue: Path
) -> None:
    """A topic with `keep_days` forgets what it refused: explain judges, and says that it does."""
    with (catalogue / "topics" / "space-cooperation.toml").open("r+") as file:
        text = file.read()
        file.seek(0)
        file.write(f"keep_days = 30\n{text}")
    engine = create_engine(f"sqlite:///{tmp_path / 'wire.sqlite'}")
    with engine.begin() as connection:
        placed = select(placements.c.entry_id).where(placements.c.topic_id == "space-cooperation")
        number = connection.scalars(select(entries.c.id).where(entries.c.id.not_in(placed))).first()
        mine = verdicts.c.topic_id == "space-cooperation", verdicts.c.entry_id == number
        connection.execute(delete(verdicts).where(*mine))
        connection.execute(update(entries).values(first_seen=NOON - timedelta(days=60)))
    engine.dispose()

    said = run("topic", "explain", "space-cooperation", str(number))
    found = run("topic", "explain", "space-cooperation", str(number), "--json").json

    assert "space-cooperation keeps verdicts on what it refused for 30 days" in said.out
    assert found["is_forgotten"] is True


@pytest.mark.usefixtures("polled")
def test_what_stays_by_a_little_is_told(run: Run, tmp_path: Path) -> None:
    """An entry that stands in a topic although it is not accepted says why."""
    engine = create_engine(f"sqlite:///{tmp_path / 'wire.sqlite'}")
    with engine.begin() as connection:
        placed = select(placements.c.entry_id).where(placements.c.topic_id == "space-cooperation")
        number = connection.scalars(select(entries.c.id).where(entries.c.id.not_in(placed))).first()
        values = {"topic_id": "space-cooperation", "entry_id": number, "placed": NOON, "page": 0}
        connection.execute(insert(placements).values(values | {"published": NOON}))
    engine.dispose()

    said = run("topic", "explain", "space-cooperation", str(number)).out

    assert "It is in the current document, and stays although it misses by a little" in said


def test_it_has_to_be_said_what_to_explain(run: Run) -> None:
    """One thing, and not two."""
    assert run("topic", "explain", "space-safety").code == 2
    assert run("topic", "explain", "space-safety", "1", "--example", "1").code == 2


def test_a_file_that_cannot_be_read_is_told_in_words(run: Run, tmp_path: Path) -> None:
    """Which, why and what else there is; nothing of the machine's own notation."""
    (tmp_path / "latin.txt").write_bytes("Ein Mondvertrag für alle".encode("latin-1"))
    whys = {"nowhere.txt": "No such file or directory", "latin.txt": "it is not in UTF-8"}

    for name, why in whys.items():
        said = run("topic", "explain", "space-cooperation", str(tmp_path / name))
        assert said.code == 1
        assert f"{name} is neither an entry's number nor a readable text file: {why};" in said.err
