"""An edition as a page."""

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOON, a_polled, a_source, a_standing, a_topic
from topicwire.model.catalogue import Republish
from topicwire.model.document import Format
from topicwire.model.judging import Departure, Edition, Placement, Reason, Zone
from topicwire.publish.address import permanent_id
from topicwire.publish.compose import Site, compose
from topicwire.publish.item import Grounds
from topicwire.publish.own import Answer, OwnReader, digest_of
from unit.publish.editions import SITE, a_page, an_edition, placed


def of(placement: Placement, how: Republish) -> Placement:
    return replace(placement, source=a_polled(source=a_source(republish=how)))


def test_page_of_a_topic() -> None:
    """O3: the page says what the topic says; its id was minted once and its time is the edition's."""
    page = a_page(edition_time=NOON)
    assert page.id == "tag:wire.example,2026-11-02:topic/5f2b8f0e-0d2f-4c61-9f0e-6d1b0c5a7e11"
    assert (page.title, page.subtitle) == ("Seats in space", "Who flies with whom.")
    assert (page.updated, page.language) == (NOON, "en")


def test_urls_of_the_formats() -> None:
    """O56: every format has an address of its own below the configured base."""
    page = a_page()
    assert page.url(Format.HTML) == "https://wire.example/topics/seats"
    assert page.url(Format.ATOM) == "https://wire.example/topics/seats.atom"
    assert page.url(Format.JSON) == "https://wire.example/topics/seats.json"


def test_urls_of_the_archive() -> None:
    """O48: the pages of the archive have addresses of their own, in every format."""
    page = compose(Edition(a_standing(pages=3), (), page=2), SITE)
    assert page.url(Format.ATOM) == "https://wire.example/topics/seats/archive/2.atom"
    assert page.url(Format.HTML) == "https://wire.example/topics/seats/archive/2"
    assert page.url(Format.RSS, page=0) == "https://wire.example/topics/seats.rss"


@pytest.mark.parametrize(
    ("page", "pages", "older", "newer"),
    [
        pytest.param(0, 0, None, None, id="no archive"),
        pytest.param(0, 3, 3, None, id="current document"),
        pytest.param(3, 3, 2, None, id="newest page"),
        pytest.param(2, 3, 1, 3, id="page between"),
        pytest.param(1, 3, None, 2, id="oldest page"),
    ],
)
def test_neighbours(page: int, pages: int, older: int | None, newer: int | None) -> None:
    """O48: the way back goes from the current document to the newest page, and on to the oldest."""
    found = compose(Edition(a_standing(pages=pages), (), page=page), SITE)
    assert (found.older, found.newer) == (older, newer)


@pytest.mark.parametrize(
    ("edition", "own", "hub"),
    [
        pytest.param(an_edition(), None, "https://hub.example/", id="public"),
        pytest.param(Edition(a_standing(pages=1), (), page=1), None, None, id="archive"),
        pytest.param(an_edition(topic=a_topic(private=True)), None, None, id="private"),
        pytest.param(an_edition(), OwnReader("d1"), None, id="own"),
    ],
)
def test_hub(edition: Edition, own: OwnReader | None, hub: str | None) -> None:
    """W20: only what everybody follows names the hub: it tells nobody of the rest."""
    site = replace(SITE, hub="https://hub.example/")
    assert compose(edition, site, own=own).hub == hub


def test_departures() -> None:
    """What is gone is named by its published id, once, and not where another source still has it."""
    gone = [
        Departure("https://press.example/columns/9", placed(9).source, NOON),
        Departure("https://press.example/columns/9", placed(9, source="mirror").source, NOON),
        Departure("https://press.example/columns/1", placed(1, source="mirror").source, NOON),
        Departure("9", placed(9).source, NOON),
    ]
    page = compose(Edition(a_standing(), (placed(1),), departures=tuple(gone)), SITE)
    first, second = page.departed
    assert (first.id, first.when) == ("https://press.example/columns/9", NOON)
    assert second.id.startswith("tag:wire.example,2026-11-02:source/press/")


def test_what_another_source_has_on_another_page_is_not_gone() -> None:
    """Who walks through the archive would take back what stands there; a source's own id is gone."""
    press, mirror = placed(9).source, placed(9, source="mirror").source
    gone = [Departure(uid, press, NOON, (mirror,)) for uid in ("https://press.example/9", "9")]
    page = compose(Edition(a_standing(), (), departures=tuple(gone)), SITE)
    assert [each.id for each in page.departed] == [permanent_id("9", tag=press.tag)]


def test_a_page_of_the_archive_changes_only_with_its_entries() -> None:
    """O48: another edition of the topic leaves the bytes of the archive as they are."""
    held = (placed(1, updated=NOON - timedelta(5)), placed(2))
    one, other = (
        compose(
            Edition(a_standing(pages=1, edition=n, edition_time=NOON + timedelta(n)), held, 1), SITE
        )
        for n in (1, 2)
    )
    gone = (Departure("x", placed(9).source, NOON + timedelta(hours=1)),)
    changed = Edition(a_standing(pages=1, edition_time=NOON + timedelta(3)), held, 1, gone)
    assert one == other
    assert one.updated == NOON
    assert compose(changed, SITE).updated == NOON + timedelta(hours=1)


def test_site_below_a_path() -> None:
    """A base URL may have a path, with or without a slash at its end."""
    site = Site("https://example.org/wire/", "1")
    assert site.url("/topics.opml") == "https://example.org/wire/topics.opml"
    assert site.path("/style.css") == "/wire/style.css"


