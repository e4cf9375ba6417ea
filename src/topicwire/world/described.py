"""What a table of the catalogue says of a source, a topic or a concept.

What is wrong with it is noted in the table; a value stands there all the same, so that all of its
problems are found at once.
"""

import re
from collections.abc import Collection
from pathlib import Path
from urllib.parse import urlsplit

from topicwire.model.catalogue import (
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
from topicwire.world.table import Table

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


def source(found: Table, root: Path) -> Source:
    """Return the source that a table describes; its address may be that of a file below `root`."""
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


def topic(found: Table) -> Topic:
    """Return the topic that a table describes."""
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


def concept(found: Table) -> Concept:
    """Return the concept that a table describes."""
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
