"""Where the first entries come from: a feed, a page that names some, a list, or what comes along."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from topicwire.cli.terminal import complain, note, say

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.ingest.opml import Listing
    from topicwire.ingest.run.look import Found
    from topicwire.model.catalogue import Source

House = Callable[[], "App"]
SAMPLES, STARTER = "samples", "starter"
QUESTION = "A page or feed (its address), a subscription list (OPML file), or samples"


def asked(house: House) -> "tuple[Source, ...]":
    """Ask where the entries come from until there is an answer that brings some."""
    from topicwire.errors import TopicwireError

    while True:
        where = click.prompt(QUESTION, default=SAMPLES, err=True)
        try:
            return found(house, where, may_ask=True)
        except TopicwireError as error:
            complain(str(error))


def found(house: House, where: str, *, may_ask: bool) -> "tuple[Source, ...]":
    """Return the sources that a place gives; a page that names several feeds asks for which.

    `house` opens the house, which only a look at the web needs.

    Raises:
        TopicwireError: it gives none.
    """
    from topicwire.cli.source.opml import read_list
    from topicwire.home import starter
    from topicwire.world.catalogue import load

    if where in {SAMPLES, STARTER}:
        known = load(starter()).sources
        return tuple(each for each in known if each.is_file == (where == SAMPLES))
    if "://" not in where:
        return _listed(read_list(Path(where).expanduser()), where)
    if urlsplit(where).path.endswith(".opml"):
        return _listed(house().fetch_list(where), where)
    return tuple(_source(url) for url in _feeds(house(), where, may_ask=may_ask))


def merged(sources: "tuple[Source, ...]") -> "tuple[Source, ...]":
    """Return the sources with each address once, and an id of its own for each."""
    by_url = {each.url: each for each in sources}
    ids: set[str] = set()
    told = []
    for each in by_url.values():
        name = next(n for n in _names(each.id) if n not in ids)
        ids.add(name)
        told.append(replace(each, id=name))
    return tuple(told)


def _names(first: str) -> "list[str]":
    return [first, *(f"{first}-{number}" for number in range(2, 1000))]


def _source(url: str) -> "Source":
    from topicwire.model.catalogue import Source
    from topicwire.world.edit import id_for

    return Source(id=id_for(url), url=url, title="")


def _feeds(app: "App", url: str, *, may_ask: bool) -> list[str]:
    """Return the address if it is a feed's, else those of the feeds that the page names."""
    from topicwire.cli.source import look
    from topicwire.cli.source.describe import entries
    from topicwire.errors import ParseError, TopicwireError

    try:
        _, feed = app.look(_source(url))
    except ParseError as error:
        named = [each for each in app.discover(url) if each.feed]
        if not named:
            raise TopicwireError(f"{error}\n{look.no_feed(url, guessed=False)}") from error
        return _chosen(url, named, may_ask=may_ask)
    note(f"{feed.title or url}: {entries(len(feed.entries))}.")
    return [url]


def _chosen(url: str, named: "list[Found]", *, may_ask: bool) -> list[str]:
    from topicwire.cli.source import look

    addresses = [each.candidate.url for each in named]
    if len(addresses) == 1 or not may_ask:
        note(f"{url} is a page; its feed {addresses[0]} is taken.")
        return addresses[:1]
    say(f"{url} names {len(addresses)} feeds:")
    look.table_of(named, numbered=True)
    numbers = click.prompt(
        "Which? Numbers with commas between, or all",
        default="1",
        err=True,
        value_proc=lambda said: _numbers(said, len(addresses)),
    )
    return [addresses[number - 1] for number in numbers]


def _numbers(said: str, most: int) -> list[int]:
    if said.strip() == "all":
        return list(range(1, most + 1))
    parts = [part.strip() for part in said.split(",")]
    if not all(part.isdecimal() and 1 <= int(part) <= most for part in parts):
        raise click.UsageError(f"write numbers from 1 to {most}, or all")
    return [int(part) for part in parts]


def _listed(listing: "Listing", where: str) -> "tuple[Source, ...]":
    from topicwire.cli.source.opml import rows_of
    from topicwire.errors import TopicwireError

    rows = rows_of((listing,), ())
    for row in rows:
        if row.source is None:
            complain(f"{row.url} is left out: {row.why}")
    if not any(row.source for row in rows):
        raise TopicwireError(f"{where} names no feed that can be added; name another list")
    return tuple(row.source for row in rows if row.source is not None)
