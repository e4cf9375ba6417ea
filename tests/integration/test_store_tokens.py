"""Tokens: what is kept of those who read with a feed of their own."""

from datetime import timedelta

import pytest

from builders import NOON, a_topic
from stores import a_definition, fill
from topicwire.errors import NameTakenError, NotFoundError
from topicwire.model.judging import ALL, Token
from topicwire.store.store import Store

LATER = NOON + timedelta(minutes=59)


def a_token(name: str = "ada", digest: str = "d1", **changes: object) -> Token:
    return Token(**({"digest": digest, "name": name, "created": NOON} | changes))  # type: ignore[arg-type]


def test_a_token_is_found_by_its_digest(store: Store) -> None:
    """S27: only the digest is kept, and only the whole digest finds it."""
    store.add_token(a_token())

    assert store.token("d1") == a_token()
    assert store.token("d") is None


def test_a_revoked_token_opens_nothing(store: Store) -> None:
    """S27: it is listed with the time it was revoked, and its name is free again."""
    store.add_token(a_token())

    store.revoke_token("ada", now=LATER)

    assert store.token("d1") is None
    store.add_token(a_token(digest="d2", created=LATER))
    assert store.tokens() == (a_token(revoked=LATER), a_token(digest="d2", created=LATER))


def test_a_name_is_given_once(store: Store) -> None:
    """Two readers of one name could not be told apart."""
    store.add_token(a_token())

    with pytest.raises(NameTakenError, match="a token 'ada' already"):
        store.add_token(a_token(digest="d2"))


def test_only_what_is_in_use_can_be_revoked(store: Store) -> None:
    """A slip of the pen is told, and so is revoking twice."""
    store.add_token(a_token())
    with pytest.raises(NotFoundError, match="No token 'bo' is in use"):
        store.revoke_token("bo", now=LATER)
    store.revoke_token("ada", now=LATER)

    with pytest.raises(NotFoundError, match="No token 'ada' is in use"):
        store.revoke_token("ada", now=LATER)


def test_the_use_of_a_token_is_noted_once_an_hour(store: Store) -> None:
    """Reading does not write each time."""
    store.add_token(a_token())
    found = a_token()

    seen = []
    for minutes, client in ((0, "One/1"), (59, "Two/2"), (60, "Three/3")):
        now = NOON + timedelta(minutes=minutes)
        store.note_use(found, client=client, now=now)
        found = store.tokens()[0]
        seen.append((found.last_seen, found.client))

    assert seen == [
        (NOON, "One/1"),
        (NOON, "One/1"),
        (NOON + timedelta(hours=1), "Three/3"),
    ]


def test_a_private_topic_opens_to_those_it_was_granted_to(store: Store) -> None:
    """S27, C7: a token opens the private topics that it names, or all, and every public one."""
    private = a_definition(a_topic(private=True))
    fill(store, definitions=(private, a_definition(a_topic(id="crews"))))
    granted = {"d1": ("seats",), "d2": (), "d3": (ALL,), "d4": ("crews",)}
    for digest, names in granted.items():
        store.add_token(Token(digest=digest, name=digest, created=NOON, topics=names))

    opened = {digest: store.admitted(digest, "seats") is not None for digest in granted}

    assert opened == {"d1": True, "d2": False, "d3": True, "d4": False}
    assert all(store.admitted(digest, "crews") for digest in granted)
    assert store.admitted("d1", "nonsense") is None


def test_a_token_opens_no_topic_once_it_is_revoked(store: Store) -> None:
    """S27: from the next request on."""
    fill(store)
    store.add_token(Token(digest="d1", name="ada", created=NOON))
    assert store.admitted("d1", "seats") is not None
    store.revoke_token("ada", now=NOON)

    assert store.admitted("d1", "seats") is None
