"""What commands say is said as people say it."""

import json
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import pytest

from topicwire.cli import terminal
from topicwire.cli.terminal import watched


def test_what_is_watched_comes_through_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whether or not it takes so long that progress is shown."""
    assert list(watched(iter("abc"), "Reading", 3)) == ["a", "b", "c"]
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    assert list(watched(iter("abc"), "Reading", 3)) == ["a", "b", "c"]
    assert list(watched((), "Reading", 0)) == []


def test_what_is_done_within_a_second_shows_no_progress(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bar that flashes is worse than none."""
    shown: list[str] = []

    def progress(title: str, _total: int) -> AbstractContextManager[Callable[..., None]]:
        shown.append(title)
        return nullcontext(lambda *_: None)

    monkeypatch.setattr(terminal, "progress", progress)
    list(watched(iter("abc"), "Quick", 3))
    monkeypatch.setattr(terminal, "PATIENCE", 0.0)
    list(watched(iter("abc"), "Slow", 3))
    assert shown == ["Slow"]


ROWS = (("topic", "entries", "title"), ("space-cooperation", "12", "Working together in space"))


@pytest.mark.parametrize(
    ("room", "widths"),
    [
        pytest.param(None, [17, 7, 25], id="a pipe"),
        pytest.param(80, [17, 7, 25], id="room enough"),
        pytest.param(40, [17, 7, 12], id="the widest is cut"),
        pytest.param(20, [17, 7, 8], id="what names the row never is"),
    ],
)
def test_columns_are_cut_where_it_hurts_least(room: int | None, widths: list[int]) -> None:
    """The first column stays whole, the widest give way, and none becomes a stump."""
    assert terminal._widths(ROWS, room) == widths


def test_a_pipe_gets_every_letter_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    """Neither colours nor spaces at the ends, however long the line."""
    terminal.table(("topic", "title"), (("a", "x" * 300), ("b", "y")))

    assert capsys.readouterr().out == f"topic  title\na      {'x' * 300}\nb      y\n"


@pytest.mark.parametrize(
    ("is_terminal", "kind", "no_color", "is_coloured"),
    [
        pytest.param(True, "xterm", "", True, id="terminal"),
        pytest.param(True, "xterm", "1", False, id="NO_COLOR"),
        pytest.param(True, "dumb", "", False, id="a terminal without colours"),
        pytest.param(False, "xterm", "", False, id="pipe"),
    ],
)
def test_trouble_is_coloured_on_terminals_alone(
    *,
    is_terminal: bool,
    kind: str,
    no_color: str,
    is_coloured: bool,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """NO_COLOR is obeyed there too."""
    said: list[str] = []
    monkeypatch.setattr("sys.stdout.isatty", lambda: is_terminal)
    monkeypatch.setattr("click.echo", said.append)
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setenv("NO_COLOR", no_color)

    terminal.say("The disk is full.", trouble=True)

    assert (said != ["The disk is full."]) == is_coloured


def test_bytes_that_were_no_text_are_escaped_in_json(capfd: pytest.CaptureFixture[str]) -> None:
    """F1: a source's validator may hold such a byte, which no output could take."""
    terminal.as_json({"etag": '"caf\udce9"', "title": "Café"})
    said = capfd.readouterr().out

    assert r'"etag": "\"caf\udce9\""' in said
    assert json.loads(said) == {"etag": '"caf\udce9"', "title": "Café"}
