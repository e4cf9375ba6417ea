"""Names that are not there are answered with the nearest that are."""

import pytest

from topicwire.errors import nearest

KNOWN = ("space-cooperation", "farms", "arms-race", "arms-control")


@pytest.mark.parametrize(
    ("name", "found"),
    [
        pytest.param("arms-contorl", "arms-control", id="swapped letters"),
        pytest.param("arms", "farms or arms-race", id="two are near"),
        pytest.param("gardening", "", id="none is"),
    ],
)
def test_the_nearest_names_come_first(name: str, found: str) -> None:
    """What is unlike all of them is answered by none."""
    assert nearest(name, KNOWN) == found


def test_names_are_shown_as_they_are_written() -> None:
    """A concept has its sign, a field its colon."""
    assert nearest("spce", ("space",), shown=lambda each: f"`@{each}`") == "`@space`"
