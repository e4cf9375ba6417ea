"""Kept results: what was made of a value is not made again while it is asked for now and then.

Only pure functions of values that cannot change are kept so, by all that they depend on: in what
is published nothing tells whether a result was kept.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache
from typing import Generic, TypeVar

MOST = 2_000  # results that a function keeps: twenty feeds of an ordinary length
LONGEST = 20_000  # characters; what is made of more is made anew, so that the memory is bounded

Given = TypeVar("Given", bound=Hashable)
Made = TypeVar("Made")


class Kept(Generic[Given, Made]):
    """A pure function that keeps its results, those that were not asked for longest given up."""

    def __init__(self, make: Callable[[Given], Made], *, length: Callable[[Given], int]) -> None:
        """Keep what `make` returns; `length` says how many characters it is made of."""
        self._make = make
        self._length = length
        self._kept = lru_cache(maxsize=MOST)(make)

    def __call__(self, given: Given) -> Made:
        """Return what the function makes of a value."""
        return self._kept(given) if self._length(given) <= LONGEST else self._make(given)
