"""Logs are events with fields, in a style for people or one for programs."""

import io
import json

from topicwire import observe


def test_json_lines_hold_the_event_and_its_fields() -> None:
    """A program reads one object a line, with the time and what the logger always says."""
    stream = io.StringIO()
    observe.configure("json", stream=stream)

    observe.logger(role="schedule").info("source.polled", source="press", new=2)

    line = json.loads(stream.getvalue())
    assert line.pop("timestamp").endswith("Z")
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
