"""Logs: one structured event per unit of work, on standard error."""

import logging
import sys
from typing import Any, Literal, TextIO

import structlog
from structlog.typing import FilteringBoundLogger, Processor


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
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    structlog.configure(
        processors=[*shared, _renderer(style, colors=target.isatty())],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.WARNING if is_quiet else logging.INFO
        ),
        logger_factory=structlog.PrintLoggerFactory(target),
        cache_logger_on_first_use=False,
    )
    # Libraries speak up only when something is wrong. APScheduler warns at every tick that is
    # skipped because a turn still runs, which is how ticks are meant to work.
    logging.basicConfig(stream=target, level=logging.WARNING, format="%(levelname)s %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)


def logger(**bound: Any) -> FilteringBoundLogger:
    """Return a logger that says `bound` with every event."""
    log: FilteringBoundLogger = structlog.get_logger(**bound)
    return log


def _renderer(style: Literal["console", "json"], *, colors: bool) -> Processor:
    if style == "json":
        return structlog.processors.JSONRenderer()
    return structlog.dev.ConsoleRenderer(colors=colors)
