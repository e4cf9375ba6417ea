"""Days and moments in words, in English whatever the locale."""

from datetime import date, datetime

# Not strftime: it speaks the language of the process's locale.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August"),
    *("September", "October", "November", "December"),
)


def day_words(day: date) -> str:
    """Return a day as people write it: "Monday, 2 November 2026"."""
    return f"{_DAYS[day.weekday()]}, {short_day(day)}"


def short_day(day: date) -> str:
    """Return a day without its name: "2 November 2026"."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def span(first: date, last: date) -> str:
    """Return the days from the first to the last: "from 30 October to 2 November 2026"."""
    if first == last:
        return f"on {short_day(last)}"
    began = short_day(first)
    if first.year == last.year:
        began = began.rpartition(" ")[0]
        if first.month == last.month:
            began = str(first.day)
    return f"from {began} to {short_day(last)}"


def exact(moment: datetime) -> str:
    """Return a moment to the minute, in words: "2 November 2026, 12:00 UTC"."""
    return f"{short_day(moment)}, {moment:%H:%M} UTC"
