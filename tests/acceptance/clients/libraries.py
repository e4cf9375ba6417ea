"""Readers that are libraries: a short script on each is what a program made from it would do."""

import json
from dataclasses import dataclass
from pathlib import Path

from acceptance.clients.kinds import INSTALLED, Entry, output
from acceptance.wire import ROOT

HERE = Path(__file__).parent
PYTHON = ROOT / "build" / "bench" / "bin" / "python"


@dataclass(frozen=True, slots=True)
class Library:
    """A library of npm that returns what a document holds; what is new to it is known by its id."""

    home: Path
    name: str

    def subscribe(self, url: str) -> None:
        (self.home / "url").write_text(url, encoding="utf-8")

    def poll(self) -> None:
        url = (self.home / "url").read_text(encoding="utf-8")
        script = str(HERE / "with_node.mjs")
        printed = output(self.home, "node", script, str(INSTALLED), self.name, url)
        kept = self._kept() | {each["id"]: each for each in json.loads(printed)}
        (self.home / "kept.json").write_text(json.dumps(kept), encoding="utf-8")

    def entries(self) -> tuple[Entry, ...]:
        kept = self._kept().values()
        return tuple(Entry(each["title"], each["link"], each.get("sound", "")) for each in kept)

    def _kept(self) -> dict[str, dict[str, str]]:
        file = self.home / "kept.json"
        kept: dict[str, dict[str, str]] = json.loads(file.read_text()) if file.exists() else {}
        return kept


@dataclass(frozen=True, slots=True)
class LemonReader:
    """PyPI's reader, in the environment that the benchmarks use."""

    home: Path

    def subscribe(self, url: str) -> None:
        (self.home / "url").write_text(url, encoding="utf-8")
        self._do("add_feed", url)

    def poll(self) -> None:
        self._do("update_feed", (self.home / "url").read_text(encoding="utf-8"))

    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(*each) for each in self._do("get_entries"))

    def _do(self, *what: str) -> list[list[str]]:
        script = str(HERE / "with_reader.py")
        printed = output(self.home, str(PYTHON), script, str(self.home / "db.sqlite"), *what)
        found: list[list[str]] = json.loads(printed)
        return found
