"""The page of all that was measured: a section a part, then the machine and the versions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bench.report import MET, Goal, Lack, Note, Remark, Table, Version

HEAD = """# What was measured

Written by `{command}`, which measures all of it anew. A ratio is of one run;
figures of other runs and machines compare by their ratios alone.
"""


@dataclass(frozen=True, slots=True)
class Part:
    """What came of a part: its command, its notes, how long it took, and what ended it if it failed."""

    name: str
    command: str
    about: str
    notes: tuple[Note, ...]
    took: timedelta
    failure: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether all of it was measured."""
        return self.failure is None and not any(isinstance(each, Lack) for each in self.notes)


@dataclass(frozen=True, slots=True)
class Machine:
    """What it was measured on, and when; `versions` beside those that the parts name."""

    processor: str
    cores: int
    memory: float  # GB
    kernel: str
    versions: tuple[str, ...]
    commit: str
    load: float  # how many processes wanted a core in the minute before
    began: datetime


def page(parts: Sequence[Part], machine: Machine, *, command: str) -> str:
    """Return the page as Markdown."""
    goals = [note for part in parts for note in part.notes if isinstance(note, Goal)]
    missed = [note for note in goals if not note.is_met]
    broken = [part.name for part in parts if not part.is_whole]
    summary = f"{len(goals) - len(missed)} of {len(goals)} goals are met."
    if broken:
        summary += f" Not measured whole: {', '.join(broken)}."
    sections = "\n".join(_section(part) for part in parts)
    return f"{HEAD.format(command=command)}\n{summary}\n\n{sections}\n{_machine(parts, machine)}"


def table(found: Table) -> str:
    """Return a table as Markdown: the first column to the left, figures to the right."""
    rule = ("---", *("--:" for _ in found.head[1:]))
    lines = (found.head, rule, *found.rows)
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def _section(part: Part) -> str:
    lines = [f"## {part.name}", "", f"{part.about} `{part.command}`, {_span(part.took)}.", ""]
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
    if part.failure is not None:
        lines += [f"**It failed**: {part.failure}.", ""]
    return "\n".join(lines)


def _machine(parts: Sequence[Part], machine: Machine) -> str:
    named = (note.words for part in parts for note in part.notes if isinstance(note, Version))
    versions = sorted({*machine.versions, *named}, key=str.casefold)
    rows = [
        ("processor", f"{machine.cores} x {machine.processor}"),
        ("memory", f"{machine.memory:.0f} GB"),
        ("kernel", machine.kernel),
        ("versions", ", ".join(versions)),
        ("commit", machine.commit),
        ("begun", f"{machine.began:%Y-%m-%d %H:%M} UTC"),
        ("load before", f"{machine.load:.1f}"),
        ("took", _span(sum((part.took for part in parts), timedelta()))),
    ]
    return (
        "## Measured on\n\n" + table(Table("", ("", ""), tuple(rows))).replace("--:", "---") + "\n"
    )


def _cell(text: str) -> str:
    return text.replace("|", r"\|").replace("\n", " ")


def _span(took: timedelta) -> str:
    seconds = round(took.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds / 60:.0f} min"
