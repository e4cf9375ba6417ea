"""The JSON in columns, by orjson: a row has up to six of them."""

import json
from typing import Any

import orjson


def read_json(text: str | bytes) -> Any:
    """Return what was kept as JSON; whole numbers of more than 64 bits lose their last digits.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return orjson.loads(text)
    except ValueError:  # half of a character, or an infinite number: Python's own writes them
        return json.loads(text)


def write_json(value: Any) -> str:
    """Return a value as JSON, to be kept.

    Raises:
        TypeError: it is of a kind that JSON does not have.
    """
    try:
        return orjson.dumps(value).decode()
    except TypeError:
        return json.dumps(value)
