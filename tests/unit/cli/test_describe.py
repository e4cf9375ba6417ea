"""Tests of how a source is spoken of."""

import pytest

from builders import NOON, a_polled, a_state
from topicwire.cli.source.describe import checked, lines
from topicwire.model.article import ArticleCounts, Memory
from topicwire.model.wire import Feed, Response


@pytest.mark.parametrize(
    ("count", "times", "documents", "wanted"),
    [
        (1, "seen 1 time;", "at most 1 document", "1 recent entry is cut off; its page would"),
        (2, "seen 2 times;", "at most 2 documents", "2 recent entries are cut off; their pages"),
    ],
    ids=["one", "several"],
)
def test_of_one_thing_it_is_spoken_as_of_one(
    count: int, times: str, documents: str, wanted: str
) -> None:
    """The words are right for one thing, too, of a source that stands and of one that is looked at."""
    state = a_state(
        move_target="https://new.example/",
        move_count=count,
        older_url="https://press.example/2",
        older_left=count,
    )
    feed = Feed("rss20", "The Press", (), wanted=frozenset("ab"[:count]))
    response = Response("press", "https://press.example/feed.xml", 200)
    standing = "\n".join(lines(a_polled(state=state), Memory("press"), ArticleCounts(), now=NOON))

    assert times in standing
    assert documents in standing
    assert wanted in "\n".join(checked(response, feed, state))


def test_of_an_archive_that_waits_it_is_said_for_what() -> None:
    """Below zero stands how much is left of it then."""
    state = a_state(older_url="https://press.example/2", older_left=-3)
    told = "\n".join(lines(a_polled(state=state), Memory("press"), ArticleCounts(), now=NOON))
    assert "at most 3 documents, after the next poll" in told
