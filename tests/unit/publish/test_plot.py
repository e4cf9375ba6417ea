"""The plot of entries a week."""

import pytest

from topicwire.publish.plot import plot, plot_words


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        pytest.param((0, 2, 4), "0,24 6,12 12,0", id="highest at the top"),
        pytest.param((0, 0), "0,24 6,24", id="nothing"),
        pytest.param((), "", id="no weeks"),
    ],
)
def test_plot(weekly: tuple[int, ...], expected: str) -> None:
    """The plot is one stroke from the oldest week to the latest."""
    assert expected == plot(weekly)


@pytest.mark.parametrize(
    ("weekly", "expected"),
    [
        pytest.param((0, 0), "No entry in the last 2 weeks", id="none"),
        pytest.param((0, 1), "1 entry in the last 2 weeks, at most 1 in one week", id="one"),
    ],
)
def test_plot_words(weekly: tuple[int, ...], expected: str) -> None:
    """The plot has a text alternative."""
    assert expected == plot_words(weekly)
