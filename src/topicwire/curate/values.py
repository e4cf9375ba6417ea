"""The plain values of fields: language codes, addresses and days."""

import re
from calendar import monthrange
from collections.abc import Callable, Mapping
from datetime import date, timedelta

from topicwire.curate.habits import Refusal

_DAYS = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"  # a year, a month or a day
_COMPARED = re.compile(rf"(>=|<=|>|<)({_DAYS})")
_RANGE = re.compile(rf"({_DAYS})?\.\.({_DAYS})?|({_DAYS})")
_ONE_DAY = timedelta(days=1)
_TAG = re.compile(r"[a-z]{2,3}(-[a-z0-9]{1,8})*", re.IGNORECASE)
_SCHEME = re.compile(r"https?://", re.IGNORECASE)


def problem(field: str, value: str) -> Refusal | None:
    """Say what is wrong with a value of `lang` or `url`; None when nothing is."""
    return _PROBLEMS[field](value)


def bare(address: str) -> str:
    """Return an address without its scheme."""
    return _SCHEME.sub("", address, count=1)


def _lang(value: str) -> Refusal | None:
    if _TAG.fullmatch(value):
        return None
    hint = "Write `lang:en`, `lang:pt-BR` or `lang:(en OR fr)`."
    return f"`{value[:80]}` is no language code", hint


def _url(value: str) -> Refusal | None:
    if re.search(r"[?#]", value):
        message = "only the host and the path of an address are looked at"
        return message, "Leave out what begins with `?` or `#`."
    if "*" in value:
        hint = "Leave out the `*`: `url:news.example/wor` finds all that begins so."
        return "`url:` takes plain values", hint
    if not re.search(r"\w", value):
        return "there is no address in it", "Write `url:news.example/world`."
    return None


_PROBLEMS: Mapping[str, Callable[[str], Refusal | None]] = {"lang": _lang, "url": _url}


def days(value: str) -> tuple[date | None, date | None]:
    """Return the first and the last day of a written range of days."""
    if compared := _COMPARED.fullmatch(value):
        sign, (start, last) = compared[1], _span(compared[2])
        if sign in {">", ">="}:
            return (last + _ONE_DAY if sign == ">" else start), None
        return None, (start - _ONE_DAY if sign == "<" else last)
    found = _RANGE.fullmatch(value)
    if found is None or value == "..":
        raise ValueError(value)
    if found[3]:
        return _span(found[3])
    return (
        _span(found[1])[0] if found[1] else None,
        _span(found[2])[1] if found[2] else None,
    )


def _span(days: str) -> tuple[date, date]:
    """Return the first and the last day of a written year, month or day."""
    year, *rest = map(int, days.split("-"))
    if not rest:
        return date(year, 1, 1), date(year, 12, 31)
    if len(rest) == 1:
        return date(year, rest[0], 1), date(year, rest[0], monthrange(year, rest[0])[1])
    return (date(year, *rest),) * 2
