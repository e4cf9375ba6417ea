"""Logs are events with fields, in a style for people or one for programs."""

import io
import json
import logging
from typing import Literal, cast

import pytest

from topicwire import observe


def test_json_lines_hold_the_event_and_its_fields() -> None:
    """A program reads one object a line, with the time and what the logger always says."""
    stream = io.StringIO()
    observe.configure("json", stream=stream)

    observe.logger(role="schedule").info("source.polled", source="press", new=2)

    line = json.loads(stream.getvalue())
    assert str(line.pop("time")).endswith("Z")
    assert line == {
        "event": "source.polled",
        "level": "info",
        "new": 2,
        "role": "schedule",
        "source": "press",
    }


def test_quiet_logs_say_what_is_wrong_alone() -> None:
    """Who asks for quiet still hears of trouble."""
    stream = io.StringIO()
    observe.configure("json", is_quiet=True, stream=stream)

    observe.logger().info("source.polled")
    observe.logger().warning("source.failed")

    (line,) = stream.getvalue().splitlines()
    assert json.loads(line)["event"] == "source.failed"


def test_a_line_break_in_a_field_starts_no_new_line() -> None:
    """S20: what a source sends cannot forge a line of the log."""
    stream = io.StringIO()
    observe.configure("json", stream=stream)

    observe.logger().warning("source.failed", error="a\nb")

    assert len(stream.getvalue().splitlines()) == 1


def test_console_lines_are_plain_where_no_terminal_is() -> None:
    """Colours are for terminals only."""
    stream = io.StringIO()
    observe.configure("console", stream=stream)

    observe.logger().info("turn.done", ms=12)

    assert "turn.done" in stream.getvalue()
    assert "\x1b" not in stream.getvalue()


@pytest.mark.parametrize(
    ("kind", "no_color", "is_coloured"),
    [
        pytest.param("xterm", "", True, id="terminal"),
        pytest.param("xterm", "1", False, id="NO_COLOR"),
        pytest.param("dumb", "", False, id="a terminal without colours"),
    ],
)
def test_console_lines_are_coloured_where_colours_are_wanted(
    *, kind: str, no_color: str, is_coloured: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A terminal of an editor shows their codes, and NO_COLOR is obeyed by logs too."""
    stream = io.StringIO()
    monkeypatch.setattr(stream, "isatty", lambda: True)
    monkeypatch.setenv("TERM", kind)
    monkeypatch.setenv("NO_COLOR", no_color)
    observe.configure("console", stream=stream)

    observe.logger().info("turn.done", ms=12)

    assert ("\x1b[" in stream.getvalue()) == is_coloured


def fail(why: str) -> None:
    raise ValueError(why)


def lines(stream: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(each) for each in stream.getvalue().splitlines()]


def test_what_libraries_say_has_the_same_form() -> None:
    """A line of a library is one object too, and says whose it is."""
    stream = io.StringIO()
    observe.configure("json", stream=stream)

    logging.getLogger("some.library").warning("odd: %s", "a\nb")
    logging.getLogger("some.library").info("nothing wrong")

    (line,) = lines(stream)
    assert list(line)[:3] == ["time", "level", "event"]
    assert (line["level"], line["event"]) == ("warning", "library.said")
    assert (line["library"], line["what"]) == ("some.library", "odd: a\nb")


def test_an_exception_is_an_object_without_the_values_of_variables() -> None:
    """S20: a program reads what failed and where; what a variable held may be a secret."""
    stream = io.StringIO()
    observe.configure("json", stream=stream)
    held = "swordfish"

    try:
        fail(str(len(held)))
    except ValueError:
        observe.logger().exception("request.failed")
        logging.getLogger("some.library").exception("failed")

    for line in lines(stream):
        (error,) = cast("list[dict[str, object]]", line["exception"])
        assert error["exc_type"] == "ValueError"
        assert error["frames"]
    assert "swordfish" not in stream.getvalue()


SECRETS = {
    "own feed": "GET /own/swordfishswordfish12/topics/a.atom failed",
    "callback": "https://wire.example/websub/callback/swordfishswordfish12?x=1",
    "feedback": "/feedback/swordfishswordfish12",
    "bearer": "Authorization: Bearer swordfishswordfish12",
    "basic": "Basic swordfishswordfish12==",
}


@pytest.mark.parametrize("style", ["console", "json"])
@pytest.mark.parametrize("text", SECRETS.values(), ids=SECRETS)
def test_what_lets_its_bearer_in_is_hidden(style: Literal["console", "json"], text: str) -> None:
    """S20: whoever logs it, and wherever it stands in an event."""
    stream = io.StringIO()
    observe.configure(style, stream=stream)

    log = observe.logger(token="swordfish")
    log.info("x", what=text, more={"deep": [text]}, callback="https://a.example/swordfish")
    logging.getLogger("some.library").warning(text)
    try:
        fail(text)
    except ValueError:
        log.exception("y")

    told = stream.getvalue()
    assert "swordfish" not in told
    assert told.count("[hidden]") >= 6


@pytest.mark.parametrize("style", ["console", "json"])
def test_a_log_that_cannot_be_written_ends_no_work(style: Literal["console", "json"]) -> None:
    """Who tells of a full disk goes on, though the log is on it."""

    class Full(io.StringIO):
        def write(self, text: str) -> int:
            raise OSError(28, f"No space left on device for {len(text)} characters")

        def flush(self) -> None:
            raise OSError(28, "No space left on device")

    observe.configure(style, stream=Full())

    observe.logger(role="serve").error("store.away", error="the disk is full")
