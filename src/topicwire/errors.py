"""One tree of errors, by what the caller can do about them.

Every message says what went wrong, with which thing, and what to do next.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable
from difflib import get_close_matches

_MOST_SHOWN = 100  # characters of the line of a query


def nearest(
    name: str, known: Iterable[str], *, most: int = 3, shown: Callable[[str], str] = str
) -> str:
    """Return the known names most like `name`, as "one or other"; empty when none is like it."""
    return " or ".join(map(shown, get_close_matches(name, list(known), n=most)))


def remedied(reason: str, remedies: Iterable[tuple[str, str]]) -> str:
    """Return a reason with the first remedy whose pattern is found in it."""
    known = (remedy for pattern, remedy in remedies if re.search(pattern, reason))
    return f"{reason}. {next(known, 'Run `topicwire doctor` to see what is wrong.')}"


class TopicwireError(Exception):
    """Anything Topicwire raises on purpose; doors print its message and exit 1."""


class ConfigError(TopicwireError):
    """A setting is wrong: the operator corrects the environment or the settings file."""


class CatalogueError(TopicwireError):
    """A file in the catalogue is wrong: the editor corrects it; nothing was applied.

    `problems` holds one sentence a problem, each with file, key and position where known.
    """

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class QueryError(TopicwireError):
    """A topic query cannot be read: the editor corrects it at `line`, `column` (both from 1)."""

    def __init__(self, message: str, *, line: int, column: int, hint: str, query: str) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column
        self.hint = hint
        self.query = query

    def __str__(self) -> str:
        """Return the message, the offending line with a caret below it, and the hint."""
        return f"line {self.line}, column {self.column}: {self.message}\n{self.shown}\n{self.hint}"

    @property
    def shown(self) -> str:
        """The offending line, or the part of it around the place, with a caret below the place."""
        lines = self.query.split("\n")
        line = lines[self.line - 1] if self.line <= len(lines) else ""
        start = max(0, self.column - 1 - _MOST_SHOWN // 2)
        stop = start + _MOST_SHOWN
        before = "".join(map(_printed, line[start : self.column - 1]))
        after = "".join(map(_printed, line[self.column - 1 : stop])).rstrip()
        if start:
            before = "…" + before
        caret = "".join(map(_blank, before)) + "^"
        return f"  {before}{after}{'…' if stop < len(line) else ''}\n  {caret}"


def _printed(char: str) -> str:
    """Return a character as a terminal may be given it: none that moves or hides what follows."""
    return char if char == "\t" or char.isprintable() else " "


def _blank(char: str) -> str:
    """Return a blank as wide as the character on a terminal."""
    if char == "\t":
        return char
    if unicodedata.combining(char) or unicodedata.category(char) == "Me":
        return ""
    return "  " if unicodedata.east_asian_width(char) in {"W", "F"} else " "


class ModelError(TopicwireError):
    """A learned model cannot be used or learned: the rule decides; the message says what to do."""


class StoreError(TopicwireError):
    """The database cannot be used: the operator makes it reachable, or migrates it."""


class BusyError(TopicwireError):
    """Another process already does this job: the operator stops it or leaves it to its work."""


class NotFoundError(TopicwireError):
    """The named source, topic or entry does not exist: the caller corrects the name."""


class NameTakenError(TopicwireError):
    """Something of that name exists already: the caller chooses another, or ends it first."""


class WebError(TopicwireError):
    """A request could not be made or finished; the message is the reason shown to operators."""


class GuardError(WebError):
    """The guard refused an address, scheme or port."""


class ParseError(TopicwireError):
    """A document is no feed that can be read; the message is the reason shown to operators."""


class SlowError(ParseError):
    """Reading a document took too long and was stopped; with more time it may be read."""


class SiteError(TopicwireError):
    """The static site cannot be written: the operator makes room, or names another folder."""


class ListenError(TopicwireError):
    """The server cannot have its address: the operator frees it or chooses another."""


class LateError(TopicwireError):
    """The body of a request does not come: whoever sends it sends it anew."""


class TooManyError(TopicwireError):
    """Somebody asks too often: they ask again in `seconds`."""

    def __init__(self, seconds: int) -> None:
        super().__init__(f"too many requests; ask again in {seconds} s")
        self.seconds = seconds
