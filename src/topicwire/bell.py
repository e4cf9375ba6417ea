"""The bell: who has work for an act lets it begin at once instead of at its next turn.

Work stands in the store and is found there by every turn, so that a bell nobody hears costs a
moment and loses nothing.
"""

from collections.abc import Callable

from topicwire.model.errand import Act


class Bell:
    """A bell between the parts of one process; it may be rung from any thread."""

    def __init__(self) -> None:
        self._hear: Callable[[Act], None] = lambda _: None

    def heard_by(self, hear: Callable[[Act], None]) -> None:
        """Let `hear` be called from now on, in the thread that rings."""
        self._hear = hear

    def ring(self, act: Act) -> None:
        """Ring for an act."""
        self._hear(act)
