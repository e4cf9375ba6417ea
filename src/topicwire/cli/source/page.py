"""The options of commands that read a page without a feed: where on it the entries stand."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from topicwire.model.catalogue import Selectors, Source


def page_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Add the options that say where the entries of a page stand."""
    for name, what in (
        ("item-author", "the author in it"),
        ("item-date", "its date, by default a <time> element"),
        ("item-title", "its title, by default the text of the link"),
        ("item-link", "its link, by default the first"),
        ("items", "the element of each entry, for a page without a feed"),
    ):
        command = click.option(f"--{name}", metavar="CSS", help=f"CSS selector of {what}.")(command)
    return command


def page_of(selectors: dict[str, str | None]) -> "Selectors | None":
    """Return what the options say; None when they say nothing.

    Raises:
        click.UsageError: they leave out where the entries stand.
    """
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
