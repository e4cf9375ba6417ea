"""The page of all that was measured: a section a part, then the machine."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.report import MET, Goal, Lack, Note, Remark, Table, Version

HEAD = """# What was measured

Written by `make bench`, a section for each part; `make bench PARTS="…"` measures some anew and
leaves the others as they are. Each says when it was measured, what of, and what on where that was
noted. A ratio is of one run; figures of other runs and machines compare by their ratios alone.
"""
MACHINE = "Measured last on"
_BROKEN = r"^(\*\*It failed\*\*|Not measured): "
_SECTION = re.compile(r"^## (.+)\n(?s:.*?)(?=^## |\Z)", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part: its command, its notes, how long it took, and what ended it if it failed.

    It was `begun` then, on the sources of the `commit`.
    """

    name: str
    command: str
    about: str
    notes: tuple[Note, ...]
    begun: datetime
    took: timedelta
    commit: str
    failure: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it was measured."""
        return self.failure is None and not any(isinstance(each, Lack) for each in self.notes)


@dataclass(frozen=True, slots=True)
class Machine:
    """What it was measured on; `versions` beside those that the parts name."""

    processor: str
    cores: int
    memory: float  # GB
    kernel: str
    versions: tuple[str, ...]
    load: float  # how many processes wanted a core in the minute before


def page(
    parts: Sequence[Part], machine: Machine, *, before: str = "", order: Sequence[str] = ()
) -> str:
    """Return the page as Markdown: the sections of the parts, and the others of the page `before`.

    Sections come in the given order of their names; those of other names are left out.
    """
    sections = kept(before) | {part.name: _section(part, machine) for part in parts}
    names = [name for name in order or sections if name in sections]
    text = "\n".join(sections[name] for name in names)
    met, missed = (text.count(f": **{MET[is_met]}**.\n") for is_met in (True, False))
    broken = [name for name in names if re.search(_BROKEN, sections[name], re.MULTILINE)]
    summary = f"{met} of {met + missed} goals are met."
    if broken:
        summary += f" Not measured whole: {', '.join(broken)}."
    return f"{HEAD}\n{summary}\n\n{text}\n{_machine(machine)}"


def kept(page: str) -> dict[str, str]:
    """Return the sections of a page by their names, without that of the machine."""
    found = {each[1]: f"{each[0].rstrip()}\n" for each in _SECTION.finditer(page)}
    found.pop(MACHINE, None)
    return found


def table(found: Table) -> str:
    """Return a table as Markdown: the first column to the left, figures to the right."""
    rule = ("---", *("--:" for _ in found.head[1:]))
    lines = (found.head, rule, *found.rows)
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _section(part: Part, machine: Machine) -> str:
    when = f"{part.begun:%Y-%m-%d} at {part.commit}, on {machine.cores} x {machine.processor}"
    first = f"{part.about} `{part.command}`, {_span(part.took)}, {when}."
    lines = [f"## {part.name}", "", first, ""]
    for note in part.notes:
        match note:
            case Table():
                lines += [f"{note.title}:", "", table(note), ""]
            case Goal():
                lines += [f"Goal: {note.words}: **{MET[note.is_met]}**.", ""]
            case Remark():
                lines += [f"{note.words}.", ""]
            case Lack():
                lines += [f"Not measured: {note.words}.", ""]
    versions = sorted({note.words for note in part.notes if isinstance(note, Version)})
    if versions:
        lines += [f"With {', '.join(versions)}.", ""]
    if part.failure is not None:
        lines += [f"**It failed**: {part.failure}.", ""]
    return "\n".join(lines)


def _machine(machine: Machine) -> str:
    rows = [
        ("processor", f"{machine.cores} x {machine.processor}"),
        ("memory", f"{machine.memory:.0f} GB"),
        ("kernel", machine.kernel),
        ("versions", ", ".join(machine.versions)),
        ("load before", f"{machine.load:.1f}"),
    ]
    shown = table(Table("", ("", ""), tuple(rows))).replace("--:", "---")
    return f"## {MACHINE}\n\n{shown}\n"


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _span(took: timedelta) -> str:
    seconds = round(took.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds / 60:.0f} min"
