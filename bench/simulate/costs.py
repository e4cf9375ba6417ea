"""What one of each thing takes, as it was measured: bench/simulate/costs.toml."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_name("costs.toml")


@dataclass(frozen=True, slots=True)
class Cost:
    """One of what, in milliseconds of one core's time, and the command that says so."""

    what: str
    ms: float
    by: str


def costs(file: Path = FILE) -> dict[str, Cost]:
    """Return the costs by name, in the file's order."""
    rows = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: Cost(**row) for name, row in rows.items()}


def seconds(file: Path = FILE) -> dict[str, float]:
    """Return the costs by name in seconds."""
    return {name: cost.ms / 1000 for name, cost in costs(file).items()}
