"""What programs are told: JSON of the shape that each command's help names; and --quiet."""

import re
from pathlib import Path
from typing import Any

import click
import pytest

from commands import Run
from topicwire.cli.main import topicwire

TOPIC = "space-cooperation"
SOURCE = "sample-meridian"
CASES = [
    "apply --dry-run",
    "poll",
    "source list",
    f"source show {SOURCE}",
    f"source check {SOURCE}",
    f"source edit {SOURCE} --title Another",
    f"source pause {SOURCE}",
    f"source resume {SOURCE}",
    f"source remove {SOURCE}",
    "source add https://feeds.example/feed --unseen",
    "topic list",
    f"topic show {TOPIC}",
    "topic add moon --title Moon --query moon",
    f"topic edit {TOPIC} --limit 50",
    f"topic remove {TOPIC}",
    f"topic test {TOPIC}",
    f"topic explain {TOPIC} 25",
    f"topic diff {TOPIC}",
    f"topic lint {TOPIC}",
    f"topic pin {TOPIC} 3 --why because",
    f"topic veto {TOPIC} 25 --why because",
    f"topic label {TOPIC} 1 2 yes",
    f"topic label {TOPIC} 1 --remove",
    f"topic suggest {TOPIC}",
    f"topic demote {TOPIC}",
    "entry list",
    "entry search moon",
    "entry show 25",
    "token add ada",
    "db migrate",
    "status",
    "doctor",
]


def keys_of(shape: str) -> set[str]:
    """Return the keys at the top of a shape as helps write it."""
    flat = shape
    while "{" in flat[2:]:  # the shapes within the shape
        flat = flat[:2] + re.sub(r"\{[^{}]*\}", "", flat[2:], count=1).rstrip("}") + "}"
    return set(re.findall(r"(?:^\[?\{|, )(\w+)", flat))


def shape_of(words: list[str]) -> str:
    """Return the shape that a command's help names."""
    command: click.Command | None = topicwire
    for word in words:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), word)
    assert command is not None
    (option,) = (each for each in command.params if each.name == "wants_json")
    assert isinstance(option, click.Option)
    said = re.fullmatch(r"Print JSON: (.*)\.", option.help or "")
    assert said is not None
    return said[1]


@pytest.mark.parametrize("line", CASES)
def test_json_has_the_shape_that_the_help_names(line: str, polled: Run) -> None:
    """The keys are those of the help, all of them unless it ends in …, and nothing else is said."""
    words = line.split()
    shape = shape_of(words)

    found: Any = polled(*words, "--json").json

    assert isinstance(found, list) == shape.startswith("[")
    for each in (found if isinstance(found, list) else [found])[:3]:
        missing = keys_of(shape) - each.keys()
        more = each.keys() - keys_of(shape)
        assert (missing, more if "…" not in shape else set()) == (set(), set())


@pytest.mark.parametrize(
    "line",
    [
        f"source edit {SOURCE} --title Another",
        f"topic edit {TOPIC} --limit 50",
        f"topic pin {TOPIC} 3 --why because",
        f"topic label {TOPIC} 1 2 yes",
        "apply",
        "poll",
        "db migrate",
    ],
)
def test_quiet_says_nothing_of_what_worked(line: str, polled: Run) -> None:
    """A change that worked leaves no word behind."""
    said = polled("--quiet", *line.split())

    assert (said.code, said.out, said.err) == (0, "", "")


def test_quiet_still_says_results_and_what_is_wrong(polled: Run, catalogue: Path) -> None:
    """A listing is a listing; a source that fails is told, and a name that is not there."""
    (catalogue / "samples" / "meridian-review.xml").write_text("no feed")

    assert polled("--quiet", "topic", "list").out.startswith("6 topics.")
    assert "sample-meridian: " in polled("--quiet", "poll", SOURCE, "--force").out
    assert "Did you mean sample-meridian?" in polled("--quiet", "source", "show", "meridian").err


def test_quiet_gives_a_reader_the_addresses_alone(polled: Run) -> None:
    """A script that makes tokens gets what it asked for."""
    said = polled("--quiet", "token", "add", "ada", "--topic", TOPIC)

    assert re.fullmatch(rf"http://\S+/own/\S+/topics/{TOPIC}\.atom\n", said.out)
