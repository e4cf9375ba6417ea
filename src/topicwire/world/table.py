"""A table of a TOML file, read key by key: all that is wrong is noted with file, key and position."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

_TOML_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column (\d+)|end of document)\)", re.DOTALL)
_LONG_STRING = re.compile(r"'''.*?'''|\"\"\".*?\"\"\"", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Table:
    """A table of a file, with the list that the problems found in it are added to.

    `text` is the file's text from the table's header on, which starts on `line`, with the insides
    of long strings blanked out so that nothing written there is taken for a key.
    """

    file: str
    values: Mapping[str, object]
    text: str
    line: int = 1
    problems: list[str] = field(default_factory=list)

    def note(self, key: str, problem: str) -> None:
        """Add a problem with `key`, at its position."""
        line, column = self._position(key)
        self.problems.append(f"{self.file}:{line}:{column}: {key} {problem}")

    def string(self, key: str, *, default: str | None = None, long: bool = False) -> str:
        """Return the string of `key`; with `default` None it must be there and say something.

        Only a `long` string may have more than one line.
        """
        value = self._value(key, default)
        if not isinstance(value, str):
            self._wrong(key, value, "a string in quotation marks")
            return ""
        if default is None and not value.strip():
            self.note(key, "is empty; write something there")
        if not long and _CONTROL.search(value):
            self.note(key, "holds a line break or a control character; write it as one plain line")
        return value

    def optional(self, key: str) -> str | None:
        """Return the one-line string of `key`, or None when the key is not there."""
        return self.string(key) if key in self.values else None

    def strings(self, key: str) -> tuple[str, ...]:
        """Return the strings of `key`, which holds an array of them, or a single one, or is absent."""
        value = self.values.get(key, ())
        items = [value] if isinstance(value, str) else value
        if isinstance(items, Sequence) and all(isinstance(item, str) for item in items):
            if all(item.strip() for item in items):
                return tuple(items)
            self.note(key, "holds an empty string; remove it or write something there")
        else:
            self._wrong(key, value, "a string or an array of strings")
        return ()

    def flag(self, key: str, *, default: bool | None = None) -> bool:
        """Return the boolean of `key`; with `default` None it must be there."""
        value = self._value(key, default)
        if isinstance(value, bool):
            return value
        self._wrong(key, value, "true or false")
        return False

    def whole(self, key: str, *, default: int, least: int, most: int) -> int:
        """Return the whole number of `key`, within `least` and `most`."""
        value = self.values.get(key, default)
        if isinstance(value, int) and not isinstance(value, bool) and least <= value <= most:
            return value
        self._wrong(key, value, f"a whole number from {least} to {most}")
        return default

    def fraction(self, key: str, *, default: float) -> float:
        """Return the number of `key`, between 0 and 1."""
        value = self.values.get(key, default)
        if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1:
            return float(value)
        self._wrong(key, value, "a number between 0 and 1")
        return default

    def choice(self, key: str, choices: Sequence[str], *, default: str) -> str:
        """Return the string of `key`, which is one of `choices`."""
        value = self.values.get(key, default)
        if isinstance(value, str) and value in choices:
            return value
        self._wrong(key, value, "one of " + ", ".join(f'"{choice}"' for choice in choices))
        return default

    def tables(self, key: str) -> tuple["Table", ...]:
        """Return the tables of `key`, each written under its own `[[key]]`."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self._wrong(key, value, f"tables, each under its own [[{key}]]")
            return ()
        starts = [
            m.start() for m in re.finditer(rf"^[ \t]*\[\[\s*{key}\s*\]\]", self.text, re.MULTILINE)
        ]
        return tuple(self._inner(item, starts, n) for n, item in enumerate(value))

    def table(self, key: str) -> "Table | None":
        """Return the table of `key`, under its `[key]` or `[outer.key]`; None when there is none."""
        value = self.values.get(key)
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key, value, f"a table under its own [{key}]")
            return None
        header = re.search(rf"^[ \t]*\[\s*(?:[\w-]+\s*\.\s*)*{key}\s*\]", self.text, re.MULTILINE)
        start = header.start() if header else 0
        line = self.line + self.text.count("\n", 0, start)
        return Table(self.file, value, self.text[start:], line, self.problems)

    def refuse_unknown(self, known: Sequence[str], *, outer: Sequence[str] = ()) -> None:
        """Note every key that is not `known`; `outer` are the keys of the table around this one."""
        for key in self.values:
            if key in known:
                continue
            near = get_close_matches(key, known, n=1)
            if key in outer:
                hint = "belongs above the first [[…]]; move it there"
            elif near:
                hint = f"is not known here; did you mean {near[0]}?"
            else:
                hint = "is not known here; the keys are " + ", ".join(known)
            self.note(key, hint)

    def _value(self, key: str, default: object) -> object:
        return self.values.get(key, default)

    def _wrong(self, key: str, value: object, wanted: str) -> None:
        if key not in self.values:
            self.note(key, f"is missing; write {wanted}")
            return
        shown = {True: "true", False: "false"}[value] if isinstance(value, bool) else repr(value)
        self.note(key, f"is {shown[:60]}; write {wanted}")

    def _inner(self, values: Mapping[str, object], starts: list[int], n: int) -> "Table":
        # Tables written inline, as in `example = [{…}]`, have no header: they stand at our own.
        start = starts[n] if n < len(starts) else 0
        end = starts[n + 1] if n + 1 < len(starts) else len(self.text)
        line = self.line + self.text.count("\n", 0, start)
        return Table(self.file, values, self.text[start:end], line, self.problems)

    def _position(self, key: str) -> tuple[int, int]:
        found = re.search(
            rf"^[ \t]*(?:\[\[?\s*)?(['\"]?){re.escape(key)}\1\s*[=.\]]", self.text, re.MULTILINE
        )
        if found is None:
            return self.line, 1
        before = self.text[: found.start()]
        indent = len(found[0]) - len(found[0].lstrip())
        return self.line + before.count("\n"), 1 + indent


def table(file: str, text: str, problems: list[str]) -> Table | None:
    """Return the outermost table of a file, or None with the problem noted when it is no TOML."""
    try:
        values = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        problems.append(_broken(file, text, str(error)))
        return None
    return Table(file, values, masked(text), 1, problems)


def masked(text: str) -> str:
    """Return the text of a TOML file with the insides of its long strings as spaces."""
    return _LONG_STRING.sub(_blank, text)


def _blank(long_string: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", long_string[0])


def _broken(file: str, text: str, message: str) -> str:
    place = _TOML_PLACE.fullmatch(message)
    what, line, column = place.groups() if place else (message, None, None)
    last = text.count("\n") + 1
    return f"{file}:{line or last}:{column or 1}: this is not TOML: {what}; correct it there"
