"""Documents whose examples are typed as a reader types them: commands, and the files they are given.

A block marked `console` holds commands behind `$ ` and what each of them says. `…` stands for what
varies: within a line for a part of it, alone for any number of lines. A block that begins with a
comment that is a path is the file at that path. A block marked `sh` is not run.
"""

import os
import re
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from topicwire.cli.main import main

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FILE = re.compile(r"# (/\S+)\n(.*)", re.DOTALL)
_SPAN = r"\d+ (?:second|minute|hour|day|week|month|year)s?"
_PART = re.compile(
    rf"(?P<any>…)|(?P<span>{_SPAN})|(?P<row>^\d+(?= {{2}}))|(?P<blank> +)|(?P<word>.)"
)
_SHELL = set("|<>*;&`")


@dataclass(frozen=True, slots=True)
class Step:
    """A command and what it says, or a file and what it holds."""

    command: str = ""
    said: str = ""
    path: str = ""


def blocks(document: Path, kind: str) -> list[str]:
    """Return the texts of a document's blocks of a kind."""
    found = _BLOCK.findall(document.read_text(encoding="utf-8"))
    return [text for mark, text in found if mark == kind]


def steps(document: Path) -> Iterator[Step]:
    """Yield what a reader of a document types and writes, in order."""
    for kind, text in _BLOCK.findall(document.read_text(encoding="utf-8")):
        if kind == "console":
            for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                command, _, said = part.partition("\n")
                yield Step(command=command.partition("  #")[0].strip(), said=said)
        elif (written := _FILE.fullmatch(text)) is not None:
            yield Step(path=written[1], said=text)


def pattern(said: str) -> re.Pattern[str]:
    """Return what the output of a command must match to be what the document says.

    Spaces are as wide as they like, and spans of time vary. The number that begins a table's row
    is a group: which entry has which number is not the same in every run.
    """
    return re.compile("".join(map(_line, said.splitlines())))


def _line(line: str) -> str:
    if line.strip() == "…":
        return r"(?:.*\n)*?"
    varies = r"\d+" if "[info" in line else None
    parts = "".join(_part(match, varies) for match in _PART.finditer(line.rstrip()))
    return rf"{parts} *\n"


def _part(match: re.Match[str], digit: str | None) -> str:
    if match["word"] is not None:
        is_digit = digit is not None and match["word"].isdigit()
        return r"\d*" if is_digit else re.escape(match["word"])
    return {"any": ".*", "span": _SPAN, "row": r"(\d+)", "blank": " +"}[match.lastgroup or ""]


@dataclass
class Console:
    """A terminal in which a document is followed; `stands_for` maps its names to those of the test.

    Commands of ours run in this process, as long as they end and no shell has a part in them;
    for those in `instead` others are typed, and those in `left_out` are not typed at all.
    """

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]
    stands_for: dict[str, str]
    instead: dict[str, str] = field(default_factory=dict)
    left_out: frozenset[str] = frozenset()
    numbers: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        programs = self.folder / "bin"
        programs.mkdir()
        ours = programs / "topicwire"
        ours.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m topicwire "$@"\n')
        ours.chmod(0o755)
        self.monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
        self._daemons: list[subprocess.Popen[bytes]] = []

    def follow(self, document: Path) -> list[str]:
        """Do all that a document says, and return the commands that were run."""
        done = []
        try:
            for step in steps(document):
                self._do(step)
                done.append(step.command)
        finally:
            self._end()
        return [each for each in done if each]

    def _do(self, step: Step) -> None:
        if step.path:
            path = Path(self._here(step.path))
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(self._here(step.said), encoding="utf-8")
            return
        if step.command in self.left_out:
            return
        typed = " ".join(self.numbers.get(word, word) for word in step.command.split(" "))
        command = self._here(self.instead.get(typed, typed))
        if command.endswith(" &"):
            self._begin(command.removesuffix(" &"), step.said)
            return
        self._compare(step, command)

    def _compare(self, step: Step, command: str) -> None:
        """Run a command; beside a daemon look again until it has done what it has just begun."""
        first = said = self._there(self._type(command))
        deadline = time.monotonic() + (10 if self._daemons else 0)
        while (match := pattern(step.said).fullmatch(said)) is None:
            assert time.monotonic() < deadline, (
                f"$ {step.command}\nis said to say\n{step.said}\nand says\n{first}"
            )
            time.sleep(0.5)
            said = self._there(self._type(command))
        rows = re.findall(r"^\d+(?=  )", step.said, re.MULTILINE)
        self.numbers |= dict(zip(rows, match.groups(), strict=True))

    def _type(self, command: str) -> str:
        words = shlex.split(command)
        if words[0] == "export":
            for each in words[1:]:
                self.monkeypatch.setenv(*each.split("=", 1))
        elif words[0] == "cd":
            self.monkeypatch.chdir(words[1])
        elif command == "kill %1":
            self._end()
        elif words[0] == "topicwire" and not _SHELL & set(re.sub(r"'.*?'", "", command)):
            return self._main(words)
        else:
            return _shell(command)
        return ""

    def _main(self, words: list[str]) -> str:
        self.monkeypatch.setattr(sys, "argv", words)
        with pytest.raises(SystemExit):
            main()
        return "".join(self.capsys.readouterr())

    def _begin(self, command: str, said: str) -> None:
        """Start a daemon, and wait until its log has the lines that begin with a time left out."""
        log = self.folder / "daemon.log"
        with log.open("wb") as stream:
            process = subprocess.Popen(["bash", "-c", f"exec {command}"], stderr=stream)
        self._daemons.append(process)
        wanted = [
            _line(line).removesuffix(r" *\n") for line in said.splitlines() if line[:1] == "…"
        ]
        deadline = time.monotonic() + 30
        told = ""
        while not all(re.search(each, told) for each in wanted):
            assert process.poll() is None, told
            assert time.monotonic() < deadline, f"{told}\nlacks\n{said}"
            time.sleep(0.1)
            told = self._there(log.read_text(encoding="utf-8"))

    def _end(self) -> None:
        for process in self._daemons:
            process.terminate()
            process.wait(30)
        self._daemons.clear()

    def _here(self, text: str) -> str:
        for name, place in self.stands_for.items():
            text = text.replace(name, place)
        return text

    def _there(self, text: str) -> str:
        for name, place in self.stands_for.items():
            text = text.replace(place, name)
        return text


def _shell(command: str) -> str:
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout + done.stderr
