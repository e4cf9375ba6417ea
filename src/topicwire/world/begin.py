"""A new catalogue: its first files, put into a folder that holds nothing yet."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from topicwire.errors import CatalogueError
from topicwire.model.catalogue import Definition, Source, Topic
from topicwire.world.catalogue import FOLDERS, assemble, is_id, texts
from topicwire.world.edit import text_of

GUIDE = """
# What the query may say:
#
#   wind farm             both words, anywhere, in all their inflections
#   wind OR "wind farm"   either; a phrase stands in quotes
#   wind NOT instrument   one without the other
#   SENTENCE(wind sea)    both in one sentence
#   title:wind            in the title
#   wind*                 whatever begins so
#   wind^2                counts twice in the score
#   @name                 any term of the concept in concepts/name.toml
#
# What else may be said; take the first mark away from a line.
#
# min_score = 0.5  # how much an entry must be about it: from 0, a mention is enough, to 1
# about = ["A sentence that says what its columns are about."]
# limit = 100  # entries in the current document; the others are in its archive
# private = true  # only for readers with a token: topicwire token add
#
# Examples come last. Each is judged before a change is published: topicwire topic test
#
# [[example]]
# expect = true
# title = "The title of a column that belongs"
# text = "And its text."
"""

_WORD = re.compile(r"[^\W\d_A-Z]+")  # what needs no quotes: capitals may be an operator


def check_free(root: Path) -> None:
    """Refuse a folder that holds anything but hidden files.

    Raises:
        CatalogueError: it does, or is no folder.
    """
    try:
        inside = sorted(path.name for path in root.iterdir() if not path.name.startswith("."))
    except FileNotFoundError:
        return
    except OSError as error:
        problem = f"{root} cannot be used: {error.strerror}; name another folder"
        raise CatalogueError((problem,)) from error
    if inside:
        holds = ", ".join(inside[:3]) + (", …" if inside[3:] else "")
        problem = f"{root} holds {holds} already, and nothing is overwritten; name another folder"
        raise CatalogueError((problem,))


def id_of(title: str) -> str:
    """Return an id for the topic of this title, made from its words."""
    folded = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    found = "-".join(re.findall(r"[a-z0-9]+", folded))[:40].strip("-")
    return found if is_id(found) else "first-topic"


def query_of(words: str) -> str:
    """Return the query for any of the words and phrases that stand between commas."""
    found = [" ".join(part.replace('"', " ").split()) for part in words.split(",")]
    return " OR ".join(each if _WORD.fullmatch(each) else f'"{each}"' for each in found if each)


def topic_file(topic: Topic) -> dict[str, str]:
    """Return the file of a topic of one's own, with a guide to what it may say, by its path."""
    return {f"{FOLDERS['topic']}/{topic.id}.toml": text_of(topic) + GUIDE}


def starter_topic(root: Path, wanted: Definition) -> dict[str, str]:
    """Return the files of a topic of the catalogue at `root`, with its concepts, by their paths."""
    names = [f"{FOLDERS['topic']}/{wanted.topic.id}.toml"]
    names += [f"{FOLDERS['concept']}/{concept.id}.toml" for concept in wanted.concepts]
    found = texts(root)
    return {name: found[name] for name in names}


def source_files(sources: Iterable[Source], starter: Path) -> dict[str, str]:
    """Return the files of sources by their paths, with the documents of those that are samples."""
    files: dict[str, str] = {}
    for source in sources:
        files[f"{FOLDERS['source']}/{source.id}.toml"] = text_of(source)
        if source.is_file:
            files[source.url] = (starter / source.url).read_text(encoding="utf-8")
    return files


def begin(root: Path, files: Mapping[str, str]) -> tuple[Path, ...]:
    """Write a new catalogue into the folder at `root` and return the paths of its files.

    Raises:
        CatalogueError: the folder holds something, or a file cannot be written.
    """
    check_free(root)
    try:
        for folder in FOLDERS.values():
            (root / folder).mkdir(parents=True, exist_ok=True)
        for name, text in files.items():
            (root / name).parent.mkdir(exist_ok=True)
            with (root / name).open("x", encoding="utf-8", newline="") as file:
                file.write(text)
    except OSError as error:
        problem = f"{root} cannot be written: {error.strerror}; name another folder"
        raise CatalogueError((problem,)) from error
    return tuple(root / name for name in files)


def check(files: Mapping[str, str], starter: Path) -> None:
    """Refuse files that would make no catalogue; samples are looked for in the starter one.

    Raises:
        CatalogueError: with every problem found.
    """
    assemble({name: text for name, text in files.items() if name.endswith(".toml")}, starter)
