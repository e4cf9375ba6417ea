"""The command line in one process: what a command said, and a catalogue to say it about."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

FEEDS = Path(__file__).resolve().parents[1] / "feeds"
SAMPLES = ("sample-harbour-wire", "sample-meridian", "sample-orbital-post", "sample-polyglot")


@dataclass(frozen=True, slots=True)
class Said:
    """What a command said, and its exit code."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output, read as JSON."""
        return json.loads(self.out)


Run = Callable[..., Said]
