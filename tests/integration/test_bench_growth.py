"""The archives by which growth is measured are what the house would have left."""

import asyncio
from contextlib import closing
from pathlib import Path

import pytest
from bench.growth.build import build
from bench.growth.house import opened
from bench.growth.steps import BESIDE, CPU, ROAD, SECOND, round_of

from topicwire.store.store import Store


def test_a_built_archive_is_sound_and_goes_on(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is wrong in it, neither as it was built nor after all steps have been done on it."""
    path = tmp_path / "archive.sqlite"

    build(path, 300, sources=60)
    built = findings(path)
    with asyncio.Runner() as loop, opened(path, loop) as house:
        taken = round_of(house, CPU, once=True)

    assert "300 entries built" in capsys.readouterr().out
    assert (built, findings(path)) == ((), ())
    assert taken.keys() == {each.name for each in (*ROAD, *SECOND, *BESIDE)}


def findings(path: Path) -> tuple[object, ...]:
    """Return what is wrong in an archive."""
    with closing(Store.open(f"sqlite:///{path}")) as store:
        return store.check()
