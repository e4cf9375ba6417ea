"""A document is cut at its items, or read whole."""

import pytest

from topicwire.ingest.cut import MOST_ITEMS, CutXml, cut
from topicwire.ingest.repair import MOST_ELEMENTS

HEAD = '<?xml version="1.0"?>\n<rss version="2.0"><channel><title>P</title>'
END = "</channel></rss>\n"


def rss(*items: str, head: str = HEAD, end: str = END) -> str:
    """Return an RSS document with these items."""
    return head + "\n".join(f"<item>{item}</item>" for item in items) + end


def json_feed(*ids: str) -> str:
    """Return a JSON Feed with items of these ids."""
    items = ", ".join(f'{{"id": "{each}"}}' for each in ids)
    return f'{{"version": "https://jsonfeed.org/version/1.1", "title": "P", "items": [{items}]}}'


def a_cut(text: str) -> CutXml:
    """Return the parts of a document that can be cut."""
    found = cut(text)
    assert isinstance(found, CutXml)
    assert found.is_sound()
    return found


def test_a_document_is_its_parts() -> None:
    """Nothing but blanks between items is lost; without some items it is a document as well."""
    found = a_cut(rss("a", "b", "c"))

    assert found.items == ("<item>a</item>", "<item>b</item>", "<item>c</item>")
    assert found.text == rss("a", "b", "c").replace(">\n<item", "><item")
    fewer = found.without({found.digests[1]})
    assert fewer == a_cut(rss("a", "c"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(
            "<feed xmlns='http://www.w3.org/2005/Atom'><title>P</title>"
            "<entry xml:lang='de'><id>1</id></entry>\r\n<entry>\n<id>2</id></entry></feed>",
            id="Atom",
        ),
        pytest.param(
            "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#' "
            "xmlns='http://purl.org/rss/1.0/'><channel><title>P</title></channel>"
            "<item rdf:about='1'/><item rdf:about='2'></item></rdf:RDF>".replace(
                "'1'/>", "'1'></item>"
            ),
            id="RSS 1.0",
        ),
        pytest.param(rss("<![CDATA[<p>&nbsp;</p>]]>", "&lt;p&gt;"), id="HTML"),
        pytest.param(rss("a", "b", end=f"{END}<!-- in 0.3 s -->"), id="a comment at the end"),
    ],
)
def test_plain_documents_are_cut(text: str) -> None:
    """Items may be of any of the formats that are XML, and hold anything that is one element."""
    assert len(a_cut(text).items) == 2


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param('{"items": [{"id": "1"}]}', id="JSON of another kind"),
        pytest.param(json_feed(), id="JSON without items"),
        pytest.param(json_feed("1", "1"), id="two equal items of JSON"),
        pytest.param(json_feed("1").replace("[", '"').replace("]", '"'), id="items that are text"),
        pytest.param(json_feed("1")[:-1], id="JSON that is cut off"),
        pytest.param(json_feed(*map(str, range(MOST_ITEMS + 1))), id="too much JSON"),
        pytest.param('{"items": ' + "[" * 100_000, id="JSON without an end"),
        pytest.param(rss(), id="no item"),
        pytest.param(rss("a", "a"), id="two equal items"),
        pytest.param(rss("a", end="<title>P</title>" + END), id="a head behind the items"),
        pytest.param(rss("a", "b<item>c</item>"), id="items in items"),
        pytest.param(rss("a", "b</item><title>P</title><item>c"), id="something between items"),
        pytest.param(rss("a", head="<!DOCTYPE rss [<!ENTITY a 'b'>]>" + HEAD[21:]), id="a DTD"),
        pytest.param(rss("a", head=HEAD + "<x>" + " " * 20_000 + "</x>"), id="a long head"),
        pytest.param(rss("a", head="<other>", end="</other>"), id="no feed"),
        pytest.param(
            rss(
                "a",
                head=HEAD.replace(
                    "<rss", "<rss xmlns:fh='http://purl.org/syndication/history/1.0'"
                ),
            ),
            id="it may be complete (RFC 5005)",
        ),
        pytest.param(
            rss(
                "a",
                head=HEAD.replace("<rss", "<rss xmlns:at='http://purl.org/atompub/tombstones/1.0'"),
            ),
            id="it may take something back (RFC 6721)",
        ),
        pytest.param(rss(*map(str, range(MOST_ITEMS + 1))), id="too many items"),
        pytest.param(rss("a", "<b/>" * 20_000), id="too much markup"),
        pytest.param(
            rss("a", "<b/>" * (MOST_ELEMENTS - 3)), id="too much markup with what ends it"
        ),
    ],
)
def test_documents_of_other_kinds_are_read_whole(text: str) -> None:
    """What the reading of an item might depend on beside the head is not taken apart."""
    assert cut(text) is None


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(rss("<![CDATA[</item><item>]]>", "b"), id="tags in CDATA"),
        pytest.param(rss("<!--</item>\n<item>-->", "b"), id="tags in a comment"),
        pytest.param(rss("a", "b</title>"), id="another element ends"),
        pytest.param(rss("a", "b & c"), id="a bare ampersand"),
        pytest.param(rss("a", "b", end="</channel>"), id="cut off"),
        pytest.param(rss("a", head=f"{HEAD}<!-- <item>b</item> -->"), id="items in a comment"),
        pytest.param(
            rss("a", "<x><![CDATA[<skipHours><hour>1</hour></skipHours>]]></x>"), id="hours"
        ),
        pytest.param(
            rss("a", "<x xmlns='https://www.w3.org/2005/Atom'/>"), id="a namespace that is repaired"
        ),
    ],
)
def test_what_only_looks_like_items_is_read_whole(text: str) -> None:
    """An XML parser has the last word on where items begin and end."""
    found = cut(text)

    assert found is None or not found.is_sound()


def test_the_frame_is_all_but_items_and_dates() -> None:
    """When a document was made says nothing of its items; everything else may."""
    dated = HEAD + "<lastBuildDate>{}</lastBuildDate><dc:date>{}</dc:date>"
    first = a_cut(rss("a", head=dated.format(1, 2))).frame("https://press.example/")

    assert first == a_cut(rss("b", "c", head=dated.format(3, 4), end=f" {END}")).frame(
        "https://press.example/"
    )
    assert first != a_cut(rss("a", head=dated.format(1, 2))).frame("https://other.example/")
    assert first != a_cut(rss("a", head=dated.format(1, 2) + "<language>de</language>")).frame(
        "https://press.example/"
    )
