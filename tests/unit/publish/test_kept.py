"""Tests of what is kept of documents: nothing that is published tells of it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings

from builders import NOON, a_polled, a_state
from topicwire.model.document import Format
from topicwire.model.judging import Edition
from topicwire.publish import atom, rss
from topicwire.publish.compose import FeedPage, compose
from topicwire.publish.extension import written
from topicwire.publish.item import item
from topicwire.publish.kept import LONGEST, Kept
from unit.publish.editions import RENDERERS, SITE, a_page, placed
from unit.publish.strategies import EDITIONS


def whole(page: FeedPage, form: Format) -> bytes:
    """Return the document as feedgen writes it when it is given every entry."""
    if form is Format.ATOM:
        feed = atom._feed(page)
        entries = [atom._entry(each) for each in page.items]
    else:
        feed = rss._feed(page)
        entries = [rss._item(each, page.url(Format.HTML)) for each in page.items]
    for entry in entries:
        feed.add_entry(entry, order="append")
    xml: bytes = (feed.atom_str if form is Format.ATOM else feed.rss_str)(pretty=True)
    return written(xml)


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS])
@settings(max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(edition=EDITIONS)
def test_a_document_of_kept_entries_is_the_one_that_is_written_whole(
    form: Format, edition: Edition
) -> None:
    """O2: whatever sources say, and whether or not an entry was written before."""
    page = compose(edition, SITE)
    assert RENDERERS[form](page) == whole(page, form) == RENDERERS[form](page)


@pytest.mark.parametrize("form", list(Format))
def test_a_document_shows_what_has_changed_of_an_entry(form: Format) -> None:
    """An entry that was revised, or is told for another reason, is not the one that was kept."""
    before, other = placed(1, title="Before"), placed(2)
    assert b"Before" in RENDERERS[form](a_page(before, other))
    after = replace(placed(1, title="After"), score=0.4)
    document = RENDERERS[form](a_page(after, other))
    assert b"After" in document
    assert b"Before" not in document


def test_an_item_is_kept_when_its_source_was_polled_and_the_topic_went_on() -> None:
    """What a poll changes of a source stands in no document, nor does a later edition's time."""
    first = placed()
    state = a_state(next_poll=NOON + timedelta(hours=1), etag='"new"')
    again = replace(first, source=replace(first.source, state=state, entries=7))
    later = NOON + timedelta(days=1)
    assert item(again, by=later) is item(first, by=NOON)


def test_an_item_tells_what_its_source_is_called_now() -> None:
    """What readers see of a source is part of what an item is made of."""
    first = placed()
    renamed = replace(first, source=a_polled(feed_rights="Other rights"))
    assert (item(first, by=NOON).rights, item(renamed, by=NOON).rights) == ("", "Other rights")


@pytest.mark.parametrize(
    ("length", "times"),
    [pytest.param(LONGEST, 1, id="kept"), pytest.param(LONGEST + 1, 2, id="too long to be kept")],
)
def test_what_is_made_of_much_is_not_kept(length: int, times: int) -> None:
    """A few endless entries cannot take the memory."""
    made: list[str] = []
    kept: Kept[str, None] = Kept(made.append, length=len)
    for _ in range(2):
        kept("a" * length)
    assert len(made) == times
