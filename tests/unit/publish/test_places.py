"""Tests of the public site as a host of static files sees it."""

import pytest

from builders import NOON
from topicwire.model.document import Format, TopicState
from topicwire.publish.pack import packed
from topicwire.publish.places import Moves, file_of, moves, places, public


def left(topic_id: str, successor: str | None = None, *, private: bool = False) -> TopicState:
    """Return a topic that is no more."""
    return TopicState(topic_id, 1, NOON, is_private=private, is_removed=True, successor=successor)


@pytest.mark.parametrize(
    ("path", "file"),
    [
        ("/", "index.html"),
        ("/about", "about.html"),
        ("/style.css", "style.css"),
        ("/topics/seats", "topics/seats.html"),
        ("/topics/seats.atom", "topics/seats.atom"),
        ("/topics/seats/archive/3", "topics/seats/archive/3.html"),
        ("/topics/seats/archive/3.json", "topics/seats/archive/3.json"),
    ],
)
def test_every_path_has_its_file(path: str, file: str) -> None:
    """O61: pages end in .html on the disk, all else is named as it is asked for."""
    assert file_of(path) == file


def test_the_archive_comes_before_what_links_to_it() -> None:
    """O61: whoever sees a current document finds the pages that it leads to."""
    found = [(each.page, each.form) for each in places(TopicState("seats", 5, NOON, pages=2))]
    assert [page for page, _ in found] == [1] * 4 + [2] * 4 + [0] * 4
    assert {form for _, form in found} == set(Format)


def test_private_and_removed_topics_are_no_part_of_the_site() -> None:
    """O61: only what everybody may read has files."""
    states = (
        TopicState("seats", 1, NOON),
        TopicState("secret", 1, NOON, is_private=True),
        left("old"),
    )
    assert [each.id for each in public(states)] == ["seats"]


def test_renamed_topics_lead_to_their_last_names() -> None:
    """O63: also over several names; what ends nowhere, or in a circle, is gone."""
    states = (
        left("first", "second"),
        left("second", "seats"),
        left("lost", "nothing"),
        left("over"),
        left("one", "other"),
        left("other", "one"),
        TopicState("seats", 1, NOON),
    )
    expected = Moves((("first", "seats"), ("second", "seats")), ("lost", "over", "one", "other"))
    assert moves(states) == expected


def test_nothing_is_told_of_private_topics() -> None:
    """O61: neither that one was there, nor that a public one became one."""
    states = (
        left("was-secret", "seats", private=True),
        left("gone-secret", private=True),
        left("public-once", "secret"),
        TopicState("secret", 1, NOON, is_private=True),
        TopicState("seats", 1, NOON),
    )
    assert moves(states) == Moves((), ("public-once",))


def test_packing_is_the_same_at_every_time_and_only_where_it_saves() -> None:
    """O61: no time is in a packed form; what would grow, is no text or is not sent has none."""
    text = b"<feed>columns and columns</feed>" * 50
    assert set(packed("topics/seats.atom", text)) == {".gz", ".br", ".zst"}
    assert packed("topics/seats.atom", text) == packed("topics/seats.atom", text)
    assert packed("topics/seats.atom", text)[".gz"][4:8] == bytes(4)
    assert packed("robots.txt", b"x") == {}
    assert packed("card.png", text) == {}
    assert packed("nginx.conf", text) == {}