def test_order_is_the_editions() -> None:
    """Entries come in the order the edition gives: latest into the topic first."""
    page = a_page(placed(2, published=NOON - timedelta(9)), placed(1))
    assert [item.url for item in page.items] == [
        "https://press.example/columns/2",
        "https://press.example/columns/1",
    ]


def test_same_id_from_two_sources() -> None:
    """O5: one story under one id is one item, the newest text of it, with both sources credited."""
    uid = "https://press.example/columns/1"
    old = placed(1, uid=uid)
    new = placed(2, source="mirror", uid=uid, title="Revised", updated=NOON)
    old = replace(old, stored=replace(old.stored, first_seen=NOON - timedelta(9)))
    old = replace(
        old,
        stored=replace(old.stored, entry=replace(old.stored.entry, published=NOON - timedelta(9))),
    )
    (item,) = a_page(
        old, new, placed(1, source="third", uid=uid, published=NOON - timedelta(8))
    ).items
    assert (item.title, item.source.title) == ("Revised", "The Mirror")
    assert [credit.title for credit in item.also] == ["The Press", "The Third"]
    assert item.via == (
        "https://mirror.example/feed",
        "https://press.example/feed",
        "https://third.example/feed",
    )
    assert 'Also at <a href="https://press.example/columns/1">The Press</a> and ' in item.body_html


def test_attribution_ends_what_readers_show() -> None:
    """O15: what a reader shows ends with the source and the reasons, escaped."""
    placement = replace(
        placed(1, content_html="<p>C</p>"), reasons=(Reason("c", "A <b>", Zone.TITLE, 1),)
    )
    (item,) = a_page(placement).items
    assert item.content_html == (
        '<p>C</p><p lang="en" dir="ltr"><small>From <a href="https://press.example/">The Press</a>. '
        "Why it is here: “A &lt;b&gt;” in the title.</small></p>"
    )
    assert item.summary_html == ""


def test_what_was_pinned_says_who_chose_it() -> None:
    """The judge's own reasons are no reason for an entry that an editor put there."""
    placement = replace(placed(), is_pinned=True, reasons=(Reason("c", "A", Zone.TITLE, 1),))
    (item,) = a_page(placement).items
    assert "Why it is here: chosen by the editor.</small>" in item.body_html
    assert item.grounds == Grounds(score=None)


def test_a_topic_may_keep_its_reasons_to_itself() -> None:
    """`show_reason = false` leaves out the line and what programs read; the source stays named."""
    because = (Reason("c", "A", Zone.TITLE, 1),)
    page = a_page(
        replace(placed(1), reasons=because),
        replace(placed(2), is_pinned=True),
        topic=a_topic(show_reason=False),
    )
    assert [(item.reasons, item.grounds) for item in page.items] == [("", None), ("", None)]
    assert not any("Why it is here" in item.body_html for item in page.items)
    assert all('From <a href="https://press.example/">' in item.body_html for item in page.items)


def test_a_readers_own_feed_asks_what_they_think() -> None:
    """Each item ends with two signed links; all else is as everybody reads it."""
    ada = OwnReader(digest_of("ada's token"))
    edition = an_edition(placed(1), placed(2))
    public, own = compose(edition, SITE), compose(edition, SITE, own=ada)

    for one, mine in zip(public.items, own.items, strict=True):
        assert mine.content_html.startswith(one.content_html)
        links = re.findall(r'href="([^"]*)">([^<]*)<', mine.content_html[len(one.content_html) :])
        answers = (Answer("seats", one.entry_id, is_on_topic=each) for each in (False, True))
        paths = [f"https://wire.example{ada.path(answer)}" for answer in answers]
        assert links == list(zip(paths, ("Not on topic?", "On topic"), strict=True))
        assert replace(mine, content_html="") == replace(one, content_html="")
    assert replace(own, items=()) == replace(public, items=())


def test_attribution_in_place_of_a_text() -> None:
    """O35: an entry of which only the title may be published is summed up by its attribution."""
    (item,) = a_page(of(placed(), Republish.TITLE)).items
    assert item.content_html == ""
    assert item.summary_html.startswith('<p lang="en" dir="ltr"><small>From ')


def test_entry_without_a_link_has_content() -> None:
    """O35: without a link the text is the content (MissingContentOrAlternate)."""
    (item,) = a_page(placed(url=None, summary_html="<p>S</p>", content_html="")).items
    assert item.content_html.startswith("<p>S</p>")
    assert item.summary_html == ""


def test_language_of_an_item() -> None:
    """O12: an item says its language when it is not the page's."""
    page = a_page(placed(1, lang="en"), placed(2, lang="fr"), placed(3, lang="?"))
    assert [item.lang for item in page.items] == [None, "fr", None]


def test_unusable_topic_texts() -> None:
    """A topic without a description or with an unknown language still makes a page."""
    page = a_page(topic=a_topic(description="", language="?"))
    assert (page.subtitle, page.language) == ("Seats in space", "en")


def test_too_much_content() -> None:
    """O6: a document too long for readers gives excerpts of its last entries, and none is lost."""
    page = a_page(*(placed(n, content_html="<p>" + "é" * 600_000 + "</p>") for n in range(5)))
    assert [len(item.body_html) > 600_000 for item in page.items] == [
        True,
        True,
        False,
        False,
        False,
    ]
    assert "NASA and Roscosmos agreed to trade seats." in page.items[4].summary_html
