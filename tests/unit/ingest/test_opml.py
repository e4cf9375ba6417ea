import pytest

from builders import a_source
from topicwire.errors import ParseError
from topicwire.ingest import opml
from topicwire.ingest.opml import Fate, Outline, plan, read

HEAD = '<?xml version="1.0"?><opml version="2.0"><head><title>Mine</title></head><body>'
END = "</body></opml>"


def a_list(outlines: str, *, head: str = HEAD, end: str = END) -> bytes:
    return f"{head}{outlines}{end}".encode()


def test_folders_and_categories_become_tags() -> None:
    """L2: nested folders and `category` name the same thing, and each tag comes once."""
    body = a_list(
        '<outline text="Space"><outline text="Policy">'
        '<outline type="rss" text="The Press" xmlUrl="https://press.example/feed" '
        'htmlUrl="https://press.example/" category="/Space/Policy,law"/>'
        "</outline></outline>"
    )

    assert read(body).outlines == (
        Outline(
            url="https://press.example/feed",
            title="The Press",
            site="https://press.example/",
            tags=("Space/Policy", "law"),
        ),
    )


@pytest.mark.parametrize(
    ("head", "outline"),
    [
        pytest.param(HEAD.replace("2.0", "1.0"), '<outline text="a" xmlUrl="{}"/>', id="version 1"),
        pytest.param(
            HEAD.replace("2.0", "1.1"), '<outline text="a" xmlUrl="{}"/>', id="version 11"
        ),
        pytest.param(
            HEAD.replace(' version="2.0"', ""), '<outline text="a" xmlUrl="{}"/>', id="no version"
        ),
        pytest.param(HEAD, '<outline type="atom" text="a" xmlUrl="{}"/>', id="type atom"),
        pytest.param(HEAD, '<outline type="RSS" text="a" xmlUrl="{}"/>', id="type RSS"),
        pytest.param(HEAD, '<outline text="a" xmlURL="{}"/>', id="xmlURL"),
        pytest.param(HEAD, '<outline text="a" xmlurl="{}"/>', id="xmlurl"),
        pytest.param(HEAD, '<outline title="a" xmlUrl="{}"/>', id="title only"),
        pytest.param(HEAD, '<outline text="&nbsp;" title="a" xmlUrl="{}"/>', id="entity"),
        pytest.param("\ufeff" + HEAD, '<outline text="a" xmlUrl="{}"/>', id="byte order mark"),
    ],
)
def test_lists_of_other_programs_are_read(head: str, outline: str) -> None:
    """L4: versions, types and spellings that programs write are all understood."""
    body = a_list(outline.format("https://press.example/feed"), head=head)

    assert [each.url for each in read(body).outlines] == ["https://press.example/feed"]


@pytest.mark.parametrize("name", ["iso-8859-1", "windows-1252", "utf-16", "utf-8"])
def test_names_are_read_in_the_character_set_that_the_list_declares(name: str) -> None:
    """L4: also where that is not UTF-8."""
    head = HEAD.replace("?>", f' encoding="{name}"?>')
    text = f'{head}<outline text="Grüße" xmlUrl="https://press.example/feed"/>{END}'

    assert [each.title for each in read(text.encode(name)).outlines] == ["Grüße"]


def test_names_without_a_declaration_are_in_utf_8() -> None:
    """L4: as XML has it."""
    head = HEAD.partition("?>")[2]
    body = a_list('<outline text="Grüße" xmlUrl="https://press.example/feed"/>', head=head)

    assert [each.title for each in read(body).outlines] == ["Grüße"]


def test_a_list_cut_off_gives_what_stands_before() -> None:
    """L4: a list that breaks off still names the feeds that came whole."""
    body = a_list('<outline text="a" xmlUrl="https://press.example/f"/><outline te', end="")

    assert len(read(body).outlines) == 1


