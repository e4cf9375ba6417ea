"""What every command says, and how: lines, tables, JSON, progress, times in words."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from typing import Any, TypeVar

import click

T = TypeVar("T")
PATIENCE = 1.0  # seconds that people wait without being told how far it is
MINUTE, HOUR, DAY = 60, 3600, 86400


def is_plain() -> bool:
    """Whether no colours are shown: it is no terminal, or NO_COLOR asks for none."""
    return bool(os.environ.get("NO_COLOR")) or not sys.stdout.isatty()


def say(line: str = "", *, trouble: bool = False) -> None:
    """Print one line; `trouble` is coloured on terminals that show colours."""
    click.secho(line, fg="red" if trouble and not is_plain() else None)


def complain(line: str) -> None:
    """Print one line on standard error."""
    click.echo(f"topicwire: {line}", err=True)


def as_json(value: Any) -> None:
    """Print a value as JSON, times in ISO 8601."""
    click.echo(json.dumps(value, indent=2, ensure_ascii=False, default=_plain))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below their heads, aligned; the last column may be cut to fit a terminal."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    console = Console(highlight=False)
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, 2, 0, 0))
    for name in head:
        shown.add_column(name, no_wrap=True, overflow="ellipsis")
    for row in rows:
        shown.add_row(*(Text(str(cell)) for cell in row))
    if not console.is_terminal:  # a pipe gets every letter
        console.width = 10_000
    console.print(shown)


@contextmanager
def progress(title: str, total: int) -> Iterator[Callable[..., None]]:
    """Show a progress bar on standard error; the function given advances it by a count."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Remaining(),
        TextColumn("{task.fields[now]}", markup=False),
    )
    bar = Progress(*columns, console=Console(stderr=True), transient=True)
    task = bar.add_task(title, total=total, now="")
    with bar:
        yield lambda count, now="": bar.update(task, advance=count, now=now)


def watched(items: Iterable[T], title: str, total: int) -> Iterator[T]:
    """Yield the items; once that has taken a second, show how far it is."""
    remaining = iter(items)
    began = time.monotonic()
    seen = 0
    for item in remaining:
        yield item
        seen += 1
        if seen < total and time.monotonic() - began >= PATIENCE:
            break
    else:
        return
    with progress(title, total) as advance:
        advance(seen)
        for item in remaining:
            yield item
            advance(1)


@contextmanager
def steps(title: str, *, last: str = "") -> Iterator[Callable[[int, int], None]]:
    """Give what is told how far the work is, of how much; shown once that has taken a second."""
    began = time.monotonic()
    with ExitStack() as shown:
        advance: Callable[..., None] | None = None
        seen = 0

        def step(done: int, total: int) -> None:
            nonlocal advance, seen
            if advance is None and time.monotonic() - began >= PATIENCE:
                advance = shown.enter_context(progress(title, total))
            if advance is not None:
                advance(done - seen, now="" if done < total else last)
                seen = done

        yield step


def size_in_words(count: int) -> str:
    """Say a number of bytes as people do."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:  # noqa: PLR2004 (the step between units)
            return f"{size:.0f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def ago(moment: datetime | None, now: datetime) -> str:
    """Say how far a moment is from now as people do: "40 minutes ago", "in 2 hours"."""
    if moment is None:
        return "never"
    words = span(abs(now - moment))
    if words == "now":
        return words
    return f"{words} ago" if moment <= now else f"in {words}"


def span(length: timedelta) -> str:
    """Say a length of time in its largest fitting unit."""
    seconds = int(length.total_seconds())
    for unit, name in ((DAY, "day"), (HOUR, "hour"), (MINUTE, "minute"), (1, "second")):
        count = seconds // unit
        if count:
            return f"{count} {name}" + ("s" if count > 1 else "")
    return "now"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON value")
