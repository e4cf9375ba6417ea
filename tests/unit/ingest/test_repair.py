"""What is done to XML before feedparser reads it."""

import pytest

from topicwire.ingest import repair


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<rss>a</rss>", "<rss>a</rss>", id="nothing"),
        pytest.param("<?xml version='1.1' encoding='x'?>\n<rss/>", "<rss/>", id="declaration"),
        pytest.param("Warning: x\n<br/><rss/>", "<rss/>", id="what stands before it"),
        pytest.param("<rss>\x00a\x0b\ud800</rss>", "<rss>a</rss>", id="illegal characters (P7)"),
        pytest.param(
            "<rss xmlns:m='https://search.yahoo.com/mrss'/>",
            "<rss xmlns:m='http://search.yahoo.com/mrss/'/>",
            id="namespace (P15)",
        ),
        pytest.param(
            "<rss xmlns:m='https://own.example/ns'/>",
            "<rss xmlns:m='https://own.example/ns'/>",
            id="another namespace",
        ),
        pytest.param(
            "<rss><author>a@b.example (Ada)</author></rss>",
            "<rss><author>Ada</author></rss>",
            id="address and name (P39)",
        ),
        pytest.param(
            "<rss><author>Ada &lt;a@b.example&gt;</author></rss>",
            "<rss><author>Ada </author></rss>",
            id="name and address (P39)",
        ),
        pytest.param(
            "<rss><author><![CDATA[Ada <a@b.example>]]></author></rss>",
            "<rss><author><![CDATA[Ada ]]></author></rss>",
            id="in CDATA (P39)",
        ),
        pytest.param(
            f"<rss><author>{'a' * 999}</author></rss>",
            f"<rss><author>{'a' * 400}</author></rss>",
            id="too long (P5)",
        ),
        pytest.param(
            "<rss><title>a@b.example</title></rss>",
            "<rss><title>a@b.example</title></rss>",
            id="addresses elsewhere stay",
        ),
    ],
)
def test_documents_are_made_fit(text: str, expected: str) -> None:
    """P5, P7, P10, P15: what feedparser stumbles over is gone before it comes."""
    assert expected == repair.repaired(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("<rss><item>a</item></rss>", False, id="whole"),
        pytest.param("<rss><item>a</item>", False, id="between items"),
        pytest.param("<rss><item>a</item><item>b", True, id="within the second"),
        pytest.param("<feed><entry>a", True, id="within the first"),
        pytest.param("<rss><channel>", False, id="before any"),
    ],
)
def test_documents_that_end_within_an_item_are_known(text: str, *, expected: bool) -> None:
    """P19: only then may the last item be half of one."""
    assert expected == repair.is_cut_off(text)


def test_markup_that_no_column_has_is_left_out() -> None:
    """P5, S8, S11: an item of nothing but elements goes; those beside it stay."""
    good = "<item><title>good</title></item>"
    hostile = f"<item>{'<a>' * 30_000}</item>"

    read = repair.repaired(f"<rss><channel>{good}{hostile}{good}</channel></rss>")

    assert read == f"<rss><channel>{good}{good}</channel></rss>"


def test_a_long_page_in_an_item_stays() -> None:
    """A column of many paragraphs is no attack."""
    item = f"<item><description>{'<p>long</p>' * 5_000}</description></item>"

    assert item in repair.repaired(f"<rss><channel>{item * 3}</channel></rss>")


@pytest.mark.parametrize(
    ("tag", "expected"),
    [
        pytest.param(
            "<a " + " ".join(f'n{n}="1"' for n in range(5_000)) + "/>", "<a/>", id="empty element"
        ),
        pytest.param(
            "<a:b " + " ".join(f"n{n} = '1'" for n in range(5_000)) + ">", "<a:b>", id="start tag"
        ),
        pytest.param(
            f'<img src="data:image/png;base64,{"A" * 9_000}=="/>',
            f'<img src="data:image/png;base64,{"A" * 9_000}=="/>',
            id="one long attribute stays",
        ),
    ],
)
def test_an_element_has_no_thousand_attributes(tag: str, expected: str) -> None:
    """P5, S8: the XML parser compares each attribute with all others; an image in one stays."""
    assert repair.repaired(f"<rss>{tag}</rss>") == f"<rss>{expected}</rss>"
