"""What holds for any edition: it renders, reads back the same, and is the same every time."""

import os
import re
import time
from collections.abc import Iterator
from html import escape, unescape
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from builders import NOON, a_placement
from topicwire.ingest import clean
from topicwire.model.document import Format
from topicwire.model.judging import Edition, Reason, Zone
from topicwire.publish.compose import compose
from topicwire.publish.item import Grounds
from topicwire.publish.own import OwnReader, digest_of
from unit.publish.editions import RENDERERS, SITE, a_page, placed
from unit.publish.json_rules import json_findings
from unit.publish.rereading import published, reread
from unit.publish.rules import UNKNOWN_TOMBSTONES, atom_findings, rss_findings
from unit.publish.strategies import EDITIONS

FINDINGS = {Format.ATOM: atom_findings, Format.RSS: rss_findings, Format.JSON: json_findings}
OWN = st.none() | st.just(OwnReader(digest_of("ada's token")))


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS, Format.JSON])
@settings(max_examples=50)
@given(edition=EDITIONS)
def test_entries_read_back(form: Format, edition: Edition) -> None:
    """O3, O9, G7: whatever sources say, a reader reads what we published, field by field."""
    page = compose(edition, SITE)
    assert published(page, form) == reread(RENDERERS[form](page), form)


@pytest.mark.parametrize("form", list(FINDINGS))
@settings(max_examples=50)
@given(edition=EDITIONS, own=OWN)
def test_no_findings(form: Format, edition: Edition, own: OwnReader | None) -> None:
    """O1, O7, O8, O10, O45, G9: whatever sources say, the validator's rules are kept, also in a reader's own feed."""
    found = FINDINGS[form](RENDERERS[form](compose(edition, SITE, own=own)))
    assert [each for each in found if each != UNKNOWN_TOMBSTONES] == []


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS])
@settings(max_examples=50)
@given(edition=EDITIONS)
def test_reasons_read_back(form: Format, edition: Edition) -> None:
    """Whatever sources say, programs read why each entry is there as it was judged."""
    page = compose(edition, SITE)
    root = etree.fromstring(RENDERERS[form](page))
    items = root.iter("item", "{http://www.w3.org/2005/Atom}entry")
    assert [item.grounds for item in page.items] == [grounds(item) for item in items]


def grounds(item: Any) -> Grounds | None:
    """Return the grounds that an item's instructions give."""
    said = [(each.target, read(each.text)) for each in item.iterchildren(etree.PI)]
    if not said:
        return None
    (target, verdict), *reasons = said
    assert target == "topicwire-verdict"
    if verdict == {"by": "editor"}:
        return Grounds(score=None)
    assert {target for target, _ in reasons} <= {"topicwire-reason"}
    found = (
        Reason(each["clause"], each["matched"], Zone(each["zone"]), int(each["count"]))
        for _, each in reasons
    )
    return Grounds(float(verdict["score"]), tuple(found))


def read(instruction: str) -> dict[str, str]:
    """Return an instruction's text as the attributes that it reads like."""
    return {name: unescape(value) for name, value in re.findall(r'(\w+)="([^"]*)"', instruction)}


@settings(max_examples=50)
@given(edition=EDITIONS)
def test_page_is_well_formed(edition: Edition) -> None:
    """S19: whatever sources say, a topic's page has no element that we did not write."""
    page = RENDERERS[Format.HTML](compose(edition, SITE)).decode()
    tree = etree.fromstring(page, etree.HTMLParser())
    assert not tree.xpath("//script | //img | //@style | //@onclick")
    assert len(tree.xpath("//article")) == len(compose(edition, SITE).items)


@pytest.mark.parametrize("form", [Format.ATOM, Format.RSS, Format.JSON])
def test_endless_texts(form: Format) -> None:
    """O6: a title and texts of a megabyte are cut, and the document is what it has to be."""
    endless = "A & B < C “é” " * 70_000
    body = clean.html(f"<p>{escape(endless)}</p>" + "<div><b>" * 5_000, base=None)
    page = a_page(*(placed(each, title=endless, content_html=body) for each in range(1, 9)))
    document = RENDERERS[form](page)
    assert len(document) < 5_000_000
    assert all(len(item.title) <= 1_000 for item in page.items)
    assert published(page, form) == reread(document, form)


@pytest.fixture
def _elsewhere(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Put the process into another time zone for a while."""
    monkeypatch.setitem(os.environ, "TZ", "Pacific/Chatham")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize("form", list(Format))
@settings(max_examples=25)
@given(edition=EDITIONS)
def test_same_bytes(form: Format, edition: Edition) -> None:
    """O2: the same edition gives the same bytes."""
    one, other = (RENDERERS[form](compose(edition, SITE)) for _ in range(2))
    assert one == other


HERE = {form: RENDERERS[form](a_page(a_placement())) for form in Format}


@pytest.mark.usefixtures("_elsewhere")
@pytest.mark.parametrize("form", list(Format))
def test_same_bytes_elsewhere(form: Format) -> None:
    """O2: the time zone of the process does not show."""
    assert NOON.astimezone().utcoffset() != NOON.utcoffset()
    assert HERE[form] == RENDERERS[form](a_page(a_placement()))
