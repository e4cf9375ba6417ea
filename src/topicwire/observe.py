"""Logs: one structured event per unit of work, on standard error."""

import logging
import os
import re
import sys
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, Literal, TextIO, cast

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, FilteringBoundLogger, Processor, WrappedLogger

FIRST = ("time", "level", "event", "role")  # what every line begins with

# Addresses of ours that who knows them may use; and what no line needs whatever is in it.
_TOKENS = re.compile(r"(/own/|/feedback/|/websub/callback/)[^/\s\"'?&]{8,}")
_CREDENTIALS = re.compile(r"(?i)\b(bearer|basic) [a-z0-9+/=_.~-]{8,}")
_SECRET = frozenset({"authorization", "callback", "key", "password", "secret", "token"})
_HIDDEN = "[hidden]"


def configure(
    style: Literal["console", "json"], *, is_quiet: bool = False, stream: TextIO | None = None
) -> None:
    """Send all logs, also those of libraries, to `stream` (standard error) in one style.

    With `is_quiet` only warnings and errors.
    """
    target = stream or sys.stderr
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
        _exception(style),
        _without_secrets,
        _in_order,
    ]
    renderer = _renderer(style, colors=takes_colours(target))
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if is_quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(cast("TextIO", _Patient(target))),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        ProcessorFormatter(
            foreign_pre_chain=[_named, *shared],
            processors=[ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    # Libraries speak up only when something is wrong. APScheduler warns at every tick that is
    # skipped because a turn still runs, which is how ticks are meant to work.
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    logging.getLogger("procrastinate").setLevel(logging.CRITICAL)  # it is told as errand.set_aside


def takes_colours(stream: TextIO) -> bool:
    """Whether a stream shows colours: it is a terminal that knows them, and NO_COLOR is not set."""
    is_refused = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
    return stream.isatty() and not is_refused


class _Patient:
    """A stream that forgets what it cannot write: a log on a full disk must end no work."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> int:
        with suppress(OSError):
            self._stream.write(text)
        return len(text)

    def flush(self) -> None:
        with suppress(OSError):
            self._stream.flush()


def logger(**bound: Any) -> FilteringBoundLogger:
    """Return a logger that says `bound` with every event."""
    log: FilteringBoundLogger = structlog.get_logger(**bound)
    return log


def _renderer(style: Literal["console", "json"], *, colors: bool) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=colors, timestamp_key="time")


def _exception(style: Literal["console", "json"]) -> Processor:
    """Tell exceptions without the values of variables, which may hold secrets."""
    if style == "json":
        transformer = ExceptionDictTransformer(show_locals=False)
        return structlog.processors.ExceptionRenderer(transformer)
    return structlog.processors.format_exc_info


def _named(log: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Tell a line of a library as an event: whose it is, and what it says."""
    del log, method
    record: logging.LogRecord = event["_record"]
    said = str(event["event"])
    return {**event, "event": "library.said", "library": record.name, "what": said}


def _without_secrets(log: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Hide what nobody may read in a log, whoever put it there."""
    del log, method
    return {key: _HIDDEN if key in _SECRET else _scrubbed(value) for key, value in event.items()}


def _scrubbed(value: Any) -> Any:
    match value:
        case str():
            return _CREDENTIALS.sub(rf"\1 {_HIDDEN}", _TOKENS.sub(rf"\1{_HIDDEN}", value))
        case Mapping():
            return {key: _scrubbed(each) for key, each in value.items()}
        case list() | tuple():
            return [_scrubbed(each) for each in value]
        case _:
            return value


def _in_order(log: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Begin each line with what every line has."""
    del log, method
    return {**{key: event[key] for key in FIRST if key in event}, **event}
