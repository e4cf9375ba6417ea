"""Tests of the headers that the server and hosts of static files share."""

import pytest

from topicwire.model.document import Format
from topicwire.publish.headers import MEDIA_TYPES, OPML, link, of_document


def test_a_feed_says_where_it_is_and_who_tells_of_it() -> None:
    """O55: exactly one rel=self, and the hub where there is one."""
    address = "https://wire.example/topics/seats.atom"
    assert link(address) == f'<{address}>; rel="self"'
    both = link(address, "https://hub.example/?a=b")
    assert both == f'<{address}>; rel="self", <https://hub.example/?a=b>; rel="hub"'


@pytest.mark.parametrize("sign", ['"', "'", "$", ">", "\n", " "])
def test_no_address_ends_a_header_or_a_string_of_a_host(sign: str) -> None:
    """What could end it, or is a variable to nginx, is escaped."""
    assert sign not in link(f"https://wire.example/{sign}").replace('>; rel="self"', "")


def test_only_feeds_may_be_read_by_pages_of_others() -> None:
    """O58: feeds are shared with every origin, pages have a policy, and all keep their type."""
    feed = dict(of_document(MEDIA_TYPES[Format.ATOM], link="<x>"))
    page = dict(of_document(MEDIA_TYPES[Format.HTML]))
    opml = dict(of_document(OPML))
    assert ("Access-Control-Allow-Origin" in feed, "Content-Security-Policy" in feed) == (
        True,
        False,
    )
    assert ("Access-Control-Allow-Origin" in page, "Content-Security-Policy" in page) == (
        False,
        True,
    )
    assert all(each["X-Content-Type-Options"] == "nosniff" for each in (feed, page, opml))
    assert opml["Content-Type"] == "text/x-opml; charset=utf-8"
