"""Reading the moments that feeds write, in the forms they are meant to take and a few others."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
SECONDS = re.compile(r"\d{9,10}")
MILLISECONDS = re.compile(r"\d{12,13}")
MONTH = re.compile(r"(?i)\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)")
# Chinese, Japanese and Korean write year, month, day, with characters between them.
EASTERN = re.compile(r"(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日일]")
LONGEST = 100  # characters
YEAR_FIRST = re.compile(r"(\d{4})([/.-])(\d{1,2})\2(\d{1,2})(?!\d)")
NUMBER = re.compile(r"\d+")
CLOCK = re.compile(r"(?<!\d)(\d{1,2}):(\d{2})")
# A day, the clock, which half of the day, and a zone by its name, its offset or both.
ZONED = re.compile(
    r"(?P<day>.*?)(?:(?<=\d)T)?[\s,]*(?:[-|\u2013] |at )?(?<!\d)(?P<hour>\d{1,2})(?P<rest>:\d{2}(?::\d{2}(?:[.,]\d+)?)?)"
    r"(?:\s*(?P<half>[ap])\.?m\.?(?![a-z]))?\s*(?P<name>[a-z]{1,5})?"
    r"\s*(?:(?P<sign>[+-])(?P<hours>\d{1,2}?)(?::?(?P<minutes>\d{2}))?(?![\d:])\s*[a-z]{0,5})?"
    r"\s*(?:\([^()]*\))?\s*(?P<year>\d{4})?",
    re.ASCII | re.IGNORECASE,
)
# The months of our languages, which are known by three letters, too; and as mail has them.
NAMES = (
    "Jan january januar jänner janvier enero gennaio janeiro января январь",
    "Feb february februar février febrero febbraio fevereiro февраля февраль",
    "Mar march märz mrz mars marzo março марта март",
    "Apr april avril abril aprile апреля апрель",
    "May mai mayo maggio maio мая май",
    "Jun june juni juin junio giugno junho июня июнь",
    "Jul july juli juillet julio luglio julho июля июль",
    "Aug august août aout agosto августа август",
    "Sep september septembre septiembre setiembre settembre setembro сентября сентябрь",
    "Oct october oktober octobre octubre ottobre outubro октября октябрь",
    "Nov november novembre noviembre novembro ноября ноябрь",
    "Dec december dezember décembre diciembre dicembre dezembro декабря декабрь",
)
SHORTEST = 3  # letters of a month
MONTHS = {
    name[:length].lower(): names[:SHORTEST]
    for names in NAMES
    for name in names.split()
    for length in range(SHORTEST, len(name) + 1)
}
# However it is put together: "27th of November, 2026", "Nov. 27, 2026", "27-Nov-2026".
DAY = re.compile(
    r"(?<!\w)(?:(\d{1,2})(?:st|nd|rd|th|er|\.|º)?[ -](?:of |de )?([^\W\d_]{3,10})\.?,?[ -](?:de )?"
    r"|([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?,? )(\d{4})(?![\w:])",
    re.IGNORECASE,
)
ATTRIBUTE = re.compile(r"<time\b[^<>]*\sdatetime\s*=\s*[\"']([^\"'<>]+)")
NOON = 12
# The hours of zones that have one meaning; those of North America are as RFC 822 has them.
HOURS = (
    *((-10, "HST"), (-9, "AKST"), (-8, "AKDT PST"), (-7, "PDT MST"), (-6, "MDT CST")),
    *((-5, "CDT EST"), (-4, "EDT AST"), (-3.5, "NST"), (-3, "ADT"), (-2.5, "NDT")),
    *((1, "BST WEST CET MEZ"), (2, "CEST MESZ EET SAST"), (3, "EEST MSK EAT"), (5, "PKT")),
    *((7, "WIB"), (8, "HKT SGT AWST"), (9, "JST KST"), (9.5, "ACST"), (10, "AEST")),
    *((10.5, "ACDT"), (11, "AEDT"), (12, "NZST"), (13, "NZDT")),
)
ZONES = {name: hours for hours, names in HOURS for name in names.split()}


def moment(written: str) -> datetime | None:
    """Return the moment that the text names, in UTC; a time without a zone is UTC.

    None when it takes no form known here.
    """
    marked = ATTRIBUTE.search(written)  # as Drupal writes it
    text = _plain(" ".join((marked[1] if marked else written).split()))
    if not text or len(text) > LONGEST:
        return None
    for form in (_epoch, _iso, _zoned, _mail, _day, _eastern):
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


def leaves_out(written: str, guess: Sequence[int]) -> bool:
    """Whether a guess, from the year to the second, leaves out the day or the hour of the text."""
    if clock := CLOCK.search(written):
        return any(map(int, clock.groups())) and not any(guess[3:6])
    year, month, day = guess[:3]
    return not {int(each) for each in NUMBER.findall(written)} <= {year, year % 100, month, day}


def _plain(text: str) -> str:
    """Return the text from its day on, which is written as mail has it, where it is in words."""
    for found in DAY.finditer(text[:LONGEST]):
        day, month = found[1] or found[4], (found[2] or found[3]).lower()
        if month in MONTHS:
            return f"{day} {MONTHS[month]} {found[5]}{text[found.end() :]}"
    return text


def _day(text: str) -> datetime | None:
    """Read a day in words alone, whatever is said behind it without a number."""
    found = DAY.match(text)
    if found is None or NUMBER.search(text, found.end()):
        return None
    return parsedate_to_datetime(f"{found.group()} 00:00")


def _epoch(text: str) -> datetime | None:
    """Read seconds or milliseconds since 1970 (no standard, but seen)."""
    if SECONDS.fullmatch(text):
        return EPOCH + timedelta(seconds=int(text))
    if MILLISECONDS.fullmatch(text):
        return EPOCH + timedelta(milliseconds=int(text))
    return None


def _iso(text: str) -> datetime | None:
    """Read RFC 3339, and what else ISO 8601 allows for a whole day or a moment in it."""
    if not text[:4].isdigit():
        return None
    return datetime.fromisoformat(YEAR_FIRST.sub(_hyphenated, text, count=1))


def _zoned(text: str) -> datetime | None:
    """Read a day and a time in either form whose hour or zone are in neither."""
    found = ZONED.fullmatch(text)
    if found is None:
        return None
    hour = int(found["hour"])
    if found["half"] and hour <= NOON:
        hour = hour % NOON + NOON * (found["half"] in "pP")
    local = f"{found['day']} {hour:02}{found['rest']} {found['year'] or ''}".strip()
    when = _mail(local) if has_month(local) else _iso(local)
    return when and when.replace(tzinfo=_zone(found))


def _hyphenated(found: re.Match[str]) -> str:
    return f"{found[1]}-{found[3]:0>2}-{found[4]:0>2}"


def _zone(found: re.Match[str]) -> timezone:
    """Return the zone, which the offset says before the name does; one nobody knows is UTC."""
    if not found["sign"]:
        return timezone(timedelta(hours=ZONES.get((found["name"] or "").upper(), 0)))
    offset = timedelta(hours=int(found["hours"]), minutes=int(found["minutes"] or 0))
    return timezone(-offset if found["sign"] == "-" else offset)


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
