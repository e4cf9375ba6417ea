"""Do one thing with PyPI's reader, and print title, link and sound of each entry it has then."""

import json
import sys

import reader

path, what, *arguments = sys.argv[1:]
with reader.make_reader(path) as kept:
    if what != "get_entries":
        getattr(kept, what)(*arguments)
    found = [
        (each.title, each.link, "".join(sound.href for sound in each.enclosures))
        for each in kept.get_entries()
    ]
json.dump(found, sys.stdout)
