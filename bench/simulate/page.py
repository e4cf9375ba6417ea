"""The figures in docs/scale.md: tables between marks, which the simulation writes anew."""

import re
from collections.abc import Sequence
from pathlib import Path

PAGE = Path("docs/scale.md")

Table = tuple[Sequence[str], Sequence[Sequence[object]]]  # its head, and its rows


def written(page: str, tables: dict[str, Table]) -> str:
    """Return the page with the tables in the places of their names."""
    for name, table in tables.items():
        page = _put(page, name, drawn(*table))
    return page


def _put(page: str, name: str, text: str) -> str:
    place = re.compile(rf"(<!-- {name} -->\n).*?(<!-- end -->)", re.DOTALL)
    page, count = place.subn(lambda found: found[1] + text + found[2], page)
    if count != 1:
        raise SystemExit(f"docs/scale.md has {count} places named {name}; it should have one")
    return page


def drawn(head: Sequence[str], rows: Sequence[Sequence[object]]) -> str:
    """Return a table in Markdown, figures to the right."""
    marks = ["---", *["---:"] * (len(head) - 1)]
    lines = (head, marks, *([plain(cell) for cell in row] for row in rows))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def plain(cell: object) -> str:
    """Return a figure with three digits that count, and anything else as it is."""
    if not isinstance(cell, int | float):
        return str(cell)
    if abs(cell) >= 100 or cell == int(cell):
        return f"{cell:,.0f}"
    return f"{cell:.2g}" if abs(cell) < 10 else f"{cell:.0f}"
