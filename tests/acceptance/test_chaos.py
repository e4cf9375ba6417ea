"""Kills and faults of the whole system: the short form of `make chaos`."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from acceptance.conftest import KINDS

ROOT = Path(__file__).parents[2]
KILLS = {"sqlite": "8", "postgres": "6"}


@pytest.mark.timeout(700)
@pytest.mark.parametrize("kind", KINDS)
def test_nothing_is_lost_or_doubled_by_kills_and_faults(kind: str) -> None:
    """PEERS 12: what an origin showed is stored and published once, after deaths and each fault."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.chaos", KILLS[kind], "5", kind],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT / "tests")},
        capture_output=True,
        text=True,
        timeout=690,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "entries lost" in done.stdout
