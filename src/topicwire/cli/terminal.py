"""What every command says, and how: lines, tables, JSON, progress, times in words."""

import json
import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from datetime import datetime
from io import StringIO, TextIOWrapper
from pathlib import Path
from traceback import walk_tb
from typing import Any, TextIO, TypeVar

import click

T = TypeVar("T")
PATIENCE = 1.0  # seconds that people wait without being told how far it is
GAP = 2  # spaces between two columns
NARROWEST = 8  # characters to which a column may be cut


def make_printable() -> None:
    """Let what is closed take anything, and `?` stand for each letter that the encoding has not."""
    sys.stdout = sys.stdout or _nowhere()
    sys.stderr = sys.stderr or _nowhere()
    if isinstance(sys.stdout, TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def is_of_output(error: OSError) -> bool:
    """Whether it came of printing, as to a disk that is full."""
    return any(frame.f_code is click.echo.__code__ for frame, _ in walk_tb(error.__traceback__))


def drop_output() -> None:
    """Print nothing any more, nor at the end what could not be printed."""
    with _nowhere() as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())


def _nowhere() -> TextIO:
    return Path(os.devnull).open("w", encoding="utf-8")


def is_plain() -> bool:
    """Whether no colours are shown: it is no terminal that knows them, or NO_COLOR asks for none."""
    from topicwire.observe import takes_colours

    return not takes_colours(sys.stdout)


def is_quiet() -> bool:
    """Whether --quiet was asked: then only results and what is wrong are printed."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.find_root().params.get("quiet"))


def is_for_programs() -> bool:
    """Whether --json was asked: then JSON alone goes to standard output."""
    context = click.get_current_context(silent=True)
    return context is not None and bool(context.params.get("wants_json"))


def say(line: str = "", *, trouble: bool = False) -> None:
    """Print one line; `trouble` is coloured on terminals that show colours."""
    click.echo(click.style(line, fg="red") if trouble and not is_plain() else line)


def note(line: str) -> None:
    """Print one line that says what was done; none where --quiet or --json was asked."""
    if not is_quiet() and not is_for_programs():
        say(line)


def complain(line: str) -> None:
    """Print one line on standard error."""
    click.echo(f"topicwire: {line}", err=True)


def as_json(value: Any) -> None:
    """Print a value as JSON, times in ISO 8601; in UTF-8 whatever the terminal's (RFC 8259).

    Bytes that were no UTF-8 stand there as JSON escapes them.
    """
    written = json.dumps(value, indent=2, ensure_ascii=False, default=_plain)
    click.echo(written.encode(errors="backslashreplace"))


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print rows below their heads, aligned.

    What is too wide for a terminal is cut, the widest columns first and the first one, which names
    the row, never. A pipe gets every letter.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    is_terminal = sys.stdout.isatty()
    kept = StringIO()  # rich itself never writes to an output that may be full
    console = Console(file=kept, highlight=False, force_terminal=is_terminal)
    cells = [tuple(map(str, row)) for row in rows]
    widths = _widths((head, *cells), console.width if is_terminal else None)
    console.width = sum(widths) + GAP * (len(widths) - 1)
    shown = Table(box=None, pad_edge=False, header_style="bold", padding=(0, GAP, 0, 0))
    for name, width in zip(head, widths, strict=True):
        shown.add_column(name, no_wrap=True, overflow="ellipsis", width=width)
    for row in cells:
        shown.add_row(*map(Text, row))
    console.print(shown)
    for line in kept.getvalue().splitlines():
        click.echo(line.rstrip())


def _widths(rows: Iterable[Sequence[str]], room: int | None) -> list[int]:
    """Return how wide each column is in a room of so many characters, None for any."""
    from rich.cells import cell_len

    first, *others = (max(map(cell_len, column)) for column in zip(*rows, strict=True))
    if room is None:
        return [first, *others]
    left = room - first - GAP * len(others)
    most = next(
        (
            each
            for each in range(max(others, default=0), NARROWEST, -1)
            if _capped(others, each) <= left
        ),
        NARROWEST,
    )
    return [first, *(min(width, most) for width in others)]


def _capped(widths: Iterable[int], most: int) -> int:
    return sum(min(width, most) for width in widths)


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
    console = Console(stderr=True)
    is_hidden = is_quiet() or not sys.stderr.isatty()
    bar = Progress(*columns, console=console, transient=True, disable=is_hidden)
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


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} is no JSON value")
