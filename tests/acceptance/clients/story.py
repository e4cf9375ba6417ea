"""One topic's life, and what every reader saw of it: told once, and asked about by many tests."""

import json
import re
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from acceptance.clients.gate import Gate, Passed
from acceptance.clients.kinds import Entry, Kind, Reader
from acceptance.clients.newsroom import EDITED, LATER, LATER_EPISODE, TO_EDIT, TO_VETO, Newsroom
from acceptance.wire import Wire, wait_until

OLD, NEW = "harbours", "ports"
TOPIC = """
id = "harbours"
title = "Harbours & <their> people"
description = "What happens where the ships lie."
query = "harbour OR الميناء"
min_score = 0.0
"""
AT_ONCE = 3  # readers that run at the same time


@dataclass(frozen=True, slots=True)
class Case:
    """A reader, and the format that it follows."""

    kind: Kind
    form: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What a reader had at the end of a chapter, and what it asked for in it."""

    entries: tuple[Entry, ...]
    passed: tuple[Passed, ...]


@dataclass(frozen=True, slots=True)
class Sight:
    """What one reader saw, by chapter; asking about one in which it failed says how."""

    kind: Kind
    form: str
    chapters: Mapping[str, Future[Seen]]

    def had(self, chapter: str) -> tuple[Entry, ...]:
        """Return what it had at the end of a chapter."""
        return self.chapters[chapter].result().entries

    def asked(self, chapter: str) -> tuple[Passed, ...]:
        """Return what it asked for in a chapter, first to last."""
        return self.chapters[chapter].result().passed


def tell(folder: Path, cases: tuple[Case, ...], database_url: str) -> Mapping[Case, Sight]:
    """Let a topic live through its chapters, and return what each reader saw.

    Without a URL the database is a file.
    """
    with ExitStack() as stack:
        newsroom = stack.enter_context(Newsroom())
        wire = prepared(Wire(folder, database_url), newsroom)
        stack.enter_context(wire.daemon())
        gates = {case: stack.enter_context(Gate(wire.port)) for case in cases}
        readers = {case: subscribed(folder, case, gates[case]) for case in cases}
        pool = stack.enter_context(ThreadPoolExecutor(AT_ONCE))
        seen: dict[Case, dict[str, Future[Seen]]] = {case: {} for case in cases}
        for chapter, happen in CHAPTERS.items():
            happen(wire, newsroom)
            for case in cases:
                seen[case][chapter] = pool.submit(look, readers[case], gates[case])
            wait(seen[case][chapter] for case in cases)
    return {case: Sight(case.kind, case.form, seen[case]) for case in cases}


def look(reader: Reader, gate: Gate) -> Seen:
    """Let a reader poll, and return what it has then."""
    gate.take()
    reader.poll()
    return Seen(reader.entries(), gate.take())


def subscribed(folder: Path, case: Case, gate: Gate) -> Reader:
    """Return a reader, in a home of its own, that knows where to look."""
    home = folder / "homes" / f"{case.kind.name}-{case.form}"
    home.mkdir(parents=True)
    reader = case.kind.start(home)
    reader.subscribe(gate.url(f"/topics/{OLD}.{case.form}"))
    return reader


def prepared(wire: Wire, newsroom: Newsroom) -> Wire:
    """Return the installation, whose topic takes everything from the newsroom's outlets."""
    wire.min_interval = 1
    wire.add(**{outlet: newsroom.url(outlet) for outlet in ("quay", "pier", "mole")})
    _topic_file(wire, OLD).write_text(TOPIC, encoding="utf-8")
    return wire


def served(wire: Wire, topic: str = OLD) -> set[str]:
    """Return the titles in a topic's current document."""
    status, _, body = wire.get(f"/topics/{topic}.json")
    return {item["title"] for item in json.loads(body)["items"]} if status == 200 else set()


def publish(wire: Wire, newsroom: Newsroom) -> None:
    """Everything that the outlets have is published."""
    wait_until(lambda: served(wire) == {each.title for each in newsroom.columns})


def nothing(wire: Wire, newsroom: Newsroom) -> None:
    """Nobody writes anything."""


def edit(wire: Wire, newsroom: Newsroom) -> None:
    """An outlet corrects a title."""
    newsroom.edit(TO_EDIT, EDITED)
    publish(wire, newsroom)


def grow(wire: Wire, newsroom: Newsroom) -> None:
    """Two outlets publish a column each."""
    newsroom.add(LATER, LATER_EPISODE)
    publish(wire, newsroom)


def veto(wire: Wire, newsroom: Newsroom) -> None:
    """The editor takes a column out of the topic."""
    listed = wire.json("entry", "list")
    number = next(str(each["id"]) for each in listed if each["title"] == TO_VETO.title)
    assert wire.run("topic", "veto", OLD, number, "--why", "An advertisement").code == 0
    left = {each.title for each in newsroom.columns} - {TO_VETO.title}
    wait_until(lambda: served(wire) == left)
    assert TO_VETO.link.encode() not in wire.get(f"/topics/{OLD}.atom")[2]
    assert b"deleted-entry" in wire.get(f"/topics/{OLD}.atom")[2]


def rename(wire: Wire, newsroom: Newsroom) -> None:
    """The editor gives the topic another id; its old address leads to the new one."""
    text = re.sub("(?m)^id = .*$", f'id = "{NEW}"\nformerly = ["{OLD}"]', TOPIC)
    _topic_file(wire, OLD).unlink()
    _topic_file(wire, NEW).write_text(text, encoding="utf-8")
    applied = wire.run("apply")
    assert applied.code == 0, applied.err
    left = {each.title for each in newsroom.columns} - {TO_VETO.title}
    wait_until(lambda: served(wire, NEW) == left)
    wait_until(lambda: wire.get(f"/topics/{OLD}.atom")[0] == 308)


CHAPTERS: Mapping[str, Callable[[Wire, Newsroom], None]] = {
    "subscribed": publish,
    "unchanged": nothing,
    "edited": edit,
    "grown": grow,
    "vetoed": veto,
    "renamed": rename,
    "settled": nothing,
}


def _topic_file(wire: Wire, name: str) -> Path:
    return wire.folder / "feeds" / "topics" / f"{name}.toml"
