"""Golden cases: what goes in and what must come out, side by side in a folder of tests/data.

A case is a folder with `input.*`, `expected.json` and `NOTE.md`, which says what it shows and may
hold a line `Content-Type: …` as the server sent it. GOLDENS=1 rewrites what is expected.
"""

import json
import os
import re
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet

DATA = Path(__file__).parents[2] / "data"
CONTENT_TYPE = re.compile(r"^Content-Type: (.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Golden:
    """One case."""

    folder: Path

    @property
    def body(self) -> bytes:
        """The document, byte for byte."""
        (path,) = self.folder.glob("input.*")
        return path.read_bytes()

    @property
    def content_type(self) -> str | None:
        """What HTTP says the document is."""
        found = CONTENT_TYPE.search((self.folder / "NOTE.md").read_text(encoding="utf-8"))
        return found.group(1) if found else None

    def check(self, result: object) -> None:
        """Compare the result with what is expected, or rewrite that."""
        path = self.folder / "expected.json"
        actual = json.loads(json.dumps(plain(result)))
        if os.environ.get("GOLDENS"):
            written = json.dumps(actual, ensure_ascii=False, indent=2)
            path.write_text(written + "\n", encoding="utf-8")
        assert json.loads(path.read_text(encoding="utf-8")) == actual


def cases(stage: str) -> list[ParameterSet]:
    """Return every case of a stage."""
    folders = sorted(path for path in (DATA / stage).iterdir() if path.is_dir())
    return [pytest.param(Golden(path), id=path.name) for path in folders]


def plain(value: object) -> object:
    """Return a value as JSON can hold it, without what is empty."""
    if is_dataclass(value):
        pairs = ((field.name, getattr(value, field.name)) for field in fields(value))
        return {name: plain(each) for name, each in pairs if each not in (None, "", (), 0)}
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, tuple | list):
        return [plain(each) for each in value]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in value.items()}
    return value
