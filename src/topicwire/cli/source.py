"""`topicwire source`: the places that columns come from."""

from typing import TYPE_CHECKING

import click

from topicwire.cli.apply import apply_now
from topicwire.cli.door import Door, clock, json_option, pass_door
from topicwire.cli.terminal import ago, as_json, say, span, table

if TYPE_CHECKING:
    from topicwire.model import Polled

REPUBLISH = ("feed", "title", "summary", "full")
NEWEST = 5  # entries that a check shows


@click.group()
def source() -> None:
    """List, show and edit the sources."""


@source.command(name="list")
@json_option
@pass_door
def list_(door: Door, *, wants_json: bool) -> None:
    """List all sources, trouble first."""
    with door.app() as app:
        sources = sorted(app.store.sources(), key=lambda p: (-p.state.failures, p.source.id))
    if wants_json:
        as_json([_row(each) for each in sources])
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
    with door.app() as app:
        (polled,) = app.store.polled((name,))
    if wants_json:
        as_json(_row(polled))
        return
    for line in _lines(polled):
        say(line)


def _lines(polled: "Polled") -> list[str]:
    source, state, now = polled.source, polled.state, clock()
    validators = _validators(state.etag, state.last_modified)
    lines = [
        f"{polled.title} ({source.id})",
        f"  address      {source.url}",
        f"  home page    {polled.site or 'not known'}",
        f"  health       {'paused' if source.paused else state.health}",
        f"  format       {polled.feed_format or 'not known yet'}",
        f"  entries      {polled.entries}",
        f"  last poll    {ago(state.last_poll, now)}"
        + (f", answer {state.http_status}" if state.http_status else ""),
        f"  last change  {ago(state.last_change, now)}",
        f"  next poll    {ago(state.next_poll, now)}",
        f"  validators   {' and '.join(validators) or 'none'}",
        f"  republished  {source.republish}",
    ]
    if state.gap:
        from datetime import timedelta

        lines.append(f"  rhythm       one entry in {span(timedelta(seconds=state.gap))}")
    if state.error:
        again = f" ({state.failures} times in a row)" if state.failures > 1 else ""
        lines.append(f"  trouble      {state.error}{again}")
    return lines


@source.command()
@click.argument("address", metavar="URL|SOURCE")
@json_option
@pass_door
def check(door: Door, address: str, *, wants_json: bool) -> None:
    """Say what URL, or the address of SOURCE, answers now; nothing is stored."""
    from topicwire.model import Source

    with door.app() as app:
        known = {each.source.id: each.source for each in app.store.sources()}
        response, feed = app.look(known.get(address) or Source(address, address, title=""))
    validators = _validators(response.header("etag"), response.header("last-modified"))
    if wants_json:
        as_json(
            {
                "url": response.url,
                "http_status": response.status,
                "format": feed.format,
                "title": feed.title,
                "site": feed.site,
                "entries": [{"title": e.title, "published": e.published} for e in feed.entries],
                "validators": validators,
                "warnings": feed.warnings,
            }
        )
        return
    say(f"{feed.title or 'A feed without a title'}: {len(feed.entries)} entries, {feed.format}.")
    say(f"  address      {response.url}")
    say(f"  home page    {feed.site or 'not named'}")
    say(f"  validators   {' and '.join(validators) or 'none, so it is asked once a day at most'}")
    for warning in feed.warnings:
        say(f"  warning      {warning}", trouble=True)
    now = clock()
    table(
        ("published", "title"),
        ((ago(e.published, now) if e.published else "", e.title) for e in feed.entries[:NEWEST]),
    )


def _validators(etag: str | None, last_modified: str | None) -> list[str]:
    """Return the names of the validators given."""
    named = (("ETag", etag), ("Last-Modified", last_modified))
    return [name for name, value in named if value]


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
@pass_door
def add(
    door: Door,
    url: str,
    *,
    name: str | None,
    title: str,
    site: str | None,
    republish: str,
    interval: int | None,
    tags: tuple[str, ...],
) -> None:
    """Add the feed at URL to the catalogue and apply it."""
    from topicwire.model import Republish, Source
    from topicwire.world.edit import add_source, id_for

    new = Source(
        id=name or id_for(url),
        url=url,
        title=title,
        site=site,
        republish=Republish(republish),
        interval=interval,
        tags=tags,
    )
    with door.app() as app:
        path = add_source(app.settings.catalogue, new)
        apply_now(app, f"Wrote {path}.")


@source.command()
@click.argument("name", metavar="SOURCE")
@click.option("--url")
@click.option("--title")
@click.option("--site")
@click.option("--republish", type=click.Choice(REPUBLISH))
@click.option("--interval", type=click.IntRange(min=0))
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


def _row(polled: "Polled") -> dict[str, object]:
    source, state = polled.source, polled.state
    return {
        "id": source.id,
        "title": polled.title,
        "url": source.url,
        "site": polled.site,
        "republish": source.republish,
        "interval": source.interval,
        "paused": source.paused,
        "tags": source.tags,
        "health": state.health,
        "format": polled.feed_format,
        "entries": polled.entries,
        "last_poll": state.last_poll,
        "last_success": state.last_success,
        "last_change": state.last_change,
        "next_poll": state.next_poll,
        "http_status": state.http_status,
        "failures": state.failures,
        "error": state.error,
        "etag": state.etag,
        "last_modified": state.last_modified,
    }