def test_included_lists_and_pages_are_named() -> None:
    """L5: lists within a list are told, not fetched; pages without a feed as well."""
    body = a_list(
        '<outline type="include" text="more" url="https://lists.example/more.opml"/>'
        '<outline type="link" text="more" url="https://lists.example/link.opml"/>'
        '<outline text="a page" htmlUrl="https://press.example/"/>'
    )

    listing = read(body)
    assert listing.includes == (
        "https://lists.example/more.opml",
        "https://lists.example/link.opml",
    )
    assert listing.pages == ("https://press.example/",)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<rss version='2.0'><channel/></rss>", id="a feed"),
        pytest.param(b"<html><body>hello</body></html>", id="a page"),
        pytest.param(a_list(""), id="no outline"),
    ],
)
def test_what_is_no_list_is_refused(body: bytes) -> None:
    """A document that names no feed is refused with what to give instead."""
    with pytest.raises(ParseError, match="names no feed; give a subscription list in OPML"):
        read(body)


def test_a_list_has_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """L8: neither a huge list nor one of too many feeds is read."""
    with pytest.raises(ParseError, match="larger than 5,000,000 bytes"):
        read(b" " * 5_000_001)

    monkeypatch.setattr(opml, "MOST", 2)
    many = "".join(f'<outline text="a" xmlUrl="https://press.example/{n}"/>' for n in range(3))
    with pytest.raises(ParseError, match="names 3 feeds, more than 2"):
        read(a_list(many))


def test_entities_do_not_grow() -> None:
    """L9, S8: an entity bomb in a list is inert."""
    bomb = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10 if n else "x" * 10}">' for n in range(12))
    body = f'<?xml version="1.0"?><!DOCTYPE opml [{bomb}]><opml version="2.0"><body>'.encode()
    body += b'<outline text="&e11;" xmlUrl="https://press.example/f"/></body></opml>'

    assert all(len(each.title) < 1_000 for each in read(body).outlines)


def test_importing_adds_what_is_new() -> None:
    """Known feeds stay as they are, one that comes twice is added once, ids never collide."""
    outlines = [
        Outline("https://press.example/feed", "The Press"),
        Outline("https://new.example/feed", "New", tags=("space",)),
        Outline("https://new.example/feed", "New again"),
        Outline("https://other.example/feed", "Other"),
    ]

    rows = plan(outlines, [a_source()], id_for=lambda _: "press", problem=lambda _: None)

    assert [row.fate for row in rows] == [Fate.KNOWN, Fate.ADD, Fate.KNOWN, Fate.ADD]
    assert rows[0].why == "it is the source press"
    assert rows[2].why == "it is the source press-2"
    assert [row.source.id for row in rows if row.source] == ["press-2", "press-3"]
    assert rows[1].source == a_source(
        id="press-2", url="https://new.example/feed", title="New", site=None, tags=("space",)
    )


def test_an_address_that_cannot_be_polled_is_refused() -> None:
    """L6: each refused feed says why; the others are added all the same."""
    outlines = [
        Outline("javascript:alert(1)", "x"),
        Outline("https://press.example/f", "The Press"),
    ]

    rows = plan(
        outlines,
        [],
        id_for=lambda _: "press",
        problem=lambda url: None if url.startswith("https:") else "only http is fetched",
    )

    assert [(row.fate, row.why) for row in rows] == [
        (Fate.REFUSE, "only http is fetched"),
        (Fate.ADD, ""),
    ]


def test_a_host_is_not_flooded(monkeypatch: pytest.MonkeyPatch) -> None:
    """L8: a list cannot aim more than so many feeds at one host."""
    monkeypatch.setattr(opml, "MOST_A_HOST", 2)
    outlines = [Outline(f"https://victim.example/{n}", "x") for n in range(3)]

    rows = plan(outlines, [], id_for=lambda _: "x", problem=lambda _: None)

    assert [row.fate for row in rows] == [Fate.ADD, Fate.ADD, Fate.REFUSE]
    assert "more than 2 feeds on victim.example" in rows[2].why
