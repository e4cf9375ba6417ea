"""The JSON of columns, as it is read."""

import json

import pytest

from topicwire.store.values import read_json


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"title": "Сою́з", "page": None, "share": 0.1, "on": True},
        ["\ud800 a byte that was no UTF-8"],
        2**70,
        [float("inf")],
    ],
)
def test_whatever_was_kept_is_read(value: object) -> None:
    """orjson refuses what Python's own writes of lone surrogates and endless numbers."""
    kept = json.dumps(value)

    assert read_json(kept) == value
    assert read_json(kept.encode()) == value


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        read_json("[1,")
