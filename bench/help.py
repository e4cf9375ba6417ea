"""How long commands take that do little, beside a bare start of the interpreter.

`python -m bench.help [ROUNDS]`.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence

from bench.report import goal, machine, show

MOST = 150  # milliseconds
COMMANDS = {
    "python -c pass": ("-c", "pass"),
    "topicwire --help": ("-m", "topicwire", "--help"),
    "topicwire source list": ("-m", "topicwire", "source", "list"),  # of an empty database
}


def main(rounds: int) -> None:
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds + 1):  # the first round warms the caches and is dropped
            for name, arguments in COMMANDS.items():
                times[name].append(milliseconds(arguments, database=f"sqlite:///{folder}/db"))
    medians = {name: statistics.median(found[1:]) for name, found in times.items()}
    bare = medians["python -c pass"]
    rows = [(name, round(value, 1), round(value / bare, 2)) for name, value in medians.items()]
    show(f"Milliseconds to start and end, median of {rounds}", ("command", "ms", "ratio"), rows)
    goal(f"`--help` within {MOST} ms", is_met=medians["topicwire --help"] <= MOST)
    machine("topicwire", "click")


def milliseconds(arguments: Sequence[str], *, database: str) -> float:
    """Return how long an interpreter takes from its start to its end."""
    given = os.environ | {"TOPICWIRE_DATABASE_URL": database}
    began = time.perf_counter()
    subprocess.run((sys.executable, *arguments), env=given, stdout=subprocess.DEVNULL, check=True)
    return (time.perf_counter() - began) * 1000


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 15)
