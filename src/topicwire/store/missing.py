"""The error for a name that is not there, with the names that are like it."""

from collections.abc import Iterable

from topicwire.errors import NotFoundError, nearest


def missing(kind: str, name: str, known: Iterable[str]) -> NotFoundError:
    """Return the error for the `kind` (source or topic) that is called none of `known`."""
    near = nearest(name, known)
    hint = f"Did you mean {near}? " if near else ""
    return NotFoundError(
        f"There is no {kind} {name!r}. {hint}`topicwire {kind} list` shows all of them."
    )
