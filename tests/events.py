"""The events that the source logs, read from the source itself."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SOURCE = Path(__file__).resolve().parents[1] / "src" / "topicwire"
LEVELS = {"info": "info", "warning": "warning", "error": "error", "exception": "error"}


@dataclass(frozen=True)
class Event:
    """One place that logs: its event, its level, the keys it names, and whether it has others."""

    name: str
    level: str
    keys: frozenset[str]
    has_more: bool


def events() -> Iterator[Event]:
    """Yield every place in the source that logs, and what libraries say."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_logging(node.func):
                yield from _logged(node)
    yield Event("library.said", "warning", frozenset({"library", "what"}), has_more=True)


def _is_logging(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in LEVELS:
        return False
    whose = function.value
    if isinstance(whose, ast.Call):
        return isinstance(whose.func, ast.Attribute) and whose.func.attr == "logger"
    return (whose.attr if isinstance(whose, ast.Attribute) else _name(whose)) in {"log", "_log"}


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def _logged(call: ast.Call) -> Iterator[Event]:
    assert isinstance(call.func, ast.Attribute)
    keys = frozenset(each.arg for each in call.keywords if each.arg is not None)
    has_more = any(each.arg is None for each in call.keywords)
    for name in _names(call.args[0]):
        yield Event(name, LEVELS[call.func.attr], keys, has_more)


def _names(event: ast.expr) -> Iterator[str]:
    match event:
        case ast.Constant(value=str(name)):
            yield name
        case ast.IfExp(body=one, orelse=other):
            yield from _names(one)
            yield from _names(other)
        case ast.JoinedStr(values=[*_, ast.Constant(value=str(end))]):
            yield f"ACT{end}"
        case _:
            raise AssertionError(f"an event without a name: {ast.unparse(event)}")
