"""Tokens: those who read with a feed of their own, known by the digest of what they show."""

from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, insert, select, update

from topicwire.errors import NameTakenError, NotFoundError, nearest
from topicwire.model.judging import Token
from topicwire.store.rows import AnyRow
from topicwire.store.tables import tokens, topics
from topicwire.store.topics import IS_LISTED

SEEN_AGAIN = timedelta(hours=1)  # how long a token's last use is not noted anew


def add(connection: Connection, token: Token) -> None:
    """Keep a new token.

    Raises:
        NameTakenError: a token of that name is in use.
    """
    if connection.scalar(select(tokens.c.digest).where(*_in_use(token.name))) is not None:
        raise NameTakenError(
            f"There is a token {token.name!r} already. Choose another name, "
            f"or revoke it first: topicwire token revoke {token.name}"
        )
    connection.execute(insert(tokens).values(asdict(token)))


def listed(connection: Connection) -> tuple[Token, ...]:
    """Return all tokens, also those revoked, by name and the time they were made."""
    query = select(tokens).order_by(tokens.c.name, tokens.c.created, tokens.c.digest)
    return tuple(_of(row) for row in connection.execute(query))


def revoke(connection: Connection, name: str, *, now: datetime) -> None:
    """Let the token of that name open nothing any more.

    Raises:
        NotFoundError: no token of that name is in use.
    """
    done = connection.execute(update(tokens).where(*_in_use(name)).values(revoked=now))
    if not done.rowcount:
        in_use = select(tokens.c.name).where(tokens.c.revoked.is_(None))
        near = nearest(name, connection.scalars(in_use))
        hint = f"Did you mean {near}? " if near else ""
        raise NotFoundError(
            f"No token {name!r} is in use. {hint}`topicwire token list` shows all of them."
        )


def token(connection: Connection, digest: str) -> Token | None:
    """Return the token of that digest if it is in use, else None.

    Who guesses chooses the token but not its digest, so that how long the search takes tells
    nothing of those that are kept.
    """
    query = select(tokens).where(tokens.c.digest == digest, tokens.c.revoked.is_(None))
    row = connection.execute(query).one_or_none()
    return None if row is None else _of(row)


def admitted(connection: Connection, digest: str, topic_id: str) -> Token | None:
    """Return the token of that digest if it is in use and opens the topic, else None."""
    found = token(connection, digest)
    query = select(topics.c.private).where(topics.c.id == topic_id, IS_LISTED)
    is_private = connection.scalar(query) if found else None
    if found is None or is_private is None or not found.opens(topic_id, is_private=is_private):
        return None
    return found


def is_due(found: Token, *, now: datetime) -> bool:
    """Return whether it is worth noting that a token was used just now."""
    return found.last_seen is None or now - found.last_seen >= SEEN_AGAIN


def note(connection: Connection, digest: str, *, client: str, now: datetime) -> None:
    """Note when a token was last used, and by what program."""
    mine = update(tokens).where(tokens.c.digest == digest)
    connection.execute(mine.values(last_seen=now, client=client))


def _in_use(name: str) -> tuple[ColumnElement[bool], ...]:
    return tokens.c.name == name, tokens.c.revoked.is_(None)


def _of(row: AnyRow) -> Token:
    return Token(
        digest=row.digest,
        name=row.name,
        created=row.created,
        revoked=row.revoked,
        last_seen=row.last_seen,
        client=row.client,
        topics=tuple(row.topics),
    )
