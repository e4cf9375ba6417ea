import pytest

from builders import NOON, a_shape
from topicwire.model.wire import Shape
from topicwire.watch.shapes import reshaped


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (a_shape(format="atom10"), "it was rss20, and is atom10"),
        (a_shape(length=240), "its texts had 3,000 characters, and have 240 characters"),
        (a_shape(length=1), "and have 1 character"),
        (a_shape(dated=0.1), "its entries had dates, and have none"),
        (a_shape(signed=0.0), "its entries had authors, and have none"),
        (a_shape(lang="fr-CA"), "its language was en, and is fr-CA"),
    ],
    ids=["another kind", "teasers", "nothing", "no dates", "no authors", "another language"],
)
def test_a_feed_that_is_another_is_told(now: Shape, words: str) -> None:
    """What rules and readers rely on is told when it goes, in words, once."""
    found = reshaped("press", now, a_shape(), at=NOON)

    assert found is not None
    assert words in found.what
    assert found.ended == found.began == NOON


@pytest.mark.parametrize(
    "now",
    [
        a_shape(),
        a_shape(format="rss092"),
        a_shape(length=1000),
        a_shape(dated=0.5, signed=0.3),
        a_shape(entries=2, length=10),
        a_shape(lang="en-GB"),
        a_shape(lang=None),
    ],
    ids=["same", "version", "shorter", "fewer dates", "two entries", "region", "no language"],
)
def test_a_feed_that_varies_is_the_same(now: Shape) -> None:
    """Nobody is told of what changes from one document to the next."""
    assert reshaped("press", now, a_shape(), at=NOON) is None


def test_texts_that_come_whole_are_told_too() -> None:
    """From teasers to whole texts is a change of what is judged."""
    found = reshaped("press", a_shape(length=4000), a_shape(length=200), at=NOON)

    assert found is not None
    assert "its texts had 200 characters, and have 4,000" in found.what
