"""The catalogue: the TOML files in which editors say what sources, topics and concepts they want.

One file a source, topic or concept, named `<id>.toml`, in a folder of its kind.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar

from topicwire.errors import CatalogueError
from topicwire.model.catalogue import Catalogue, Concept, Source, Topic
from topicwire.world import described
from topicwire.world.table import Table, table

Kind = Literal["source", "topic", "concept"]
Named = TypeVar("Named", Source, Topic, Concept)

FOLDERS: Mapping[Kind, str] = {"source": "sources", "topic": "topics", "concept": "concepts"}

_LONGEST_ID = 64
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def load(root: Path) -> Catalogue:
    """Return the catalogue in the folder `root`.

    Raises:
        CatalogueError: with every problem found in any of its files.
    """
    return assemble(texts(root), root)


def texts(root: Path) -> dict[str, str]:
    """Return the text of each file of the catalogue by its path below `root`, with forward slashes.

    Raises:
        CatalogueError: a file cannot be read, or the folder is no catalogue.
    """
    _check_root(root)
    found: dict[str, str] = {}
    problems: list[str] = []
    for folder in FOLDERS.values():
        for path in _files(root / folder):
            name = f"{folder}/{path.name}"
            try:
                found[name] = path.read_bytes().decode("utf-8-sig")
            except UnicodeDecodeError as error:
                problems.append(f"{name}: byte {error.start} is not UTF-8; save the file as UTF-8")
            except OSError as error:
                problems.append(_unreadable(name, error))
    if problems:
        raise CatalogueError(tuple(problems))
    return found


def topic_in(path: Path) -> Topic:
    """Return the topic in a file that need not be in any catalogue.

    Raises:
        CatalogueError: with every problem found in it.
    """
    problems: list[str] = []
    try:
        found = table(path.name, path.read_bytes().decode("utf-8-sig"), problems)
    except UnicodeDecodeError as error:
        raise CatalogueError((f"{path} is not UTF-8; save it as UTF-8",)) from error
    except OSError as error:
        raise CatalogueError((_unreadable(str(path), error),)) from error
    topic = described.topic(found) if found is not None else None
    if topic is None or problems:
        raise CatalogueError(tuple(problems))
    return topic


def _check_root(root: Path) -> None:
    """Refuse what is no catalogue: taken for an empty one, it would end all that is published."""
    mend = "set TOPICWIRE_CATALOGUE to your catalogue's"
    try:
        inside = {path.name for path in root.iterdir()}
    except (FileNotFoundError, NotADirectoryError) as error:
        raise CatalogueError((f"{root} is no folder; {mend}",)) from error
    except OSError as error:
        raise CatalogueError((_unreadable(str(root), error),)) from error
    if inside.isdisjoint(FOLDERS.values()):
        wanted = ", ".join(FOLDERS.values())
        raise CatalogueError((f"{root} is no catalogue: it has none of {wanted}; {mend}",))


def _files(folder: Path) -> list[Path]:
    """Return the TOML files in a folder of the catalogue, none when there is no such folder.

    Not by a pattern of the library's: to that a folder that may not be read is an empty one.
    """
    try:
        inside = sorted(folder.iterdir())
    except FileNotFoundError:
        return []
    except OSError as error:
        raise CatalogueError((_unreadable(str(folder), error),)) from error
    return [path for path in inside if path.suffix == ".toml" and not path.name.startswith(".")]


def _unreadable(name: str, error: OSError) -> str:
    return f"{name}: cannot be read ({error.strerror}); make it readable"


def assemble(files: Mapping[str, str], root: Path) -> Catalogue:
    """Return the catalogue that these texts by path make; sources may be files below `root`.

    Raises:
        CatalogueError: with every problem found.
    """
    problems: list[str] = []
    sources = _all(files, "source", lambda found: described.source(found, root), problems)
    topics = _all(files, "topic", described.topic, problems)
    problems.extend(_former(topics))
    concepts = _all(files, "concept", described.concept, problems)
    if problems:
        raise CatalogueError(tuple(problems))
    return Catalogue(sources=sources, topics=topics, concepts=concepts, files=dict(files))


def is_id(text: str) -> bool:
    """Return whether `text` may be the id of a source, topic or concept."""
    return len(text) <= _LONGEST_ID and _ID.fullmatch(text) is not None


def _all(
    files: Mapping[str, str], kind: Kind, read: Callable[[Table], Named], problems: list[str]
) -> tuple[Named, ...]:
    """Return what the files of one kind hold, in order of id; the problems go to `problems`."""
    seen: dict[str, str] = {}
    values: list[Named] = []
    for name, text in files.items():
        if not name.startswith(FOLDERS[kind] + "/"):
            continue
        found = table(name, text, problems)
        if found is None:
            continue
        value = read(found)
        _check_id(found, value.id, seen)
        values.append(value)
    return tuple(sorted(values, key=lambda value: value.id))


def _former(topics: Sequence[Topic]) -> Iterator[str]:
    """Yield what is wrong with the ids that topics had before: each leads to one topic."""
    taken = {topic.id: f"the id of {topic.id}" for topic in topics}
    for topic in topics:
        for name in topic.formerly:
            said = f"topics/{topic.id}.toml: formerly names {name!r}, which is"
            if not is_id(name):
                yield f"{said} no topic's id; correct it"
            elif name in taken:
                yield f"{said} {taken[name]}; remove it from formerly"
            taken.setdefault(name, f"a former id of {topic.id}")


def _check_id(found: Table, value_id: str, seen: dict[str, str]) -> None:
    stem = found.file.rpartition("/")[2].removesuffix(".toml")
    if not value_id:
        return  # missing or no string, which reading it has noted
    if not is_id(value_id):
        found.note("id", f"is {value_id!r}; write up to 64 of a-z, 0-9 and single hyphens between")
    elif value_id in seen:
        found.note("id", f"is {value_id!r}, as in {seen[value_id]} already; choose another")
    elif value_id != stem:
        found.note("id", f"is {value_id!r}; call it {stem!r} like its file, or rename the file")
    seen.setdefault(value_id, found.file)
