"""The catalogue: the TOML files in which editors say what sources, topics and concepts they want.

One file a source, topic or concept, named `<id>.toml`, in a folder of its kind.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Literal, TypeVar
from urllib.parse import urlsplit

from topicwire.errors import CatalogueError
from topicwire.model.catalogue import (
    Catalogue,
    Concept,
    Example,
    FullText,
    Member,
    Republish,
    Selectors,
    Source,
    Throttle,
    Topic,
)
from topicwire.world import languages
from topicwire.world.address import without_feed
from topicwire.world.table import Table, table

Kind = Literal["source", "topic", "concept"]
Named = TypeVar("Named", Source, Topic, Concept)

FOLDERS: Mapping[Kind, str] = {"source": "sources", "topic": "topics", "concept": "concepts"}

_LONGEST_ID = 64
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_HEADER = re.compile(r"[ -~]{1,200}")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_LONGEST_INTERVAL = 366 * 24 * 3600
_SOURCE_KEYS = (
    *("id", "url", "title", "site", "republish", "interval", "paused", "tags"),
    *("full_text", "user_agent", "throttle", "backfill", "push", "reservations", "keep_days"),
    "page",
)
_PAGE_KEYS = ("items", "link", "title", "date", "author")
_MOST_BACKFILL = 100
_MOST_QUESTIONS = 100_000
_MOST_DAYS = 36_500
_TOPIC_KEYS = (
    *("id", "title", "description", "query", "about", "not_about"),
    *("min_score", "limit", "language", "show_reason"),
    *("second_reader", "second_reader_budget", "private", "formerly", "keep_days", "example"),
)
_CONCEPT_KEYS = ("id", "description", "terms", "in", "member")


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
    topic = _topic(found) if found is not None else None
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
    sources = _all(files, "source", lambda found: _source(found, root), problems)
    topics = _all(files, "topic", _topic, problems)
    problems.extend(_former(topics))
    concepts = _all(files, "concept", _concept, problems)
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


def _source(found: Table, root: Path) -> Source:
    found.refuse_unknown(_SOURCE_KEYS)
    interval = found.whole("interval", default=0, least=0, most=_LONGEST_INTERVAL)
    site = found.optional("site")
    if site:
        _check_address(found, "site", site)
    return Source(
        id=found.string("id"),
        url=_url(found, root),
        title=found.string("title", default=""),
        site=site,
        republish=Republish(found.choice("republish", tuple(Republish), default=Republish.FEED)),
        interval=interval if "interval" in found.values else None,
        paused=found.flag("paused", default=False),
        tags=found.strings("tags"),
        full_text=FullText(found.choice("full_text", tuple(FullText), default=FullText.AUTO)),
        page=_page(found),
        user_agent=_user_agent(found),
        throttle=Throttle(found.choice("throttle", tuple(Throttle), default=Throttle.SOURCE)),
        backfill=found.whole("backfill", default=10, least=0, most=_MOST_BACKFILL),
        push=found.flag("push", default=True),
        reservations=found.flag("reservations", default=True),
        keep_days=_days(found) if "keep_days" in found.values else None,
    )


def _page(found: Table) -> Selectors | None:
    inner = found.table("page")
    if inner is None:
        return None
    inner.refuse_unknown(_PAGE_KEYS, outer=_SOURCE_KEYS)
    return Selectors(
        items=inner.string("items"), **{key: inner.optional(key) for key in _PAGE_KEYS[1:]}
    )


def _user_agent(found: Table) -> str | None:
    given = found.optional("user_agent")
    if given and not _HEADER.fullmatch(given):
        found.note("user_agent", "holds what a header cannot; write plain ASCII letters")
    return given


def _url(found: Table, root: Path) -> str:
    url = without_feed(found.string("url"))
    if "://" in url:
        _check_address(found, "url", url)
    elif url.strip():
        _check_file(found, url, root)
    return url


def _check_address(found: Table, key: str, url: str) -> None:
    problem = address_problem(url)
    if problem:
        found.note(key, f"is {url!r}: {problem}")


def address_problem(url: str) -> str | None:
    """Say why a source cannot have this address, None when it can."""
    if re.search(r"\s", url):
        return "it holds a space; write it as %20 or remove it"
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError as error:
        return f"it cannot be read ({error}); correct it"
    if parts.scheme not in {"http", "https"}:
        return "only http:// and https:// addresses are fetched; write one"
    if not parts.hostname:
        return "it names no host; write the whole address"
    if parts.username is not None or parts.password is not None:
        return "a name or password may not stand in an address; remove all before the @"
    return None


def _check_file(found: Table, name: str, root: Path) -> None:
    path = (root / name).resolve() if "\0" not in name else root
    if _SCHEME.match(name):
        found.note("url", f"is {name!r}: write an http:// or https:// address, or a file's path")
    elif "\\" in name or name.startswith("/") or not path.is_relative_to(root.resolve()):
        found.note("url", f"is {name!r}: write the path of a file inside the catalogue's folder")
    elif not path.is_file():
        found.note(
            "url", f"is {name!r}: there is no such file in the catalogue's folder; correct it"
        )


def _topic(found: Table) -> Topic:
    found.refuse_unknown(_TOPIC_KEYS)
    return Topic(
        id=found.string("id"),
        title=found.string("title"),
        description=found.string("description", long=True),
        query=found.string("query", long=True),
        about=found.strings("about"),
        not_about=found.strings("not_about"),
        min_score=found.fraction("min_score", default=0.5),
        limit=found.whole("limit", default=100, least=1, most=1000),
        language=_language(found, "language") or "en",
        second_reader=found.flag("second_reader", default=False),
        second_reader_budget=_budget(found),
        examples=tuple(_example(inner) for inner in found.tables("example")),
        show_reason=found.flag("show_reason", default=True),
        private=found.flag("private", default=False),
        formerly=found.strings("formerly"),
        keep_days=_days(found),
    )


def _days(found: Table) -> int:
    return found.whole("keep_days", default=0, least=0, most=_MOST_DAYS)


def _budget(found: Table) -> int | None:
    key = "second_reader_budget"
    given = found.whole(key, default=0, least=0, most=_MOST_QUESTIONS)
    return given if key in found.values else None


def _example(found: Table) -> Example:
    found.refuse_unknown(("expect", "title", "text", "lang"), outer=_TOPIC_KEYS)
    example = Example(
        expect=found.flag("expect"),
        title=found.string("title", default=""),
        text=found.string("text", default="", long=True),
        lang=_language(found, "lang"),
    )
    if not (example.title + example.text).strip():
        found.note("text", "says nothing; write a title, a text or both")
    return example


def _language(found: Table, key: str) -> str | None:
    value = found.optional(key)
    if value and not _LANGUAGE.fullmatch(value):
        found.note(key, f"is {value!r}; write a language code such as en or pt-BR")
    return value


def _concept(found: Table) -> Concept:
    found.refuse_unknown(_CONCEPT_KEYS)
    members = [*_members(found), *(_member(inner) for inner in found.tables("member"))]
    if not members and not found.values.keys() & {"terms", "in", "member"}:
        found.note("terms", 'is missing; write terms = ["…"] or [[member]] tables')
    names = [member.name for member in members]
    for name in sorted({name for name in names if names.count(name) > 1}):
        found.note("terms", f"or members hold {name!r} twice; each must be distinct")
    return Concept(
        id=found.string("id"),
        description=found.string("description", long=True),
        members=tuple(members),
    )


def _members(found: Table) -> tuple[Member, ...]:
    """Return the terms of a concept that are a member each, with the languages they are for."""
    terms = _terms(found)
    spoken: dict[str, list[str]] = {}
    for lang, own in _terms_in(found, terms):
        for term in own:
            spoken.setdefault(term, []).append(lang)
    anywhere = (Member(name=term, terms=(term,)) for term in terms)
    somewhere = (
        Member(name=term, terms=(), terms_in=tuple((lang, (term,)) for lang in langs))
        for term, langs in spoken.items()
    )
    return (*anywhere, *somewhere)


def _member(found: Table) -> Member:
    found.refuse_unknown(("name", "terms", "in"), outer=_CONCEPT_KEYS)
    terms = _terms(found)
    if not found.values.keys() & {"terms", "in"}:
        found.note("terms", "is missing; write the member's terms")
    return Member(name=found.string("name"), terms=terms, terms_in=_terms_in(found, terms))


def _terms(found: Table, key: str = "terms") -> tuple[str, ...]:
    if found.values.get(key) == []:
        found.note(key, "is empty; write some terms there, or remove it")
    return found.strings(key)


def _terms_in(found: Table, terms: Collection[str]) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the terms of the table `in` by language, in order; `terms` are those for any."""
    inner = found.table("in")
    if inner is None:
        return ()
    if not inner.values:
        inner.note("in", 'is empty; write terms by language there, such as fr = ["…"]')
    own: list[tuple[str, tuple[str, ...]]] = []
    for lang in sorted(inner.values):
        problem = languages.problem(lang)
        if problem:
            inner.note(lang, problem)
        own.append((lang, _terms(inner, lang)))
        for term in sorted(set(own[-1][1]).intersection(terms)):
            inner.note(lang, f"holds {term!r}, which counts in every language already; remove one")
    return tuple(own)
