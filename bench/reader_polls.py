"""What the `reader` package does with the same feeds; run by its own interpreter.

`python -m bench.reader_polls PORT DATABASE SOURCES PARTS` polls the parts that it is told.
"""

import sys

from bench.hosts import address, part
from bench.pollers import obey
from reader import make_reader

# Its best: of 1 and 10 threads, 10 were three times as fast on unchanged feeds, and no slower on
# changed ones.
WORKERS = 10


def main(port: int, database: str, sources: int, parts: int) -> None:
    reader = make_reader(database)
    for number in range(parts):
        for each in part(number, sources, parts):
            reader.add_feed(address(each, port))
            reader.set_tag(address(each, port), f"part-{number}")
    warm_up = address(0, port)
    reader.add_feed(warm_up)
    reader.update_feed(warm_up)
    obey(
        lambda number: reader.update_feeds(
            tags=[f"part-{number}"], scheduled=False, workers=WORKERS
        ),
        lambda: reader.get_entry_counts().total,
    )


if __name__ == "__main__":
    port, database, sources, parts = sys.argv[1:]
    main(int(port), database, int(sources), int(parts))
