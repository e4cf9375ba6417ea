"""Hostile markup becomes harmless, and its text readable."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicwire.ingest import clean
from unit.ingest.attacks import ATTACKS
from unit.ingest.goldens import Golden, cases

BASE = "https://press.example/columns/1"
TAGS = [
    "p",
    "b",
    "a",
    "div",
    "form",
    "section",
    "table",
    "td",
    "li",
    "pre",
    "svg",
    "math",
    "style",
    "script",
    "select",
    "template",
    "noscript",
    "img",
]
# Of no meaning outside a table or a page, or without an inside.
NO_BLOCKS = {"body", "caption", "hr", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
MARKUP = st.one_of(
    st.sampled_from(ATTACKS),
    st.sampled_from([f"<{name}>" for name in TAGS] + [f"</{name}>" for name in TAGS]),
    st.sampled_from(
        [
            "<a href='",
            "'>",
            "\n",
            "\n\n",
            "&lt;",
            "&amp;lt;",
            "<br>",
            "<!--",
            "-->",
            '"',
            " ",
            "x",
            "&nbsp;",
        ]
    ),
    st.text(max_size=5),
)


class Reader(HTMLParser):
    """Lists what a page would be made of."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str]] = []
        self.comments: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(name, value or "") for name, value in attrs]

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)


def assert_harmless(page: str) -> None:
    found = Reader(page)
    allowed = set().union(*clean.ATTRIBUTES.values())
    added = {"rel", "loading", "referrerpolicy", "controls", "preload"}
    assert not set(found.tags) - clean.TAGS
    assert not {name for name, _ in found.attributes} - allowed - added
    assert not found.comments
    for name, value in found.attributes:
        if name in clean.ADDRESSES:
            assert value.startswith(("https://", "http://", "mailto:")), value


@pytest.mark.parametrize("golden", cases("clean"))
def test_golden(golden: Golden) -> None:
    """S13-S17: markup comes out, and reads, as its case expects."""
    markup = golden.body.decode()

    golden.check({"html": clean.html(markup, base=BASE), "text": clean.text(markup)})


@pytest.mark.parametrize("attack", ATTACKS, ids=range(len(ATTACKS)))
def test_attacks_come_out_harmless(attack: str) -> None:
    """S13, S15, C14, C19: nothing that runs, calls home or leaves its place survives."""
    cleaned = clean.html(f"<p>before</p>{attack}<p>after</p>", base=BASE)

    assert_harmless(cleaned)
    assert "before" in cleaned


@pytest.mark.parametrize("name", sorted(clean.BLOCKS - NO_BLOCKS))
def test_what_stands_in_two_blocks_does_not_run_together(name: str) -> None:
    """P36: whatever a block is called, what is published reads as its markup does."""
    markup = f"<{name} class=x>one</{name}><b><{name}>two</{name}>three</b>"

    assert clean.text(clean.html(markup, base=None)) == clean.text(markup) == "one\n\ntwo\n\nthree"


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        pytest.param("a treaty<sup>1</sup> holds", "a treaty holds", id="raised"),
        pytest.param(
            'a treaty<sup class="ref"><a href="#c1">[1]</a></sup><sup><a href="#c2">[2]</a></sup>.',
            "a treaty.",
            id="raised links",
        ),
        pytest.param('a treaty<a href="/p#footnote-1">1</a>.', "a treaty.", id="link alone"),
        pytest.param("<b>treaty</b><a href='#f'><sup>1</sup></a>", "treaty", id="behind markup"),
        pytest.param("It holds.<sup>2,3</sup> So", "It holds. So", id="after a sentence"),
        pytest.param("It holds.”<sup>*</sup> So", "It holds.” So", id="after a quotation"),
        pytest.param("5 km<sup>2</sup>, 10<sup>6</sup>", "5 km2, 106", id="squares and powers"),
        pytest.param("the 20<sup>th</sup> crew", "the 20th crew", id="ordinals"),
        pytest.param("a <a href='/747#a'>747</a>", "a 747", id="number that is a word"),
        pytest.param("the treaty<a href='/b'>2</a>", "the treaty2", id="link to another page"),
        pytest.param("<sup>1</sup> A note", "1 A note", id="note itself"),
    ],
)
def test_marks_of_notes_are_not_read(markup: str, expected: str) -> None:
    """P36: a mark makes no other word of the one before it, so that topics find that."""
    assert expected == clean.text(markup) == clean.text(clean.html(markup, base=BASE))


def test_how_a_word_sounds_is_shown_and_not_read() -> None:
    """P36: ruby stands above the word, and parts its letters nowhere but in the markup."""
    markup = "<ruby>月<rp>(</rp><rt>げつ</rt><rp>)</rp>面<rt>めん</rt></ruby>探査"

    assert clean.html(markup, base=None) == markup
    assert clean.text(markup) == "月面探査"


@settings(max_examples=300, deadline=None)
@given(st.lists(MARKUP, max_size=15).map("".join))
def test_cleaning_is_harmless_and_final(markup: str) -> None:
    """S18: whatever goes in, what comes out is harmless and stays as it is."""
    cleaned = clean.html(markup, base=BASE)

    assert_harmless(cleaned)
    assert cleaned == clean.html(cleaned, base=None)


