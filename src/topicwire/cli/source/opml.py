"""`topicwire source import | export`: subscription lists (OPML) from and for other programs."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from topicwire.cli.apply import keep_up, print_changes
from topicwire.cli.door import Door, clock, examples, json_of, pass_door
from topicwire.cli.terminal import as_json, complain, note, say, table
from topicwire.words import be, counted

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.ingest.opml import Listing, Row
    from topicwire.model.catalogue import Source
    from topicwire.model.wire import Polled

_SECRET = re.compile(
    r"[?&](?:[\w-]*(?:token|secret|passw(?:or)?d|signature|api_?key|auth)|key|sig)=", re.IGNORECASE
)


@click.command(
    name="import",
    epilog=examples(
        "topicwire source import subscriptions.opml --dry-run",
        "topicwire source import https://example.org/list.opml",
    ),
)
@click.argument("where", metavar="FILE|URL")
@click.option("--dry-run", is_flag=True, help="Say what would be added, and add nothing.")
@click.option("--follow", is_flag=True, help="Also fetch the lists that the list points to.")
@json_of("[{fate, url, title, id, tags, why}]")
@pass_door
def import_(door: Door, where: str, *, dry_run: bool, follow: bool, wants_json: bool) -> None:
    """Add the feeds of a subscription list (OPML); what is there already stays as it is."""
    from topicwire.ingest.opml import Fate
    from topicwire.world.edit import add_sources

    with door.app() as app:
        listings = listings_of(app, where, follow=follow)
        rows = rows_of(listings, app.catalogue().sources)
        new = [row.source for row in rows if row.source is not None]
        if wants_json:
            as_json([_json(row) for row in rows])
        else:
            _report(rows, listings, followed=follow)
        if dry_run or not new:
            note("Nothing was written." if dry_run else "There is nothing to add.")
            return
        add_sources(app.own_catalogue, new)
        note(f"Wrote {counted(len(new), 'file')} to {app.own_catalogue / 'sources'}.")
        changes, _ = keep_up(app)
        print_changes(changes)
    if any(row.fate is Fate.REFUSE for row in rows):
        complain("some feeds of the list were left out; the table says why")


@click.command(epilog=examples("topicwire source export --output sources.opml"))
@click.option(
    "--output", "-o", type=click.Path(path_type=Path, dir_okay=False), help="By default stdout."
)
@click.option("--with-secrets", is_flag=True, help="Also sources whose address holds a token.")
@pass_door
def export(door: Door, *, output: Path | None, with_secrets: bool) -> None:
    """Print the sources as a subscription list (OPML) for other programs."""
    from topicwire.publish.subscriptions import render

    with door.app() as app:
        sources = app.store.sources()
    feeds = [each for each in sources if not each.source.is_file and each.source.page is None]
    open_ones = [each for each in feeds if with_secrets or not _SECRET.search(each.source.url)]
    document = render(open_ones, title="Sources of Topicwire", made=clock().replace(microsecond=0))
    if output is None:
        click.echo(document, nl=False)
    else:
        output.write_bytes(document)
    _tell_left_out(len(sources) - len(feeds), [each for each in feeds if each not in open_ones])


def _tell_left_out(without_feed: int, secret: list["Polled"]) -> None:
    if without_feed:
        sources = counted(without_feed, "source")
        complain(
            f"{sources} without a feed on the web (files and pages) {be(without_feed)} left out"
        )
    if secret:
        names = ", ".join(each.source.id for each in secret)
        complain(f"left out because their address holds a token: {names}; --with-secrets adds them")


def listings_of(app: "App", where: str, *, follow: bool) -> tuple["Listing", ...]:
    """Return the subscription list at a path or an address, and with `follow` those it points to.

    Raises:
        TopicwireError: it cannot be had or read.
    """
    first = app.fetch_list(where) if "://" in where else read_list(Path(where))
    return app.follow_lists(first) if follow else (first,)


def read_list(path: Path) -> "Listing":
    """Return the subscription list in a file.

    Raises:
        TopicwireError: it cannot be read.
    """
    from topicwire.errors import ParseError, TopicwireError
    from topicwire.ingest import opml

    try:
        return opml.read(path.read_bytes())
    except OSError as error:
        raise TopicwireError(
            f"the list {path} cannot be read: {error.strerror}; check its path"
        ) from error
    except ParseError as error:
        raise ParseError(f"{path}: {error}") from error


def rows_of(listings: Iterable["Listing"], known: "Sequence[Source]") -> tuple["Row", ...]:
    """Return what becomes of each feed of the lists beside the sources known already."""
    from topicwire.ingest.opml import plan
    from topicwire.world.address import without_feed
    from topicwire.world.catalogue import is_id
    from topicwire.world.described import address_problem
    from topicwire.world.edit import id_for

    named = [each for listing in listings for each in listing.outlines]
    outlines = [replace(each, url=without_feed(each.url)) for each in named]
    return plan(
        outlines,
        known,
        id_for=lambda each: each.id if each.id and is_id(each.id) else id_for(each.url),
        problem=address_problem,
    )


def _report(rows: tuple["Row", ...], listings: tuple["Listing", ...], *, followed: bool) -> None:
    from topicwire.ingest.opml import Fate

    count = {fate: sum(1 for row in rows if row.fate is fate) for fate in Fate}
    say(
        f"{counted(len(rows), 'feed')}: {count[Fate.ADD]} new, {count[Fate.KNOWN]} known already, "
        f"{count[Fate.REFUSE]} refused."
    )
    table(
        ("feed", "title", "what happens"),
        (
            (row.url, row.title, row.why or f"becomes {row.source and row.source.id}")
            for row in rows
        ),
    )
    for page in (page for listing in listings for page in listing.pages):
        say(f"no feed is named for {page}; try: topicwire source discover {page}")
    if not followed:
        for include in (url for listing in listings for url in listing.includes):
            say(f"the list points to {include}; --follow reads it too")


def _json(row: "Row") -> dict[str, object]:
    return {
        "fate": row.fate,
        "url": row.url,
        "title": row.title,
        "id": row.source.id if row.source else None,
        "tags": row.source.tags if row.source else (),
        "why": row.why,
    }
