"""What every measurement prints: a small table, and what it was measured on."""

import os
import platform
import subprocess
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path


def show(title: str, head: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table below its title, the first column to the left, figures to the right."""
    cells = [[_plain(cell) for cell in row] for row in (head, *rows)]
    widths = [max(len(row[i]) for row in cells) for i in range(len(head))]
    print(f"\n{title}")
    for row in cells:
        first, *rest = row
        figures = (cell.rjust(width) for cell, width in zip(rest, widths[1:], strict=True))
        print("  ".join((first.ljust(widths[0]), *figures)))


def machine(*packages: str) -> None:
    """Print the processor, the interpreter and the versions of packages."""
    versions = ", ".join(f"{name} {version(name)}" for name in packages)
    print(f"\n{os.cpu_count()} x {_processor()}, {platform.system()} {platform.release()}")
    print(f"CPython {platform.python_version()}{', ' if versions else ''}{versions}")


def said_by(*command: str) -> str:
    """Return the first line a program says, on whichever stream."""
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return (done.stdout + done.stderr).strip().splitlines()[0]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _plain(cell: object) -> str:
    if isinstance(cell, float):
        return f"{cell:,.0f}" if cell >= 100 else f"{cell:.2f}"
    return str(cell)
