"""Tests of conditional requests."""

from datetime import timedelta

import pytest

from builders import NOON
from topicwire.serve.conditions import is_unchanged, tags

KNOWN = tags('"d1"')
AT_NOON = b"Mon, 02 Nov 2026 12:00:00 GMT"


def unchanged(**fields: bytes) -> bool:
    """Return whether a request with these fields already has the document."""
    named = {name.replace("_", "-").encode(): value for name, value in fields.items()}
    return is_unchanged(named, known=KNOWN, modified=NOON + timedelta(milliseconds=700))


@pytest.mark.parametrize(
    "match",
    [
        pytest.param(b'"d1"', id="ours"),
        pytest.param(b'"d1-gzip"', id="ours of gzip"),
        pytest.param(b'W/"d1"', id="weakened"),
        pytest.param(b'W/"d1-gzip"', id="weakened of gzip"),
        pytest.param(b'"d1-gzip-gzip"', id="compressed again by Apache"),
        pytest.param(b'"d1"-gzip', id="by an old Apache"),
        pytest.param(b'"d0", W/"d1" ,"d2"', id="in a list"),
        pytest.param(b"*", id="any"),
        pytest.param(b' "d1" ', id="with blanks"),
    ],
)
def test_every_form_of_our_validator_means_unchanged(match: bytes) -> None:
    """O51, O52: lists, weak comparison, and the suffixes of both codings."""
    assert unchanged(if_none_match=match)


@pytest.mark.parametrize(
    "match",
    [
        pytest.param(b'"d0"', id="another"),
        pytest.param(b"d1", id="without quotes"),
        pytest.param(b'"d1', id="half quoted"),
        pytest.param(b'w/"d1"', id="a prefix in lower case"),
        pytest.param(b"", id="empty"),
        pytest.param(b'"*"', id="a quoted asterisk"),
        pytest.param(b"\xff," * 5000, id="garbage"),
    ],
)
def test_another_validator_means_changed(match: bytes) -> None:
    """O51: only the document's own validators count."""
    assert not unchanged(if_none_match=match)


def test_the_entity_tag_wins_over_the_date() -> None:
    """O51: If-None-Match wins, whichever way."""
    assert not unchanged(if_none_match=b'"d0"', if_modified_since=AT_NOON)
    assert unchanged(if_none_match=b'"d1"', if_modified_since=b"Thu, 01 Jan 1970 00:00:00 GMT")


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(AT_NOON, True, id="the same second"),
        pytest.param(b"Mon, 02 Nov 2026 12:00:01 GMT", True, id="later"),
        pytest.param(b"Mon, 02 Nov 2026 13:00:00 +0100", True, id="another zone"),
        pytest.param(b"Mon, 02 Nov 2026 12:00:00 -0000", True, id="no zone means UTC"),
        pytest.param(b"Monday, 02-Nov-26 12:00:00 GMT", True, id="RFC 850"),
        pytest.param(b"Mon, 02 Nov 2026 11:59:59 GMT", False, id="earlier"),
        pytest.param(b"yesterday", False, id="no date"),
        pytest.param(b"Mon, 02 Nov 99999 12:00:00 GMT", False, id="no such year"),
        pytest.param(b"\xff\xfe", False, id="garbage"),
        pytest.param(b"", False, id="empty"),
    ],
)
def test_the_date_alone_decides_when_there_is_no_tag(since: bytes, expected: bool) -> None:  # noqa: FBT001 (a column of the table)
    """O51: If-Modified-Since compares whole seconds; what is no date is not there."""
    assert expected == unchanged(if_modified_since=since)


def test_without_conditions_nothing_is_known() -> None:
    """A plain request gets the document."""
    assert not unchanged()