@settings(max_examples=200, deadline=None)
@given(st.lists(MARKUP, max_size=15).map("".join))
def test_the_text_is_that_of_the_cleaned_markup(markup: str) -> None:
    """The text has no empty ends and no more than one blank line anywhere."""
    text = clean.text(clean.html(markup, base=BASE))

    assert text == text.strip()
    assert "\n\n\n" not in text


@settings(max_examples=100, deadline=None)
@given(st.text(st.one_of(st.characters(exclude_categories=["Cc", "Cs"]), st.just("\n"))))
def test_plain_text_survives_as_html(text: str) -> None:
    """P43: text made HTML reads as the words it was."""
    page = clean.paragraphs(text)

    assert (
        clean.text(text.replace("&", "&amp;").replace("<", "&lt;")).split()
        == clean.text(page).split()
    )
    assert page.replace("\xa0", "&nbsp;") == clean.html(page, base=None)


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param("<div>" * 100_000, id="div"),
        pytest.param("<b>" * 100_000, id="b"),
        pytest.param(
            "".join(f"<p><font id={n}>" for n in range(50_000)), id="font again in every p"
        ),
        pytest.param("<!--><div>" * 50_000, id="behind comments"),
        pytest.param("<div><!--</div>-->" * 60_000, id="closed only in comments"),
        pytest.param('<div title="</div>">' * 50_000, id="closed only in values"),
        pytest.param("<div><script></div></script>" * 30_000, id="closed only in scripts"),
        pytest.param("<div><! </div>" * 50_000, id="closed only in declarations"),
        pytest.param("<div><table></div></table>" * 30_000, id="closed where it cannot be"),
        pytest.param("<li><dd>" * 50_000, id="items in items"),
        pytest.param("<ul><li>" * 50_000, id="lists"),
        pytest.param("<b> </b>" * 50_000, id="spaces"),
        pytest.param("<noscript" * 100_000, id="half of noscript"),
        pytest.param('<a href="' * 50_000, id="half a tag"),
        pytest.param("<" * 500_000, id="brackets"),
        pytest.param(" \n" * 500_000, id="lines"),
        pytest.param("x" * 5_000_000, id="long"),
    ],
)
def test_deep_and_large_markup_takes_no_long_time(markup: str) -> None:
    """S11, C9: nesting and size are bounded before the sanitiser sees them."""
    start = time.process_time()

    clean.html(markup, base=BASE)
    clean.text(markup)
    clean.plain(markup, is_html=True)

    assert time.process_time() - start < 3


@pytest.mark.parametrize(
    "within",
    [
        pytest.param("<svg>" + "<path d='M0 0'/>" * 300 + "</svg>", id="lines of a drawing"),
        pytest.param("<i title='<div>'>x</i>" * 300, id="tags in values"),
        pytest.param('<i data-x="a > b</i>" lang = en>x</i>' * 300, id="ends in values"),
        pytest.param("<!-- <div> -->" * 300, id="comments"),
        pytest.param("<map><area><area/></map>" * 200, id="empty elements"),
    ],
)
def test_what_does_not_nest_is_not_taken_for_deep(within: str) -> None:
    """Markup that only looks deep is kept as it is."""
    assert clean.html(f"<p><b>Crews</b> trade seats.</p>{within}", base=BASE).startswith(
        "<p><b>Crews</b> trade seats.</p>"
    )


@pytest.mark.parametrize(
    ("markup", "is_html", "expected"),
    [
        pytest.param("A & B < C", False, "A & B < C", id="text"),
        pytest.param("A &amp; B &lt; C", True, "A & B < C", id="entities in HTML"),
        pytest.param("A &amp; B", False, "A &amp; B", id="entities in text stay"),
        pytest.param("<b>T</b><script>alert(1)</script>", False, "T", id="tags in text"),
        pytest.param("Crews <em>trade</em>\n seats ", True, "Crews trade seats", id="tags in HTML"),
        pytest.param("if x <y then z> 1", False, "if x <y then z> 1", id="no tags"),
        pytest.param("List<String> in Java", False, "List<String> in Java", id="no HTML tag"),
        pytest.param("AT&T", True, "AT&T", id="ampersand"),
        pytest.param("a\x00b\x0bc\x85d\ufffd", False, "abcd", id="control characters (P7)"),
        pytest.param("co\xadop\u200beration", False, "cooperation", id="invisible characters"),
        pytest.param("", True, "", id="nothing"),
    ],
)
def test_titles_become_one_line_of_text(markup: str, is_html: bool, expected: str) -> None:  # noqa: FBT001 (a table)
    """P34, O9: tags go, entities are decoded once and only in HTML."""
    assert expected == clean.plain(markup, is_html=is_html)


def test_addresses_that_cannot_be_resolved_are_dropped() -> None:
    """S16: without a base a relative link is no link."""
    cleaned = clean.html('<p><a href="/a">a</a><img src="b.png"></p>', base=None)

    assert cleaned == '<p><a rel="noopener noreferrer">a</a></p>'


def test_text_becomes_paragraphs_and_breaks() -> None:
    """P36: text that is not HTML is escaped and keeps its shape."""
    assert clean.paragraphs("a <b>\nc\n\n \n d\n") == "<p>a &lt;b&gt;<br>c</p><p>d</p>"
