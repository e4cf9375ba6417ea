"""What a process tells its machine, and what it asks of it."""

import gc
from collections.abc import Iterator

import pytest

from topicwire.world.machine import collect_seldom


@pytest.fixture
def as_before() -> Iterator[None]:
    """Let garbage be looked for as before, once the test is over."""
    often = gc.get_threshold()
    yield
    gc.unfreeze()
    gc.set_threshold(*often)


@pytest.mark.usefixtures("as_before")
def test_garbage_is_looked_for_seldom_and_not_among_what_stays() -> None:
    """What is there is left alone from then on, and what comes later is still collected."""
    often = gc.get_threshold()
    there: list[list[int]] = [[] for _ in range(1_000)]

    collect_seldom()

    assert gc.get_freeze_count() > len(there)
    assert all(seldom >= before for seldom, before in zip(gc.get_threshold(), often, strict=True))
    circle: list[object] = []
    circle.append(circle)
    del circle
    assert gc.collect() > 0
