"""What the `reader` package does with the same feeds; run by its own interpreter.

`python -m bench.reader_polls PORT DATABASE SOURCES [WORKERS]` prints one JSON object: the seconds
and the processor seconds of each phase, and how many entries are stored.
"""

import json
import sys
import time

from bench.hosts import address, change
from bench.spent import spent
from reader import make_reader

# Its best: of 1 and 10 threads, 10 were three times as fast on unchanged feeds, and no slower on
# changed ones.
WORKERS = 10


def main(port: int, database: str, sources: int, workers: int = WORKERS) -> None:
    reader = make_reader(database)
    for number in range(sources + 1):
        reader.add_feed(address(number, port))
    warm_up = address(0, port)
    reader.update_feed(warm_up)
    reader.disable_feed_updates(warm_up)
    phases = {}
    for phase in ("first", "unchanged", "changed"):
        if phase == "changed":
            change(port)
        began, used = time.perf_counter(), spent()
        reader.update_feeds(scheduled=False, workers=workers)
        phases[phase] = (time.perf_counter() - began, spent() - used)
    print(json.dumps({"phases": phases, "entries": reader.get_entry_counts().total}))


if __name__ == "__main__":
    port, database, *numbers = sys.argv[1:]
    main(int(port), database, *map(int, numbers))
