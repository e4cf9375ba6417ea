"""`topicwire source list|show|check|discover`: what the sources are and say."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from topicwire.cli.complete import source_ids
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.source import page
from topicwire.cli.terminal import as_json, say, table
from topicwire.words import ago, counted

if TYPE_CHECKING:
    from topicwire.ingest.run.look import Found
    from topicwire.model.wire import Feed, Response

_STATE = "id, url, title, health, next_poll, entries, error, …"
SOURCES, SOURCE = f"[{{{_STATE}}}]", f"{{{_STATE}, furniture, articles}}"
CHECKED = "{url, moved_to, http_status, format, title, site, entries, validators, ttl, …}"
FOUND = "[{url, title, format, entries, newest, error}]"
NEWEST = 5  # entries that a check shows


@click.command(name="list")
@json_of(SOURCES)
@pass_door
def list_(door: Door, *, wants_json: bool) -> None:
    """List all sources, trouble first."""
    from topicwire.cli.source import describe

    with door.app() as app:
        sources = sorted(app.store.sources(), key=lambda p: (-p.state.failures, p.source.id))
    if wants_json:
        as_json([describe.row(each) for each in sources])
        return
    troubled = sum(1 for each in sources if each.state.failures)
    say(f"{counted(len(sources), 'source')}, {troubled} in trouble.")
    now = clock()
    table(
        ("source", "health", "entries", "last poll", "next poll", "trouble"),
        (
            (
                p.source.id,
                "paused" if p.source.paused else p.state.health,
                p.entries,
                ago(p.state.last_poll, now),
                describe.next_poll(p, now),
                p.state.error or "",
            )
            for p in sources
        ),
    )


@click.command()
@click.argument("name", metavar="SOURCE", shell_complete=source_ids)
@json_of(SOURCE)
@pass_door
def show(door: Door, name: str, *, wants_json: bool) -> None:
    """Say what SOURCE does, in plain words."""
    from topicwire.cli.source import describe

    with door.app() as app:
        (polled,) = app.store.polled((name,))
        memory = app.store.memories((name,))[name]
        articles = app.store.article_counts(name)
    if wants_json:
        furniture = [{"words": f.words, "count": f.count} for f in memory.furniture]
        as_json(describe.row(polled) | {"furniture": furniture, "articles": asdict(articles)})
        return
    for line in describe.lines(polled, memory, articles, now=clock()):
        say(line)


@click.command(
    epilog=examples(
        "topicwire source check https://example.org/feed",
        "topicwire source check esa",
        "topicwire source check https://example.org/news --items 'article' --item-date '.when'",
    )
)
@click.argument("address", metavar="URL|SOURCE", shell_complete=source_ids)
@page.page_options
@json_of(CHECKED)
@pass_door
def check(door: Door, /, address: str, *, wants_json: bool, **selectors: str | None) -> None:
    """Say what URL, or the address of SOURCE, answers now; nothing is stored.

    With --items it is read as a page without a feed, by these CSS selectors.
    """
    from topicwire.cli.source import describe
    from topicwire.model.catalogue import Source

    with door.app() as app:
        known = {each.source.id: each.source for each in app.store.sources()}
        if address not in known and not set("/.") & set(address):  # no address, and no file's path
            app.store.polled((address,))  # says which it might have been
        asked = known.get(address) or Source(address, address, title="")
        asked = replace(asked, page=page.page_of(selectors) or asked.page)
        page.check_pages((asked,))
        response, feed = app.look(asked)
        state = app.forecast(asked, response, feed)
    if wants_json:
        as_json(_checked(response, feed))
        return
    for line in describe.checked(response, feed, state):
        say(line)
    newest(feed, clock())


def _checked(response: "Response", feed: "Feed") -> dict[str, object]:
    return {
        "url": response.url,
        "moved_to": response.permanent_url,
        "http_status": response.status,
        "format": feed.format,
        "title": feed.title,
        "site": feed.site,
        "entries": [
            {"title": e.title, "url": e.url, "published": e.published, "lang": e.lang}
            for e in feed.entries
        ],
        "validators": [n for n in ("etag", "last-modified") if response.header(n)],
        "ttl": feed.ttl,
        "skip_hours": feed.skip_hours,
        "skip_days": feed.skip_days,
        "hub": feed.hub,
        "older": feed.older,
        "wanted": len(feed.wanted),
        "warnings": feed.warnings,
    }


def newest(feed: "Feed", now: datetime) -> None:
    """Print the newest entries of a feed."""
    table(
        ("published", "title", "address"),
        (
            (ago(e.published, now) if e.published else "", e.title, e.url or "")
            for e in feed.entries[:NEWEST]
        ),
    )


@click.command(epilog=examples("topicwire source discover https://example.org/ --guess"))
@click.argument("url")
@click.option("--guess", is_flag=True, help="Also try the addresses that feeds usually have.")
@json_of(FOUND)
@pass_door
def discover(door: Door, url: str, *, guess: bool, wants_json: bool) -> None:
    """List the feeds that the web page at URL names."""
    with door.app() as app:
        found = app.discover(url, guess=guess)
    if wants_json:
        as_json([_found(each) for each in found])
        return
    feeds = [each for each in found if each.feed]
    say(f"{url} names {len(feeds) or 'no'} feed{'s' * (len(feeds) != 1)} that can be read.")
    if found:
        table_of(found)
    if feeds:
        say(f"Add one with: topicwire source add {feeds[0].candidate.url}")
    else:
        say(no_feed(url, guessed=guess))


def no_feed(url: str, *, guessed: bool) -> str:
    """Say what to do about a page that names no feed."""
    more = "" if guessed else f"try: topicwire source discover {url} --guess; or "
    return (
        f"Where there is no feed, {more}read the page itself by CSS selectors: "
        f"topicwire source check {url} --items 'article'"
    )


def table_of(found: "Sequence[Found]", *, numbered: bool = False) -> None:
    """Print the feeds that were found, numbered from 1 where one is to be chosen."""
    now = clock()
    rows = [
        (
            each.candidate.url,
            len(each.feed.entries) if each.feed else "-",
            ago(_latest(each.feed), now) if each.feed else each.error,
            (each.feed.title if each.feed else "") or each.candidate.title,
        )
        for each in found
    ]
    head = ("feed", "entries", "newest", "title")
    if numbered:
        table(("", *head), [(number, *row) for number, row in enumerate(rows, 1)])
    else:
        table(head, rows)


def _latest(feed: "Feed") -> datetime | None:
    return max((each.published for each in feed.entries if each.published), default=None)


def _found(found: "Found") -> dict[str, object]:
    return {
        "url": found.candidate.url,
        "title": (found.feed.title if found.feed else "") or found.candidate.title,
        "format": found.feed.format if found.feed else None,
        "entries": len(found.feed.entries) if found.feed else 0,
        "newest": _latest(found.feed) if found.feed else None,
        "error": found.error,
    }
