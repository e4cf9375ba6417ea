"""Reading the moments that feeds write, in the forms they are meant to take and a few others."""

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS = re.compile(r"\d{9,10}")
MILLISECONDS = re.compile(r"\d{12,13}")
MONTH = re.compile(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
# Chinese, Japanese and Korean write year, month, day, with characters between them.
EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
LONGEST = 100  # characters


def moment(written: str) -> datetime | None:
    """Return the moment that the text names, in UTC; a time without a zone is UTC.

    None when it takes no form known here.
    """
    text = written.strip()
    if not text or len(text) > LONGEST:
        return None
    for form in (_epoch, _iso, _mail, _eastern):
        try:
            found = form(text)
            if found is not None:
                return aware(found)
        except (ValueError, OverflowError, TypeError):
            continue
    return None


def aware(when: datetime) -> datetime:
    """Return the moment in UTC, reading a time without a zone as UTC."""
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def has_month(written: str) -> bool:
    """Whether the text names a month in English."""
    return MONTH.search(written) is not None


def _epoch(text: str) -> datetime | None:
    """Read seconds or milliseconds since 1970 (no standard, but seen)."""
    if SECONDS.fullmatch(text):
        return EPOCH + timedelta(seconds=int(text))
    if MILLISECONDS.fullmatch(text):
        return EPOCH + timedelta(milliseconds=int(text))
    return None


def _iso(text: str) -> datetime | None:
    """Read RFC 3339, and what else ISO 8601 allows for a whole day or a moment in it."""
    return datetime.fromisoformat(text) if "-" in text else None


def _mail(text: str) -> datetime | None:
    """Read RFC 5322 and its forebears: two-digit years, zones by name."""
    return parsedate_to_datetime(text) if has_month(text) and ":" in text else None


def _eastern(text: str) -> datetime | None:
    """Read a day as East Asia writes it."""
    found = EASTERN.search(text)
    if found is None:
        return None
    year, month, day = map(int, found.groups())
    return datetime(year, month, day, tzinfo=UTC)
