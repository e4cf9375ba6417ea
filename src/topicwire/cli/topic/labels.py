"""Labelled texts from a file, one JSON object a line."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from topicwire.errors import ConfigError
from topicwire.ingest.clean import text
from topicwire.model import Example


def labelled(path: Path) -> Iterator[Example]:
    """Yield the labelled texts of a file.

    Raises:
        ConfigError: a line is not what it should be; the message names it.
    """
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                yield _example(line, f"{path}:{number}")


def _example(line: str, place: str) -> Example:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise ConfigError(f"{place}: this is not JSON: {error}") from error
    if not isinstance(values, dict) or not isinstance(values.get("expect"), bool):
        raise ConfigError(f'{place}: write an object with "expect": true or false')
    for key in ("title", "text", "html", "lang"):
        if not isinstance(values.get(key, ""), str | None):
            raise ConfigError(f'{place}: "{key}" must be a text')
    if not any(values.get(key) for key in ("title", "text", "html")):
        raise ConfigError(f'{place}: there is nothing to judge; write a "title", "text" or "html"')
    return Example(
        expect=values["expect"],
        title=values.get("title") or "",
        text=_text(values),
        lang=values.get("lang"),
    )


def _text(values: dict[str, Any]) -> str:
    return text(values["html"]) if values.get("html") else values.get("text") or ""
