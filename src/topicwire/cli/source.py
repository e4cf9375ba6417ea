"""`topicwire source`: the places that columns come from."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

import click

from topicwire.cli.apply import apply_now
from topicwire.cli.door import Door, clock, json_option, pass_door
from topicwire.cli.terminal import ago, as_json, say, table

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.ingest.run.look import Found
    from topicwire.model.catalogue import Selectors, Source
    from topicwire.model.wire import Feed, Response

REPUBLISH = ("feed", "title", "summary", "full")
FULL_TEXT = ("auto", "always", "never")
NEWEST = 5  # entries that a check shows


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the entries of a page stand."""
    for name, what in (
        ("item-author", "the author in it"),
        ("item-date", "its date, by default a <time> element"),
        ("item-title", "its title, by default the text of the link"),
        ("item-link", "its link, by default the first"),
        ("items", "the element of each entry, for a page without a feed"),
    ):
        command = click.option(f"--{name}", help=f"CSS selector of {what}.")(command)
    return command


@click.group()
def source() -> None:
    """List, show and edit the sources."""


@source.command(name="list")
@json_option
@pass_door
def list_(door: Door, *, wants_json: bool) -> None:
    """List all sources, trouble first."""
    from topicwire.cli import describe

    with door.app() as app:
        sources = sorted(app.store.sources(), key=lambda p: (-p.state.failures, p.source.id))
    if wants_json:
        as_json([describe.row(each) for each in sources])
        return
    troubled = sum(1 for each in sources if each.state.failures)
    say(f"{len(sources)} sources, {troubled} in trouble.")
    now = clock()
    table(
        ("source", "health", "entries", "last poll", "next poll", "trouble"),
        (
            (
                p.source.id,
                "paused" if p.source.paused else p.state.health,
                p.entries,
                ago(p.state.last_poll, now),
                ago(p.state.next_poll, now),
                p.state.error or "",
            )
            for p in sources
        ),
    )


@source.command()
@click.argument("name", metavar="SOURCE")
@json_option
@pass_door
def show(door: Door, name: str, *, wants_json: bool) -> None:
    """Say what SOURCE does, in plain words."""
    from topicwire.cli import describe

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


@source.command()
@click.argument("address", metavar="URL|SOURCE")
@page_options
@json_option
@pass_door
def check(door: Door, /, address: str, *, wants_json: bool, **selectors: str | None) -> None:
    """Say what URL, or the address of SOURCE, answers now; nothing is stored.

    With --items it is read as a page without a feed, by these CSS selectors.
    """
    from topicwire.cli import describe
    from topicwire.model.catalogue import Source

    with door.app() as app:
        known = {each.source.id: each.source for each in app.store.sources()}
        asked = known.get(address) or Source(address, address, title="")
        asked = replace(asked, page=_page(selectors) or asked.page)
        check_pages((asked,))
        response, feed = app.look(asked)
        state = app.forecast(asked, response, feed)
    if wants_json:
        as_json(_checked(response, feed))
        return
    for line in describe.checked(response, feed, state):
        say(line)
    _newest(feed, clock())


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


def _newest(feed: "Feed", now: datetime) -> None:
    table(
        ("published", "title", "address"),
        (
            (ago(e.published, now) if e.published else "", e.title, e.url or "")
            for e in feed.entries[:NEWEST]
        ),
    )


@source.command()
@click.argument("url")
@click.option("--guess", is_flag=True, help="Also try the addresses that feeds usually have.")
@json_option
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
        _table_of(found)
    if feeds:
        say(f"Add one with: topicwire source add {feeds[0].candidate.url}")
    else:
        say(_no_feed(url, guessed=guess))


def _no_feed(url: str, *, guessed: bool) -> str:
    more = "" if guessed else f"try: topicwire source discover {url} --guess; or "
    return (
        f"Where there is no feed, {more}read the page itself by CSS selectors: "
        f"topicwire source check {url} --items 'article'"
    )


def _table_of(found: "Sequence[Found]") -> None:
    now = clock()
    table(
        ("feed", "entries", "newest", "title"),
        (
            (
                each.candidate.url,
                len(each.feed.entries) if each.feed else "-",
                ago(_latest(each.feed), now) if each.feed else each.error,
                (each.feed.title if each.feed else "") or each.candidate.title,
            )
            for each in found
        ),
    )


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


