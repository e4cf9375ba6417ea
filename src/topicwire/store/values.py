"""The JSON in columns, read by orjson: a row has up to six of them."""

import json
from typing import Any

import orjson


def read_json(text: str | bytes) -> Any:
    """Return what was kept as JSON.

    Raises:
        ValueError: it is no JSON.
    """
    try:
        return orjson.loads(text)
    except ValueError:  # a lone surrogate, or a number beyond 64 bits, which were kept all the same
        return json.loads(text)
