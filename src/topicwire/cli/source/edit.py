"""`topicwire source add|edit|pause|resume|remove`: the files of the sources, and what they change."""

from dataclasses import replace
from typing import TYPE_CHECKING

import click

from topicwire.cli.apply import apply_now, written_json
from topicwire.cli.complete import source_ids
from topicwire.cli.door import Door, clock, examples, pass_door
from topicwire.cli.source import look, page
from topicwire.cli.terminal import complain, is_for_programs, note

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.model.catalogue import Source

REPUBLISH = ("feed", "title", "summary", "full")
FULL_TEXT = ("auto", "always", "never")


ADDING = examples(
    "topicwire source add https://example.org/feed",
    "topicwire source add https://example.org/ --pick 2     # the second feed that a page names",
    "topicwire source add https://example.org/news --items 'article'     # a page without a feed",
)
EDITING = examples(
    "topicwire source edit esa --title 'European Space Agency' --interval 7200",
)


@click.command(epilog=ADDING)
@click.argument("url")
@click.option("--id", "name", help="The source's id; by default made from the address.")
@click.option("--title", default="", help="The title to show; by default the feed's own.")
@click.option("--site", help="The home page; by default the feed's own.")
@click.option(
    "--republish",
    type=click.Choice(REPUBLISH),
    default="feed",
    show_default=True,
    help="How much of an entry is published; feed: what the source's own feed gives.",
)
@click.option(
    "--interval",
    type=click.IntRange(min=0),
    help="Shortest time between polls, seconds; less than the setting min_interval changes nothing.",
)
@click.option("--tag", "tags", multiple=True, help="A tag; may be given several times.")
@click.option(
    "--full-text",
    type=click.Choice(FULL_TEXT),
    default="auto",
    show_default=True,
    help="Whether the pages of entries are read, to judge them; auto: of those cut off.",
)
@click.option("--pick", type=click.IntRange(min=1), help="Which of the feeds that a page names.")
@click.option("--unseen", is_flag=True, help="Add it without looking at it first.")
@page.page_options
@written_json
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
    wants_json: bool,
    **selectors: str | None,
) -> None:
    """Add the feed at URL to the catalogue and apply it.

    URL may be a web page: the feed that it names is added. With --items the page itself is
    read, by CSS selectors, and what they find is shown first.
    """
    from topicwire.model.catalogue import FullText, Republish, Source
    from topicwire.world.described import address_problem
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
        page=page.page_of(selectors),
    )
    page.check_pages((new,))
    if "://" in url and (problem := address_problem(url)):
        raise click.UsageError(f"{url}: {problem}")
    with door.app() as app:
        root = app.own_catalogue
        if "://" in url and not unseen:
            new = _seen(app, new, pick=pick, named=name)
        path = add_source(root, new)
        apply_now(app, path, f"Wrote {path}.", wants_json=wants_json)


def _seen(app: "App", new: "Source", *, pick: int | None, named: str | None) -> "Source":
    """Return the source after a look at it: of a page that names feeds, one of those."""
    from topicwire.cli.source import describe
    from topicwire.errors import ParseError, TopicwireError, WebError
    from topicwire.world.edit import id_for

    try:
        _, feed = app.look(new)
    except WebError as error:
        if new.page is not None:
            raise
        complain(f"{error}. It is added all the same, and asked again.")
        return new
    except ParseError as error:
        if new.page is not None:
            raise
        found = [each for each in app.discover(new.url) if each.feed]
        if not found:
            raise TopicwireError(f"{error}\n{look.no_feed(new.url, guessed=False)}") from error
        if len(found) > 1 and pick is None:
            look.table_of(found, numbered=True)
            raise TopicwireError(
                f"{new.url} names {len(found)} feeds; say which with --pick 1 to {len(found)}"
            ) from error
        chosen = found[min(pick or 1, len(found)) - 1].candidate.url
        note(f"{new.url} is a page; its feed {chosen} is added.")
        return replace(new, url=chosen, id=named or id_for(chosen))
    note(f"{feed.title or new.url}: {describe.entries(len(feed.entries))}.")
    if new.page is not None:
        if not is_for_programs():
            look.newest(feed, clock())
        for warning in feed.warnings:
            complain(f"warning: {warning}")
    return new


@click.command(epilog=EDITING)
@click.argument("name", metavar="SOURCE", shell_complete=source_ids)
@click.option("--url", help="Its address.")
@click.option("--title", help="The title to show.")
@click.option("--site", help="Its home page.")
@click.option(
    "--republish", type=click.Choice(REPUBLISH), help="How much of an entry is published."
)
@click.option(
    "--interval",
    type=click.IntRange(min=0),
    help="Shortest time between polls, seconds; less than the setting min_interval changes nothing.",
)
@click.option(
    "--full-text",
    type=click.Choice(FULL_TEXT),
    help="Whether the pages of entries are read, to judge them.",
)
@click.option("--user-agent", help="What it is told of who asks, where it refuses ours.")
@click.option(
    "--throttle",
    type=click.Choice(("source", "host")),
    help="Who has to wait after its server said 429: this source, or all of its host.",
)
@click.option(
    "--backfill", type=click.IntRange(0, 100), help="Most documents of its archive that are read."
)
@click.option(
    "--push/--no-push", default=None, help="Whether its hub may be asked to tell us of new entries."
)
@written_json
@pass_door
def edit(door: Door, /, name: str, *, wants_json: bool, **given: object) -> None:
    """Change SOURCE in the catalogue and apply it."""
    changes = {key: value for key, value in given.items() if value is not None}
    if not changes:
        raise click.UsageError("Say what to change, for example --title 'The Press'.")
    _edit(door, name, changes, wants_json=wants_json)


@click.command()
@click.argument("name", metavar="SOURCE", shell_complete=source_ids)
@written_json
@pass_door
def pause(door: Door, name: str, *, wants_json: bool) -> None:
    """Stop polling SOURCE until it is resumed."""
    _edit(door, name, {"paused": True}, wants_json=wants_json)


@click.command()
@click.argument("name", metavar="SOURCE", shell_complete=source_ids)
@written_json
@pass_door
def resume(door: Door, name: str, *, wants_json: bool) -> None:
    """Poll SOURCE again."""
    _edit(door, name, {"paused": None}, wants_json=wants_json)


@click.command()
@click.argument("name", metavar="SOURCE", shell_complete=source_ids)
@written_json
@pass_door
def remove(door: Door, name: str, *, wants_json: bool) -> None:
    """Take SOURCE out of the catalogue; its entries stay."""
    from topicwire.world.edit import remove

    with door.app() as app:
        path = remove(app.own_catalogue, "source", name)
        said = f"Removed {path}; the entries already stored stay."
        apply_now(app, path, said, wants_json=wants_json)


def _edit(door: Door, name: str, changes: dict[str, object], *, wants_json: bool) -> None:
    from topicwire.world.edit import edit

    with door.app() as app:
        path = edit(app.own_catalogue, "source", name, changes)
        apply_now(app, path, f"Wrote {path}.", wants_json=wants_json)
