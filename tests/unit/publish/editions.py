"""Editions for the tests of this folder, and every way to render one."""

from builders import a_placement, a_polled, a_source, a_standing, a_stored, an_entry
from topicwire.model.document import Format
from topicwire.model.judging import Edition, Placement
from topicwire.publish import atom, html, jsonfeed, rss
from topicwire.publish.compose import FeedPage, Site, compose

SITE = Site("https://wire.example", "1.2.3")
RENDERERS = {
    Format.ATOM: atom.render,
    Format.RSS: rss.render,
    Format.JSON: jsonfeed.render,
    Format.HTML: html.render_topic,
}


def an_edition(*placements: Placement, **standing: object) -> Edition:
    """Return an edition of the ordinary topic."""
    return Edition(a_standing(**standing), placements)


def a_page(*placements: Placement, **standing: object) -> FeedPage:
    """Return the page of an edition of the ordinary topic."""
    return compose(an_edition(*placements, **standing), SITE)


def placed(number: int = 1, *, source: str = "press", **entry: object) -> Placement:
    """Return a placement of an entry that has its own id and URL, from the named source."""
    address = f"https://{source}.example/columns/{number}"
    return a_placement(
        stored=a_stored(
            id=number,
            source_id=source,
            entry=an_entry(**({"uid": address, "url": address} | entry)),
        ),
        source=a_polled(
            source=a_source(
                id=source,
                title=f"The {source.title()}",
                url=f"https://{source}.example/feed",
                site=f"https://{source}.example/",
            ),
            tag=f"tag:wire.example,2026-11-02:source/{source}",
        ),
    )
