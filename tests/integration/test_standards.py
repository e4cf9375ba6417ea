"""Every line of the standards has a test that names it, or a reason why not."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
STANDARDS = ROOT.parent / "shared" / "STANDARDS.md"
ID = re.compile(r"\b([ACFGHKLOPRSW])(\d{1,2})(?:(?:-| to )\1(\d{1,2}))?\b")
DOCSTRING = re.compile(r'"""(.*?)"""', re.DOTALL)


def ids(text: str) -> Iterator[str]:
    """Yield the ids in a text, those of a range one by one."""
    for letter, first, last in ID.findall(text):
        yield from (f"{letter}{number}" for number in range(int(first), int(last or first) + 1))


def demanded() -> set[str]:
    """Return the ids of all lines."""
    if not STANDARDS.exists():
        pytest.skip("the shared list of standards is not here")
    return set(re.findall(r"^([A-Z]\d+) ", STANDARDS.read_text(encoding="utf-8"), re.MULTILINE))


def covered() -> set[str]:
    """Return the ids that docstrings of tests, or the table of reasons, name."""
    tests = (path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py"))
    said = [docstring for text in tests for docstring in DOCSTRING.findall(text)]
    table = (ROOT / "docs" / "standards.md").read_text(encoding="utf-8")
    said += re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    return {each for text in said for each in ids(text)}


def test_every_line_has_a_test_or_a_reason() -> None:
    """A line of the standards that nobody tests is named here, or is an error."""
    assert sorted(demanded() - covered()) == []
