"""kill -9 at random moments of ingest: the short form of `python -m bench.kill`."""

import subprocess
import sys
from pathlib import Path


def test_nothing_is_lost_or_doubled_by_kills() -> None:
    """PEERS 12: whatever an origin showed is stored once, and placed once, after many deaths."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.kill", "8", "5"],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "entries lost                0" in done.stdout
