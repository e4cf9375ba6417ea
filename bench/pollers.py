"""Pollers that take turns: each a process that waits to be told what to poll next.

A machine's speed changes within minutes. Programs that poll the same part of the sources one right
after the other are measured at the same speed, and the parts tell how much their ratio varies.
"""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from bench.spent import Spent, spent

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True, slots=True)
class Poller:
    """A poller that is ready; it takes up no processor while it waits."""

    said: IO[str]
    told: IO[str]

    def poll(self, part: int) -> Spent:
        """Let it poll a part of its sources."""
        return Spent(*self._ask(str(part)))

    def entries(self) -> int:
        """Let it count the entries that it has stored."""
        (count,) = self._ask("")
        return int(count)

    def _ask(self, words: str) -> list[float]:
        print(words, file=self.told, flush=True)
        answer = self.said.readline()
        if not answer:
            sys.exit("a poller has ended; what it said stands above")
        found: list[float] = json.loads(answer)
        return found


@contextmanager
def ready(command: Sequence[str]) -> Iterator[Poller]:
    """Start a poller and give it once it waits."""
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdout.readline()
        yield Poller(process.stdout, process.stdin)  # it ends when nothing more can come


def obey(poll: Callable[[int], object], entries: Callable[[], int]) -> None:
    """Do as one is told, a line each, until nothing more comes: what `Poller` talks to."""
    print("ready", flush=True)
    for line in sys.stdin:
        if not line.strip():
            print(json.dumps([entries()]), flush=True)
            continue
        used, began = spent(), time.perf_counter()
        poll(int(line))
        print(json.dumps([time.perf_counter() - began, spent() - used]), flush=True)
