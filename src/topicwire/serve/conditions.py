"""Whether a client already has what it asks for (RFC 9110 section 13)."""

import re
from datetime import datetime

from topicwire.model.waits import http_date
from topicwire.serve.wire import Fields, field

# A validator as clients give it back: ours of any coding, and what others make of it on the way.
# nginx weakens it; Apache and its like add a suffix for what they compress, before 2.4 outside
# the quotes, since then inside (its bug 45023).
_GIVEN = re.compile(r'(?:W/)?"(?P<tag>[^"]*)"(?:-(?:gzip|br|zstd))?')
_SUFFIXES = re.compile(r"(?:-(?:gzip|br|zstd))*")


def is_unchanged(headers: Fields, *, plain: str, modified: datetime | None) -> bool:
    """Return whether the client's conditions say that it has this document.

    `plain` is the document's validator without quotes and coding. If-None-Match wins over
    If-Modified-Since, also when it does not match; that says nothing where `modified` is None.
    """
    match = field(headers, "if-none-match")
    if match is not None:
        return match.strip() == "*" or _is_named(match, plain)
    since = headers.get("if-modified-since")
    return since is not None and modified is not None and _is_since(since, modified)


def _is_named(match: str, plain: str) -> bool:
    if plain not in match:  # so that a long list of others costs no search
        return False
    near = (each.strip() for each in match.split(",") if plain in each)
    named = (_GIVEN.fullmatch(each) for each in near)
    return any(found is not None and _is_of(found["tag"], plain) for found in named)


def _is_of(tag: str, plain: str) -> bool:
    return tag.startswith(plain) and _SUFFIXES.fullmatch(tag, len(plain)) is not None


def _is_since(since: str, modified: datetime) -> bool:
    given = http_date(since)  # what is no date is as if it had not been sent
    return given is not None and modified.replace(microsecond=0) <= given
