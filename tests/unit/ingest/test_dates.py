"""Dates as feeds write them."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicwire.ingest.dates import moment

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        pytest.param("Mon, 02 Nov 2026 12:00:00 GMT", NOON, id="RFC 5322"),
        pytest.param("Mon, 02 Nov 2026 07:00:00 EST", NOON, id="zone by name"),
        pytest.param("2 Nov 26 13:00 +0100", NOON, id="two-digit year"),
        pytest.param("2026-11-02T12:00:00Z", NOON, id="RFC 3339"),
        pytest.param(
            "2026-11-02T13:00:00.5+01:00", NOON.replace(microsecond=500_000), id="fraction"
        ),
        pytest.param("2026-11-02 12:00", NOON, id="naive is UTC"),
        pytest.param("1793620800", NOON, id="seconds since 1970"),
        pytest.param("1793620800000", NOON, id="milliseconds since 1970"),
        pytest.param("2026年11月2日", NOON.replace(hour=0), id="Chinese"),
        pytest.param("2026년 11월 02일 오후", NOON.replace(hour=0), id="Korean"),
        pytest.param("20261102T120000Z", NOON, id="ISO 8601 without hyphens"),
        pytest.param("2026/11/02 12:00:00", NOON, id="slashes, the year first"),
        pytest.param("2026/11/2", NOON.replace(hour=0), id="a day in slashes"),
        pytest.param("2026-11-02 12:00:00 UTC", NOON, id="Ruby"),
        pytest.param("2026-11-02 07:00:00 EST", NOON, id="ISO 8601 and a zone by name"),
        pytest.param("2026-11-02T14:00:00+2:00", NOON, id="RFC 3339 with an offset of one digit"),
        pytest.param("Mon, 02 Nov 2026 15:00:00 +03:00", NOON, id="RFC 5322 with a colon"),
        pytest.param("Mon, 02 Nov 2026 07:00:00 -5:00", NOON, id="one digit and a colon"),
        pytest.param("Mon, 02 Nov 2026 17:30:00 +530", NOON, id="three digits"),
        pytest.param("Mon, 02 Nov 2026 17:00:00 +5", NOON, id="hours alone"),
        pytest.param("Mon, 02 Nov 2026 14:00:00 +0200 EET", NOON, id="offset and name"),
        pytest.param("Mon, 02 Nov 2026 15:00:00 GMT+0300", NOON, id="GMT and an offset"),
        pytest.param("Mon, 02 Nov 2026 15:00:00 UTC+3", NOON, id="UTC and an offset"),
        pytest.param("Mon Nov 02 2026 15:00:00 GMT+0300 (MSK)", NOON, id="JavaScript"),
        pytest.param("Mon Nov 02 12:00:00 +0000 2026", NOON, id="the year last"),
        pytest.param("Mon, 02 Nov 2026 1:30 PM EST", NOON.replace(hour=18, minute=30), id="PM"),
        pytest.param("Mon, 02 Nov 2026 12:00 a.m.", NOON.replace(hour=0), id="midnight"),
        pytest.param("Mon, 02 Nov 2026 13:00:00 CET", NOON, id="CET"),
        pytest.param("Mon, 02 Nov 2026 21:30:00 ACST", NOON, id="ACST"),
        pytest.param("Mon, 02 Nov 2026 12:00:00 IST", NOON, id="a zone of three meanings is UTC"),
        pytest.param("Monday, November 2, 2026 - 12:00pm", NOON, id="Drupal"),
        pytest.param(
            '<time datetime="2026-11-02T13:00:00+01:00">Mon, 11/02/2026 - 13:00</time>',
            NOON,
            id="Drupal with its markup",
        ),
        pytest.param("Nov. 2, 2026 at 7:00 AM EST", NOON, id="a page's"),
        pytest.param("2 Nov, 2026 12:00:00 +0000", NOON, id="one comma too many"),
        pytest.param("02-Nov-2026 12:00:00", NOON, id="hyphens"),
        pytest.param("Fri, 02 Sept 2026 12:00:00 GMT", NOON.replace(month=9), id="four letters"),
        pytest.param("Пн, 02 ноя 2026 15:00:00 +0300", NOON, id="Russian"),
        pytest.param("mer., 02 déc. 2026 13:00:00 +0100", NOON.replace(month=12), id="French"),
        pytest.param("November 2, 2026", NOON.replace(hour=0), id="a day in words"),
        pytest.param("Posted on Nov. 2nd, 2026 by Ada", NOON.replace(hour=0), id="a day in a line"),
        pytest.param("2 de noviembre de 2026", NOON.replace(hour=0), id="a day in Spanish"),
        pytest.param("2. März 2026", NOON.replace(month=3, hour=0), id="a day in German"),
        pytest.param("2 ноября 2026", NOON.replace(hour=0), id="a day in Russian"),
        pytest.param("May 2 2026 to May 9 2026", None, id="two days"),
        pytest.param("Marked 2 2026", None, id="a word like a month"),
        pytest.param("31 Feb 2026", None, id="no day of its month"),
        pytest.param("November 2026", None, id="a month in words"),
        pytest.param("01/02/2026", None, id="ambiguous"),
        pytest.param("01/02/2026 12:00:00 GMT", None, id="ambiguous with a time"),
        pytest.param("10:00 PM", None, id="only a time"),
        pytest.param("soon", None, id="words"),
        pytest.param("9999-12-31T23:59:59-23:00", None, id="beyond the calendar"),
        pytest.param("9" * 5_000, None, id="digits without end"),
        pytest.param("", None, id="nothing"),
    ],
)
def test_a_date_is_read_or_is_none(written: str, expected: datetime | None) -> None:
    """P8, P30: what names no moment for sure is no date."""
    assert expected == moment(written)


def test_a_time_without_a_zone_is_utc_wherever_it_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """P30: the zone of this machine says nothing about a feed."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        found = [moment("2026-11-02T12:00:00"), moment("Mon, 02 Nov 2026 12:00:00 -0000")]
    finally:
        monkeypatch.undo()
        time.tzset()

    assert found == [NOON, NOON]


@settings(deadline=None)
@given(st.text(alphabet="0123456789-:TZ+ JanFeb年月日", max_size=40))
def test_a_moment_is_aware(written: str) -> None:
    """Whatever is written, the answer is in UTC or None."""
    found = moment(written)

    assert found is None or found.tzinfo is UTC
