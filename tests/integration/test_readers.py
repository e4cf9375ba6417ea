"""Readers' own feeds and what they say, from the token to the label, on a real database."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape

import pytest

from builders import NOON, a_topic, an_entry
from stores import a_definition, fill, judge
from topicwire.errors import NotFoundError
from topicwire.model.document import Format
from topicwire.model.judging import Label, LabelledBy, Token
from topicwire.publish.compose import Site
from topicwire.publish.own import digest_of
from topicwire.publish.run.documents import Publisher
from topicwire.publish.run.readers import Readers
from topicwire.store.store import Store

LATER = NOON + timedelta(hours=1)
SITE = Site("https://wire.example", "1.2.3")


class House:
    """A store with one placed entry and one reader, and what is served from it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now: datetime = LATER
        self.readers = Readers(store, SITE, clock=lambda: self.now)
        fill(store, an_entry(title="Crews <trade> seats"))
        judge(store)
        self.add("ada")

    def add(self, name: str, *, topics: tuple[str, ...] = ()) -> None:
        """Make a token for a reader, which opens these private topics; it is their name and more."""
        digest = digest_of(f"{name}-token")
        self.store.add_token(Token(digest=digest, name=name, created=NOON, topics=topics))

    def links(self, name: str = "ada") -> tuple[str, str]:
        """Return the paths of the links in a reader's own feed: not on topic, and on topic."""
        reader = self.readers.admit(f"{name}-token", client="", topic_id="seats")
        assert reader is not None
        body = Publisher(self.store, SITE).topic("seats", Format.ATOM, reader=reader.digest).body
        found = re.findall(r'https://wire\.example(/feedback/[^"]*)"', unescape(body.decode()))
        no, yes = found
        return no, yes

    @contextmanager
    def unchanged(self) -> Iterator[None]:
        """Check that nothing is labelled meanwhile."""
        before = self.store.labels("seats")
        yield
        assert before == self.store.labels("seats")


@pytest.fixture
def house(store: Store) -> House:
    """Give a house."""
    return House(store)


def a_label(**changes: object) -> Label:
    values: dict[str, object] = {
        "topic_id": "seats",
        "entry_id": 1,
        "expect": False,
        "who": "ada",
        "by": LabelledBy.FEEDBACK,
        "made": LATER,
    }
    return Label(**(values | changes))  # type: ignore[arg-type]


def test_a_link_asks_and_then_labels(house: House) -> None:
    """S21: asking changes nothing; the answer is a label with the reader's name and the time."""
    no, _ = house.links()

    with house.unchanged():
        page = house.readers.ask(no).decode()
    assert "Crews &lt;trade&gt; seats" in page
    assert "Seats in space" in page

    thanks = house.readers.take(no).decode()
    assert "It is noted that this entry is not on topic." in thanks
    assert house.store.labels_of(1) == (a_label(),)


@pytest.mark.parametrize("private", [False, True], ids=["public", "private"])
def test_only_a_public_topic_is_linked_to(house: House, *, private: bool) -> None:
    """The page of a private topic answers 404 to who comes by a link."""
    house.add("eve", topics=("seats",))
    no, _ = house.links("eve")
    fill(house.store, definitions=(a_definition(a_topic(private=private)),), now=LATER)

    page = house.readers.ask(no).decode()

    assert "<bdi>Seats in space</bdi>" in page
    assert ('href="/topics/seats"' in page) is not private


def test_a_reader_may_change_their_mind(house: House) -> None:
    """The other link says otherwise, and the last word counts."""
    no, yes = house.links()
    house.readers.take(no)
    house.now = LATER + timedelta(hours=1)

    assert "It is noted that this entry is on topic." in house.readers.take(yes).decode()

    assert house.store.labels_of(1) == (a_label(expect=True, made=house.now),)


def test_an_editors_word_stands_and_the_reader_is_told(house: House) -> None:
    """Feedback never overwrites what an editor said."""
    said = a_label(expect=True, who="bo", by=LabelledBy.EDITOR)
    house.store.label((said,))

    page = house.readers.take(house.links()[0]).decode()

    assert "An editor has decided on this entry already, and that stands." in page
    assert house.store.labels_of(1) == (said,)


