from itertools import pairwise

from lxml import etree

from builders import NOON, a_polled, a_source
from topicwire.ingest.opml import plan, read
from topicwire.model.wire import Polled
from topicwire.publish.subscriptions import render

SOURCES = (
    a_polled(source=a_source(tags=("space/policy", "law, treaties", "wire"))),
    a_polled(source=a_source(id="bare", url="https://bare.example/f?a=1&b=2", title="", site=None)),
    a_polled(source=a_source(id="odd", url="https://odd.example/f", title='A <b> & "c"')),
)


def rendered(sources: tuple[Polled, ...] = SOURCES) -> bytes:
    return render(sources, title="Sources", made=NOON)


def test_the_list_is_valid_opml() -> None:
    """L1: version, head and every outline are as the specification and its validator want them."""
    root = etree.fromstring(rendered())

    assert root.get("version") == "2.0"
    assert [each.tag for each in root.iterfind("head/*")] == ["title", "dateCreated", "docs"]
    assert root.findtext("head/dateCreated") == "Mon, 02 Nov 2026 12:00:00 +0000"
    feeds = root.xpath("//outline[@xmlUrl]")
    assert isinstance(feeds, list)
    assert len(feeds) == 3
    for outline in feeds:
        assert isinstance(outline, etree._Element)
        assert outline.get("type") == "rss"
        assert outline.get("text")
        assert outline.get("text") == outline.get("title")


def test_the_first_tag_is_the_folder() -> None:
    """L2: a reader that knows folders alone sees a source under its first tag."""
    root = etree.fromstring(rendered())

    path = "body/outline[@text='space']/outline[@text='policy']/outline"
    assert [each.get("xmlUrl") for each in root.iterfind(path)] == ["https://press.example/feed"]


def test_export_import_export_is_a_fixed_point() -> None:
    """L2: importing our own list into an empty catalogue and exporting it gives the same bytes."""
    exports = [rendered()]
    for _ in range(2):
        rows = plan(
            read(exports[-1]).outlines,
            [],
            id_for=lambda each: each.id or "",
            problem=lambda _: None,
        )
        exports.append(rendered(tuple(a_polled(source=row.source) for row in rows if row.source)))

    assert all(before == after for before, after in pairwise(sorted_lists(exports)))


def sorted_lists(exports: list[bytes]) -> list[list[bytes]]:
    return [export.splitlines() for export in exports]


def test_a_list_of_nothing_is_still_a_list() -> None:
    """L1: a body must have an outline, also when there is no source."""
    assert b"There is no source yet." in rendered(())
