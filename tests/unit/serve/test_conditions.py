"""Tests of conditional requests."""

import re
import time
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from topicwire.serve.conditions import is_unchanged
from unit.serve.fakes import FakeFields

AT_NOON = "Mon, 02 Nov 2026 12:00:00 GMT"

PATTERN = re.compile(
    r'\s*(?:W/)?"(?P<plain>[^"]*?)(?:-(?:gzip|br|zstd))*"(?:-(?:gzip|br|zstd))?\s*'
)
PIECES = ('"', '"d1', "d1", '"', "-gzip", "-br", "-zstd", "W/", " ", "\t", ",", "-", "*", "x")


def unchanged(**fields: str | tuple[str, ...]) -> bool:
    """Return whether a request with these fields already has the document."""
    modified = NOON + timedelta(milliseconds=700)
    return is_unchanged(FakeFields(**fields), plain="d1", modified=modified)


@pytest.mark.parametrize(
    "match",
    [
        pytest.param('"d1"', id="ours"),
        pytest.param('"d1-gzip"', id="ours of gzip"),
        pytest.param('W/"d1"', id="weakened"),
        pytest.param('W/"d1-gzip"', id="weakened of gzip"),
        pytest.param('"d1-br"', id="ours of brotli"),
        pytest.param('"d1-zstd"', id="ours of zstd"),
        pytest.param('W/"d1-zstd"', id="weakened of zstd"),
        pytest.param('"d1-zstd-gzip"', id="compressed again in another coding"),
        pytest.param('W/"d1"-gzip', id="weakened, by an old Apache"),
        pytest.param('"d1-gzip-gzip"', id="compressed again by Apache"),
        pytest.param('"d1"-gzip', id="by an old Apache"),
        pytest.param('"d0", W/"d1" ,"d2"', id="in a list"),
        pytest.param("*", id="any"),
        pytest.param(' "d1" ', id="with blanks"),
    ],
)
def test_every_form_of_our_validator_means_unchanged(match: str) -> None:
    """O51, O52: lists, weak comparison, and the suffixes of all codings."""
    assert unchanged(if_none_match=match)


@given(match=st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_what_is_ours_is_said_by_one_pattern(match: str) -> None:
    """O51: of any list those are meant that the pattern names, which takes too long to be used."""
    named = (PATTERN.fullmatch(each) for each in match.split(","))
    is_ours = any(found is not None and found["plain"] == "d1" for found in named)

    assert unchanged(if_none_match=match) == (is_ours or match.strip() == "*")


def test_a_validator_of_suffixes_alone_costs_no_more_than_its_length() -> None:
    """S29: a head of 16 KB took a second, in which nobody else was answered."""
    began = time.process_time()

    assert not unchanged(if_none_match='"' + "-gzip" * 3200 + " d1")
    assert unchanged(if_none_match='"d1' + "-gzip" * 3200 + '"')
    assert not unchanged(if_none_match='"d1' + "-gzip" * 3200)
    assert time.process_time() - began < 0.1


def test_a_list_may_come_on_several_lines() -> None:
    """O51: RFC 9110 section 5.3 lets a list be spread so."""
    assert unchanged(if_none_match=('"d0"', 'W/"d1-br"'))
    assert not unchanged(if_none_match=('"d0"', '"d2"'))


@pytest.mark.parametrize(
    "match",
    [
        pytest.param('"d0"', id="another"),
        pytest.param("d1", id="without quotes"),
        pytest.param('"d1', id="half quoted"),
        pytest.param('"d1-"', id="an empty suffix"),
        pytest.param('"d1-lzma"', id="a suffix that is no coding of ours"),
        pytest.param('"gzip"', id="a suffix alone"),
        pytest.param('w/"d1"', id="a prefix in lower case"),
        pytest.param("", id="empty"),
        pytest.param('"*"', id="a quoted asterisk"),
        pytest.param("\xff," * 5000, id="garbage"),
        pytest.param('"' + "-gzip" * 3000 + " d1", id="suffixes without end"),
    ],
)
def test_another_validator_means_changed(match: str) -> None:
    """O51: only the document's own validators count."""
    assert not unchanged(if_none_match=match)


def test_the_entity_tag_wins_over_the_date() -> None:
    """O51: If-None-Match wins, whichever way."""
    assert not unchanged(if_none_match='"d0"', if_modified_since=AT_NOON)
    assert unchanged(if_none_match='"d1"', if_modified_since="Thu, 01 Jan 1970 00:00:00 GMT")


@pytest.mark.parametrize(
    ("since", "expected"),
    [
        pytest.param(AT_NOON, True, id="the same second"),
        pytest.param("Mon, 02 Nov 2026 12:00:01 GMT", True, id="later"),
        pytest.param("Mon, 02 Nov 2026 13:00:00 +0100", True, id="another zone"),
        pytest.param("Mon, 02 Nov 2026 12:00:00 -0000", True, id="no zone means UTC"),
        pytest.param("Monday, 02-Nov-26 12:00:00 GMT", True, id="RFC 850"),
        pytest.param("Mon, 02 Nov 2026 11:59:59 GMT", False, id="earlier"),
        pytest.param("yesterday", False, id="no date"),
        pytest.param("Mon, 02 Nov 99999 12:00:00 GMT", False, id="no such year"),
        pytest.param("Mon, 01 Jan 99999999999999999999 00:00:00 GMT", False, id="no year at all"),
        pytest.param("\xff\xfe", False, id="garbage"),
        pytest.param("", False, id="empty"),
    ],
)
def test_the_date_alone_decides_when_there_is_no_tag(since: str, expected: bool) -> None:  # noqa: FBT001 (a column of the table)
    """O51: If-Modified-Since compares whole seconds; what is no date is not there."""
    assert expected == unchanged(if_modified_since=since)


def test_without_conditions_nothing_is_known() -> None:
    """A plain request gets the document."""
    assert not unchanged()
