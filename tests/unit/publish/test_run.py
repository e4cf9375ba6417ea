"""The act as the doors use it."""

from datetime import timedelta
from typing import cast

import pytest

from builders import NOON, a_standing
from topicwire.errors import NotFoundError
from topicwire.model.document import Format, TopicState, TopicSummary
from topicwire.model.judging import Edition, StandingTopic
from topicwire.publish.run.documents import Publisher
from topicwire.store.store import Store
from unit.publish.editions import SITE, an_edition, placed


class FakeStore:
    """A store that holds one topic, or none."""

    def __init__(self, *editions: Edition) -> None:
        self._editions = {each.standing.topic.id: each for each in editions}
        self.asked = 0

    def put(self, edition: Edition) -> None:
        self._editions[edition.standing.topic.id] = edition

    def topic_states(self) -> tuple[TopicState, ...]:
        return tuple(
            TopicState(key, each.standing.edition, each.standing.edition_time)
            for key, each in self._editions.items()
        )

    def edition(self, topic_id: str, *, page: int = 0) -> Edition:
        self.asked += 1
        if topic_id not in self._editions or page:
            raise NotFoundError(f"there is no topic {topic_id!r} with a page {page}")
        return self._editions[topic_id]

    def standing(self, topic_id: str) -> StandingTopic:
        if topic_id not in self._editions:
            raise NotFoundError(f"there is no topic {topic_id!r}")
        return self._editions[topic_id].standing

    def summaries(self) -> tuple[TopicSummary, ...]:
        return tuple(
            TopicSummary(each.standing, (0,) * 26, each.placements[:3], len(each.placements))
            for each in self._editions.values()
        )

    def standing_topics(self) -> tuple[StandingTopic, ...]:
        return tuple(each.standing for each in self._editions.values())


def a_publisher(*editions: Edition) -> Publisher:
    return Publisher(cast(Store, FakeStore(*editions)), SITE)


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        (Format.ATOM, "application/atom+xml; charset=utf-8"),
        (Format.RSS, "application/rss+xml; charset=utf-8"),
        (Format.JSON, "application/feed+json"),
        (Format.HTML, "text/html; charset=utf-8"),
    ],
    ids=lambda value: str(value).partition(";")[0],
)
def test_topic(form: Format, media_type: str) -> None:
    """O50: each format has its media type; the document was last changed with the edition."""
    document = a_publisher(an_edition(placed(), edition_time=NOON)).topic("seats", form)
    assert (document.media_type, document.modified) == (media_type, NOON)
    assert b"https://press.example/columns/1" in document.body


def test_an_edition_is_composed_once_for_all_formats() -> None:
    """What the formats share is done once, and anew for the next edition."""
    store = FakeStore(an_edition(placed(1), edition=1))
    publisher = Publisher(cast(Store, store), SITE)
    for form in Format:
        publisher.topic("seats", form)
    asked = store.asked
    store.put(an_edition(placed(2), edition=2))

    assert asked == 1
    assert b"columns/2" in publisher.topic("seats", Format.ATOM).body


def test_an_edition_whose_number_comes_again_is_another() -> None:
    """A database that was set back, by a backup or a replica that lagged, gives numbers twice."""
    store = FakeStore(an_edition(placed(1), edition=7, edition_time=NOON))
    publisher = Publisher(cast(Store, store), SITE)
    publisher.topic("seats", Format.ATOM)
    store.put(an_edition(placed(2), edition=7, edition_time=NOON + timedelta(minutes=1)))

    assert b"columns/2" in publisher.topic("seats", Format.ATOM).body


def test_etag_follows_the_bytes() -> None:
    """O51: the validator is strong and quoted, the same for the same bytes and only for them."""
    one, same, other = (
        a_publisher(an_edition(placed(number))).topic("seats", Format.ATOM) for number in (1, 1, 2)
    )
    assert one == same
    assert one.etag != other.etag
    assert one.etag[0] == one.etag[-1] == '"'
    assert len(one.etag) == 34


def test_unknown_topic() -> None:
    """A topic that does not exist is refused by name."""
    with pytest.raises(NotFoundError, match="nonsense"):
        a_publisher().topic("nonsense", Format.ATOM)


def test_topics() -> None:
    """The states are the store's."""
    assert a_publisher(an_edition(edition=7)).topics() == (TopicState("seats", 7, NOON),)


def test_index_and_opml() -> None:
    """O51: they hold every topic, and no time is theirs: none moves when a topic leaves them."""
    publisher = a_publisher(Edition(a_standing(edition_time=NOON), (placed(),)))
    index, opml = publisher.index(), publisher.opml()
    assert (index.media_type, index.modified) == ("text/html; charset=utf-8", None)
    assert (opml.media_type, opml.modified) == ("text/x-opml; charset=utf-8", None)
    assert b"Seats in space" in index.body
    assert b"Seats in space" in opml.body


def test_no_topics() -> None:
    """Without a topic there are still an index and a list."""
    publisher = a_publisher()
    assert b"There is no topic yet." in publisher.opml().body
    assert publisher.index().body


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("style.css", "text/css; charset=utf-8"),
        ("favicon.svg", "image/svg+xml"),
        ("icon.png", "image/png"),
        ("apple-touch-icon.png", "image/png"),
        ("card.png", "image/png"),
    ],
    ids=lambda value: str(value).partition(";")[0],
)
def test_asset(name: str, media_type: str) -> None:
    """The pages' stylesheet, icons and card are documents too."""
    publisher = a_publisher()
    document = publisher.asset(name)
    assert document.media_type == media_type
    assert document.body
    assert name in publisher.assets()


def test_about() -> None:
    """What the site is changes with the program alone."""
    about = a_publisher().about()
    assert about.media_type == "text/html; charset=utf-8"
    assert about == a_publisher(an_edition(placed())).about()
    assert b"at most 20 a day" in about.body


@pytest.mark.parametrize(
    "name", ["base.html", "card.svg", "../run.py", ""], ids=["template", "drawing", "path", "empty"]
)
def test_no_other_asset(name: str) -> None:
    """S28: nothing but these files can be had."""
    with pytest.raises(NotFoundError, match=r"style\.css"):
        a_publisher().asset(name)
