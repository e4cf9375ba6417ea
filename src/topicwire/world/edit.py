"""Editing the catalogue's files from a program, keeping the editor's comments and order.

Nothing is written unless the whole catalogue would load with the change.
"""

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Literal

import tomlkit
from tomlkit import TOMLDocument
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import AoT, Item, Table

from topicwire.errors import CatalogueError, NotFoundError, nearest
from topicwire.model.catalogue import Example, Selectors, Source, Topic
from topicwire.world.catalogue import FOLDERS, assemble, is_id, texts
from topicwire.world.table import masked

TABLES = frozenset({"example", "page"})  # keys that have a header of their own
_WIDTH = 80  # a longer array takes one line an item
_NOT_LITERAL = re.compile(r"'''|'$|[\x00-\x08\x0b-\x1f\x7f]")

_COMMON_WORDS = frozenset(
    {"www", "feed", "feeds", "rss", "rss2", "atom", "xml", "rdf", "json", "index", "html", "php"}
)
_ID_LENGTH = 40

Editable = Literal["source", "topic"]


def add_source(root: Path, source: Source) -> Path:
    """Write a new source's file and return its path.

    Raises:
        CatalogueError: its id is taken, or the catalogue would not load with it.
    """
    return add_sources(root, (source,))[0]


def add_sources(root: Path, sources: Iterable[Source]) -> tuple[Path, ...]:
    """Write the files of new sources, all or none, and return their paths.

    Raises:
        CatalogueError: an id is taken, or the catalogue would not load with them.
    """
    return _add(root, {_name("source", source.id): text_of(source) for source in sources})


def add_topic(root: Path, topic: Topic) -> Path:
    """Write a new topic's file and return its path.

    Raises:
        CatalogueError: its id is taken, or the catalogue would not load with it.
    """
    return _add(root, {_name("topic", topic.id): text_of(topic)})[0]


def id_for(url: str) -> str:
    """Return an id for the source at `url`: the words of its host and path that tell it apart."""
    place = re.split(r"[?#]", url.lower().rpartition("://")[2])[0]
    words = re.findall(r"[a-z0-9]+", place)
    telling = [word for word in words if word not in _COMMON_WORDS]
    return "-".join(telling)[:_ID_LENGTH].rstrip("-") or "source"


def text_of(value: Source | Topic) -> str:
    """Return the text of a new file, which says only what is not the default."""
    changes = {
        "example" if field.name == "examples" else field.name: getattr(value, field.name)
        for field in fields(value)
        if getattr(value, field.name) != field.default
    }
    return _changed("", "", changes)


def edit(root: Path, kind: Editable, value_id: str, changes: Mapping[str, object]) -> Path:
    """Set keys of a source's or topic's file, or remove those given as None; return its path.

    `changes` are by the file's keys; the examples of a topic are a tuple under "example".

    Raises:
        NotFoundError: there is no such file.
        CatalogueError: the catalogue would not load with the changes.
    """
    before = texts(root)
    name = _existing(before, kind, value_id)
    return _write(root, before, {name: _changed(name, before[name], changes)})[0]


def remove(root: Path, kind: Editable, value_id: str) -> Path:
    """Delete a source's or topic's file and return the path it had.

    Raises:
        NotFoundError: there is no such file.
        CatalogueError: the rest of the catalogue does not load.
    """
    before = texts(root)
    name = _existing(before, kind, value_id)
    assemble({other: text for other, text in before.items() if other != name}, root)
    path = root / name
    path.unlink()
    return path


def _name(kind: Editable, value_id: str) -> str:
    if not is_id(value_id):
        problem = f"the id {value_id!r} cannot name a file; write a-z, 0-9 and single hyphens"
        raise CatalogueError((problem,))
    return f"{FOLDERS[kind]}/{value_id}.toml"


def _existing(files: Mapping[str, str], kind: Editable, value_id: str) -> str:
    name = f"{FOLDERS[kind]}/{value_id}.toml"
    if name in files:
        return name
    ids = [Path(other).stem for other in files if other.startswith(FOLDERS[kind] + "/")]
    near = nearest(value_id, ids)
    hint = f"did you mean {near}?" if near else f"topicwire {kind} list shows them all"
    raise NotFoundError(f"there is no {kind} {value_id!r} in the catalogue; {hint}")


def _add(root: Path, new: Mapping[str, str]) -> tuple[Path, ...]:
    before = texts(root)
    taken = [name for name in new if name in before]
    if taken:
        raise CatalogueError(
            tuple(f"{name} exists already; edit it, or choose another id" for name in taken)
        )
    return _write(root, before, new)


def _write(root: Path, before: Mapping[str, str], new: Mapping[str, str]) -> tuple[Path, ...]:
    assemble({**before, **new}, root)
    for name, text in new.items():
        _replace(root / name, text)
    return tuple(root / name for name in new)


def _replace(path: Path, text: str) -> None:
    """Write a file so that a crash leaves either the old one or the new one, whole."""
    path.parent.mkdir(exist_ok=True)
    target = path.resolve()  # a link stays a link
    draft = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with draft.open("w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            draft.chmod(target.stat().st_mode)
        draft.replace(target)
    finally:
        draft.unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _changed(name: str, text: str, changes: Mapping[str, object]) -> str:
    """Return a file's text with the changes made to it.

    New keys go below the other keys, not below the comment that introduces the first table, so
    the two parts are edited as documents of their own.
    """
    top, rest = _parts(text)
    head, tail = _parsed(name, top), _parsed(name, rest)
    for key, value in changes.items():
        _set(tail if key in TABLES and key not in head else head, key, value)
    gap = "\n" if TABLES & tail.keys() and not rest else ""
    return head.as_string() + gap + tail.as_string()


def _parts(text: str) -> tuple[str, str]:
    """Return the keys at the top of a file, and the rest from the first table's comment on."""
    header = re.search(r"^[ \t]*\[", masked(text), re.MULTILINE)
    lines = text[: header.start() if header else len(text)].splitlines(keepends=True)
    own = next((n for n in range(len(lines), 0, -1) if not _is_between(lines[n - 1])), 0)
    top = "".join(lines[:own])
    return top, text[len(top) :]


def _is_between(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def _parsed(name: str, text: str) -> TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as error:
        raise CatalogueError((f"{name}: {error}; correct the file by hand first",)) from error


def _set(document: TOMLDocument, key: str, value: object) -> None:
    if value is None:
        document.pop(key, None)
    else:
        document[key] = _item(value)


def _item(value: object) -> Item:
    if isinstance(value, str):
        return _string(value)
    if isinstance(value, Selectors):
        return _table(value)
    if isinstance(value, tuple | list):
        if any(isinstance(item, Example) for item in value):
            return _examples(value)
        array = tomlkit.array()
        array.extend(value)
        return array.multiline(len(array.as_string()) > _WIDTH)
    return tomlkit.item(value)


def _string(value: str) -> Item:
    if "\n" not in value or _NOT_LITERAL.search(value):
        return tomlkit.string(str(value))
    # TOML drops the first line break, so that the text starts on a line of its own.
    return tomlkit.value(f"'''\n{value}'''")


def _examples(examples: Sequence[Any]) -> AoT:
    tables = tomlkit.aot()
    for example in examples:
        tables.append(_table(example))
    return tables


def _table(value: Example | Selectors) -> Table:
    made = tomlkit.table()
    for field in fields(value):
        given = getattr(value, field.name)
        if given is not None:
            made[field.name] = _string(given) if isinstance(given, str) else given
    return made
