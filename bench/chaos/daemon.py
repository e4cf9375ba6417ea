"""`topicwire` by a clock that is wrong: `python -m bench.chaos.daemon FILE run`.

The file holds by how many seconds the clock is ahead at the moment.
"""

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from topicwire.cli import door
from topicwire.cli.main import main


def clock() -> datetime:
    """Return the time, as wrong as the file says."""
    ahead = float(ERROR.read_text(encoding="ascii") or 0)
    return datetime.now(UTC) + timedelta(seconds=ahead)  # noqa: TID251 (a measurement is a door)


if __name__ == "__main__":
    ERROR = Path(sys.argv.pop(1))
    door.clock = clock
    main()
