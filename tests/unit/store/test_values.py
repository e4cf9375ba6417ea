"""The JSON of columns, as it is read and written."""

import json

import pytest

from topicwire.model.wire import Health
from topicwire.store.values import read_json, write_json


@pytest.mark.parametrize(
    "value",
    [
        [],
        {"title": "Сою́з", "page": None, "share": 0.1, "on": True},
        ["\ud800 a byte that was no UTF-8"],
        [float("inf"), 2**63 - 1],
    ],
)
def test_whatever_was_kept_is_read(value: object) -> None:
    """orjson refuses what Python's own writes of lone surrogates and endless numbers."""
    by_python = json.dumps(value)

    assert read_json(by_python) == value
    assert read_json(by_python.encode()) == value


@pytest.mark.parametrize("value", [(), {"title": "Сою́з", 3: 0.1}, ["\ud800"], Health.OK])
def test_whatever_can_be_kept_is_written(value: object) -> None:
    """orjson refuses some of what Python's own writes."""
    assert read_json(write_json(value)) == json.loads(json.dumps(value))


def test_letters_are_kept_as_they_are() -> None:
    assert write_json(["Сою́з"]) == '["Сою́з"]'


def test_what_is_of_no_kind_that_json_has_is_told() -> None:
    with pytest.raises(TypeError, match="not JSON serializable"):
        write_json({1, 2})


def test_what_is_no_json_is_told() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        read_json("[1,")
