"""Labelled texts from a file, one JSON object a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from topicwire.errors import ConfigError
from topicwire.ingest.clean import text
from topicwire.model.catalogue import Example

_TEXTS = ("title", "text", "html", "lang", "source", "kind", "group")


@dataclass(frozen=True, slots=True)
class Labelled:
    """A text with what somebody says of it, and if they say so where it is from and of what kind.

    Texts of one `group` tell the same story. `is_borderline` says that it could be called either
    way: it measures nothing.
    """

    example: Example
    source: str = ""
    kind: str = ""
    group: str = ""
    is_borderline: bool = False


def labelled(path: Path) -> Iterator[Labelled]:
    """Yield the labelled texts of a file.

    Raises:
        ConfigError: a line is not what it should be; the message names it.
    """
    try:
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path} cannot be read as UTF-8 text: {error}") from error
    for number, line in enumerate(lines, 1):
        if line.strip():
            yield _labelled(line, f"{path}:{number}")


def _labelled(line: str, place: str) -> Labelled:
    values = _checked(line, place)
    example = Example(
        expect=values.get("expect", False),
        title=values.get("title") or "",
        text=text(values["html"]) if values.get("html") else values.get("text") or "",
        lang=values.get("lang"),
    )
    return Labelled(
        example=example,
        source=values.get("source") or "",
        kind=values.get("kind") or "",
        group=values.get("group") or "",
        is_borderline=values.get("borderline", False),
    )


def _checked(line: str, place: str) -> dict[str, Any]:
    """Return the object of a line, if all of it that is read is of the right kind."""
    try:
        values = json.loads(line)
    except (json.JSONDecodeError, RecursionError) as error:
        raise ConfigError(f"{place}: this is not JSON: {error}") from error
    is_object = isinstance(values, dict)
    if is_object and not isinstance(values.get("borderline", False), bool):
        raise ConfigError(f'{place}: "borderline" must be true or false')
    is_said = is_object and (isinstance(values.get("expect"), bool) or values.get("borderline"))
    if not is_said or not isinstance(values.get("expect", False), bool):
        raise ConfigError(f'{place}: write an object with "expect": true or false')
    for key in _TEXTS:
        if not isinstance(values.get(key, ""), str | None):
            raise ConfigError(f'{place}: "{key}" must be a text')
    if not any(values.get(key) for key in ("title", "text", "html")):
        raise ConfigError(f'{place}: there is nothing to judge; write a "title", "text" or "html"')
    return dict(values)
