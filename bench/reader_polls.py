"""What the `reader` package does with the same feeds; run by its own interpreter.

`python -m bench.reader_polls PORT WORKERS DATABASE HOST…` prints one JSON object: seconds a phase.
"""

import json
import sys
import time

from bench.origin import change
from reader import make_reader


def main(port: str, workers: int, database: str, hosts: list[str]) -> None:
    reader = make_reader(database)
    for host in hosts:
        reader.add_feed(f"http://{host}:{port}/feed")
    reader.update_feed(f"http://{hosts[0]}:{port}/feed")
    reader.disable_feed_updates(f"http://{hosts[0]}:{port}/feed")
    seconds = {}
    for phase in ("first", "unchanged", "changed"):
        if phase == "changed":
            change(int(port))
        began = time.perf_counter()
        reader.update_feeds(scheduled=False, workers=workers)
        seconds[phase] = time.perf_counter() - began
    counts = reader.get_entry_counts()
    print(json.dumps({"seconds": seconds, "entries": counts.total}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4:])
