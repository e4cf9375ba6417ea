"""Whether a client already has what it asks for (RFC 9110 section 13)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def tags(etag: str) -> frozenset[bytes]:
    """Return every form in which clients give back a document's validator.

    Ours of both codings, and what Apache in front of us makes of them: before 2.4 it wrote its
    suffix outside the quotes, since then inside (its bug 45023).
    """
    plain = etag.strip('"')
    forms = (f'"{plain}"', f'"{plain}-gzip"', f'"{plain}-gzip-gzip"', f'"{plain}"-gzip')
    return frozenset(form.encode() for form in forms)


def is_unchanged(
    fields: Mapping[bytes, bytes], *, known: frozenset[bytes], modified: datetime
) -> bool:
    """Return whether the client's conditions say that it has this document.

    `fields` are the request's headers, `known` the document's `tags`. If-None-Match wins over
    If-Modified-Since, also when it does not match.
    """
    match = fields.get(b"if-none-match")
    if match is not None:
        return _is_named(match, known)
    since = fields.get(b"if-modified-since")
    return since is not None and _is_since(since, modified)


def _is_named(match: bytes, known: frozenset[bytes]) -> bool:
    if match in known:
        return True
    named = (part.strip().removeprefix(b"W/") for part in match.split(b","))
    return match.strip() == b"*" or any(tag in known for tag in named)


def _is_since(since: bytes, modified: datetime) -> bool:
    try:
        given = parsedate_to_datetime(since.decode("latin-1"))
    except ValueError:  # not a date: as if it had not been sent
        return False
    aware = given if given.tzinfo else given.replace(tzinfo=UTC)
    return modified.replace(microsecond=0) <= aware