def test_each_reader_has_links_of_their_own(house: House) -> None:
    """Who follows whose link says it in that one's name."""
    house.add("bo")

    house.readers.take(house.links("bo")[0])

    assert house.links("bo") != house.links("ada")
    assert [label.who for label in house.store.labels_of(1)] == ["bo"]


@pytest.mark.parametrize(
    "changed",
    [
        pytest.param(lambda link: link.replace("/no/", "/yes/"), id="another answer"),
        pytest.param(lambda link: link.replace("/1/", "/2/"), id="another entry"),
        pytest.param(lambda link: link.replace("/seats/", "/crews/"), id="another topic"),
        pytest.param(lambda link: link[:-1] + "gf"[link[-1] == "g"], id="another letter"),
        pytest.param(lambda link: link[:-32] + "0" * 32, id="another signature"),
        pytest.param(lambda link: link[:-44] + "0" * 12 + link[-32:], id="another reader"),
        pytest.param(lambda _: "/feedback/", id="nothing"),
    ],
)
def test_a_link_that_was_made_up_leads_nowhere(house: House, changed: object) -> None:
    """S27: neither asked nor taken."""
    assert callable(changed)
    link = changed(house.links()[0])
    with house.unchanged():
        for act in (house.readers.ask, house.readers.take):
            with pytest.raises(NotFoundError, match="signed for no reader"):
                act(link)


def test_a_revoked_token_ends_feeds_and_links(house: House) -> None:
    """S27: from that moment on; a new token of the same name does not bring them back."""
    no, _ = house.links()
    house.store.revoke_token("ada", now=LATER)
    house.store.add_token(Token(digest_of("another"), "ada", NOON))

    assert house.readers.admit("ada-token", client="", topic_id="seats") is None
    with house.unchanged(), pytest.raises(NotFoundError):
        house.readers.take(no)


def test_a_link_to_a_topic_that_left_leads_nowhere(house: House) -> None:
    """Even with the right signature."""
    no, _ = house.links()
    fill(house.store, definitions=())

    for act in (house.readers.ask, house.readers.take):
        with pytest.raises(NotFoundError, match="no topic 'seats'"):
            act(no)


def test_a_link_of_before_a_renaming_labels_in_the_topic_as_it_goes_on(house: House) -> None:
    """Readers keep what they have read, and its links with it."""
    no, _ = house.links()
    fill(house.store, definitions=(a_definition(a_topic(id="crews", formerly=("seats",))),))
    fill(house.store, definitions=(a_definition(a_topic(id="swaps", formerly=("crews",))),))

    assert "/topics/swaps" in house.readers.ask(no).decode()
    house.readers.take(no)

    assert house.store.labels_of(1) == (a_label(topic_id="swaps"),)


def test_a_link_to_what_the_reader_may_not_read_any_more_leads_nowhere(house: House) -> None:
    """S27: a topic that is private now is told of to nobody whose token does not open it."""
    no, _ = house.links()
    fill(house.store, definitions=(a_definition(a_topic(private=True)),))

    with house.unchanged():
        for act in (house.readers.ask, house.readers.take):
            with pytest.raises(NotFoundError):
                act(no)


def test_an_own_feed_says_the_same_and_holds_no_token(house: House) -> None:
    """S27: its ids and addresses are the public feed's, so a forwarded copy gives nothing away."""
    publisher = Publisher(house.store, SITE)
    digest = digest_of("ada-token")

    for form in (Format.ATOM, Format.RSS, Format.JSON):
        public = publisher.topic("seats", form)
        own = publisher.topic("seats", form, reader=digest)
        assert own.etag != public.etag
        assert own == publisher.topic("seats", form, reader=digest)
        assert b"https://wire.example/topics/seats." + str(form).encode() in own.body
        assert digest.encode() not in own.body
        assert b"ada-token" not in own.body


def test_coming_is_noted_with_the_program(house: House) -> None:
    """An operator sees which tokens are used, and by what."""
    house.readers.admit("ada-token", client="Reader/1\n(x)", topic_id="seats")

    (token,) = house.store.tokens()
    assert (token.last_seen, token.client) == (LATER, "Reader/1 (x)")