@source.command()
@click.argument("url")
@click.option("--id", "name", help="The source's id; by default made from the address.")
@click.option("--title", default="", help="The title to show; by default the feed's own.")
@click.option("--site", help="The home page; by default the feed's own.")
@click.option("--republish", type=click.Choice(REPUBLISH), default="feed", show_default=True)
@click.option(
    "--interval", type=click.IntRange(min=0), help="Shortest time between polls, seconds."
)
@click.option("--tag", "tags", multiple=True, help="A tag; may be given several times.")
@click.option("--full-text", type=click.Choice(FULL_TEXT), default="auto", show_default=True)
@click.option("--pick", type=click.IntRange(min=1), help="Which of the feeds that a page names.")
@click.option("--unseen", is_flag=True, help="Add it without looking at it first.")
@page_options
@pass_door
def add(
    door: Door,
    /,
    url: str,
    *,
    name: str | None,
    title: str,
    site: str | None,
    republish: str,
    interval: int | None,
    tags: tuple[str, ...],
    full_text: str,
    pick: int | None,
    unseen: bool,
    **selectors: str | None,
) -> None:
    """Add the feed at URL to the catalogue and apply it.

    URL may be a web page: the feed that it names is added. With --items the page itself is
    read, by CSS selectors, and what they find is shown first.
    """
    from topicwire.model.catalogue import FullText, Republish, Source
    from topicwire.world.edit import add_source, id_for

    new = Source(
        id=name or id_for(url),
        url=url,
        title=title,
        site=site,
        republish=Republish(republish),
        interval=interval,
        tags=tags,
        full_text=FullText(full_text),
        page=_page(selectors),
    )
    check_pages((new,))
    with door.app() as app:
        if "://" in url and not unseen:
            new = _seen(app, new, pick=pick, named=name)
        path = add_source(app.settings.catalogue, new)
        apply_now(app, f"Wrote {path}.")


def _seen(app: "App", new: "Source", *, pick: int | None, named: str | None) -> "Source":
    """Return the source after a look at it: of a page that names feeds, one of those."""
    from topicwire.cli import describe
    from topicwire.errors import ParseError, TopicwireError, WebError
    from topicwire.world.edit import id_for

    try:
        _, feed = app.look(new)
    except WebError as error:
        if new.page is not None:
            raise
        say(f"{error}. It is added all the same, and asked again.", trouble=True)
        return new
    except ParseError as error:
        if new.page is not None:
            raise
        found = [each for each in app.discover(new.url) if each.feed]
        if not found:
            raise TopicwireError(f"{error}\n{_no_feed(new.url, guessed=False)}") from error
        if len(found) > 1 and pick is None:
            _table_of(found)
            raise TopicwireError(
                f"{new.url} names {len(found)} feeds; say which with --pick 1 to {len(found)}"
            ) from error
        chosen = found[min(pick or 1, len(found)) - 1].candidate.url
        say(f"{new.url} is a page; its feed {chosen} is added.")
        return replace(new, url=chosen, id=named or id_for(chosen))
    say(f"{feed.title or new.url}: {describe.entries(len(feed.entries))}.")
    if new.page is not None:
        _newest(feed, clock())
        for warning in feed.warnings:
            say(f"warning: {warning}", trouble=True)
    return new


def _page(selectors: dict[str, str | None]) -> "Selectors | None":
    from topicwire.model.catalogue import Selectors

    items = selectors.pop("items")
    if items is None:
        if any(selectors.values()):
            raise click.UsageError("Say with --items where the entries of the page stand.")
        return None
    return Selectors(
        items=items, **{name.removeprefix("item_"): css for name, css in selectors.items()}
    )


def check_pages(sources: "Sequence[Source]") -> None:
    """Refuse selectors that are none."""
    if any(each.page for each in sources):
        from topicwire.ingest.run.look import check_pages as refuse

        refuse(sources)


@source.command()
@click.argument("name", metavar="SOURCE")
@click.option("--url")
@click.option("--title")
@click.option("--site")
@click.option("--republish", type=click.Choice(REPUBLISH))
@click.option("--interval", type=click.IntRange(min=0))
@click.option("--full-text", type=click.Choice(FULL_TEXT))
@click.option("--user-agent")
@click.option("--throttle", type=click.Choice(("source", "host")))
@click.option("--backfill", type=click.IntRange(0, 100))
@click.option("--push/--no-push", default=None)
@pass_door
def edit(door: Door, /, name: str, **given: object) -> None:
    """Change SOURCE in the catalogue and apply it."""
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise click.UsageError("Say what to change, for example --title 'The Press'.")
    _edit(door, name, changes)


@source.command()
@click.argument("name", metavar="SOURCE")
@pass_door
def pause(door: Door, name: str) -> None:
    """Stop polling SOURCE until it is resumed."""
    _edit(door, name, {"paused": True})


@source.command()
@click.argument("name", metavar="SOURCE")
@pass_door
def resume(door: Door, name: str) -> None:
    """Poll SOURCE again."""
    _edit(door, name, {"paused": None})


@source.command()
@click.argument("name", metavar="SOURCE")
@pass_door
def remove(door: Door, name: str) -> None:
    """Take SOURCE out of the catalogue; its entries stay."""
    from topicwire.world.edit import remove

    with door.app() as app:
        path = remove(app.settings.catalogue, "source", name)
        apply_now(app, f"Removed {path}; the entries already stored stay.")


def _edit(door: Door, name: str, changes: dict[str, object]) -> None:
    from topicwire.world.edit import edit

    with door.app() as app:
        path = edit(app.settings.catalogue, "source", name, changes)
        apply_now(app, f"Wrote {path}.")
