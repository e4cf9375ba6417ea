"""Bytes become text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from topicwire.ingest import charset


@pytest.mark.parametrize(
    ("body", "content_type", "expected"),
    [
        pytest.param("é".encode(), None, "é", id="UTF-8"),
        pytest.param("é".encode(), "text/xml; charset=koi8-r", "é", id="UTF-8 whatever is said"),
        pytest.param(b"\xe9", None, "é", id="windows-1252 at last"),
        pytest.param(
            b"\x93x\x94", "text/xml; charset=iso-8859-1", "“x”", id="Latin 1 is windows-1252"
        ),
        pytest.param("я".encode("koi8-r"), "text/xml; charset=KOI8-R", "я", id="by HTTP"),
        pytest.param("я".encode("koi8-r"), 'text/xml; Charset="koi8-r"', "я", id="in quotes"),
        pytest.param("<a>".encode("utf-16-le"), None, "<a>", id="UTF-16 without a mark"),
        pytest.param("<a>".encode("utf-16-be"), None, "<a>", id="UTF-16 BE without a mark"),
        pytest.param("\ufeff<a>".encode("utf-32-le"), None, "<a>", id="UTF-32"),
        pytest.param(
            "日本".encode("iso2022_jp"), "text/xml; charset=iso-2022-jp", "日本", id="seven bits"
        ),
        pytest.param("ไทย".encode("cp874"), "a/b; charset=windows-874", "ไทย", id="windows-874"),
        pytest.param("日本".encode("cp932"), "a/b; charset=windows-31j", "日本", id="windows-31j"),
        pytest.param("日本".encode("cp932"), "a/b; charset=x-sjis", "日本", id="x-sjis"),
        pytest.param("日本".encode("euc_jp"), "a/b; charset=x-euc-jp", "日本", id="x-euc-jp"),
        pytest.param("中国".encode("gbk"), "a/b; charset=gb_2312-80", "中国", id="gb_2312-80"),
        pytest.param("한국".encode("cp949"), "a/b; charset=windows-949", "한국", id="windows-949"),
        pytest.param("中國".encode("big5"), "a/b; charset=x-x-big5", "中國", id="x-x-big5"),
        pytest.param("яд".encode("cp1251"), "a/b; charset=x-cp1251", "яд", id="x-cp1251"),
        pytest.param("яд".encode("koi8-r"), "a/b; charset=koi", "яд", id="koi"),
        pytest.param(
            "яд".encode("mac-cyrillic"), "a/b; charset=x-mac-cyrillic", "яд", id="x-mac-cyrillic"
        ),
        pytest.param(
            "של".encode("iso8859-8"), "a/b; charset=iso-8859-8-i", "של", id="iso-8859-8-i"
        ),
        pytest.param(
            "한국".encode("iso2022_kr"), "a/b; charset=iso-2022-kr", "한국", id="iso-2022-kr"
        ),
        pytest.param(b"\xe9", "text/xml; charset=rot13", "é", id="a codec that is no charset"),
        pytest.param(b"\xe9", "text/xml; charset=" + "x" * 999, "é", id="a name nobody knows"),
        pytest.param(
            "日本語".encode() + b"\xe6", None, "日本語\ufffd", id="cut within a character"
        ),
        pytest.param(
            "日本語".encode("euc_jp") + b"\xff",
            "a/b; charset=euc-jp",
            "日本語\ufffd",
            id="one bad byte",
        ),
    ],
)
def test_the_character_set_is_found(body: bytes, content_type: str | None, expected: str) -> None:
    """P12: mark, then UTF-8 if valid, then HTTP, then the declaration, then windows-1252."""
    assert expected == charset.decoded(body, content_type=content_type)


@settings(deadline=None)
@given(st.binary(), st.text())
def test_all_bytes_are_text(body: bytes, content_type: str) -> None:
    """Whatever the bytes and their label, there is an answer."""
    charset.decoded(body, content_type=content_type)


@settings(deadline=None)
@given(st.text(), st.characters(codec=None, categories=["Cs"]))
def test_text_that_is_legal_can_be_written_as_xml(text: str, surrogate: str) -> None:
    """P7: nothing is left that XML 1.0 forbids, nor anything unseen in what is printable."""
    legal = charset.legal(f"\0{text}{surrogate}\ufffe\x0b")
    printable = charset.printable(f"\x7f{text}\x85{surrogate}\ufffd")

    assert charset.legal(text) == legal
    assert legal.encode().decode() == legal
    assert not {"\x7f", "\x85", "\ufffd", surrogate}.intersection(printable)
