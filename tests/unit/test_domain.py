"""Names of hosts are written in ASCII as browsers write them."""

import pytest

from topicwire.domain import in_ascii


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("press.example", "press.example", id="ASCII"),
        pytest.param("Press.example", "Press.example", id="ASCII as it is"),
        pytest.param("faß.example", "xn--fa-hia.example", id="sharp s"),
        pytest.param("βόλος.example", "xn--nxasmm1c.example", id="final sigma"),
        pytest.param("نامه\u200cای.example", "xn--mgba3gch31f060k.example", id="joiner"),
        pytest.param("Bücher.example", "xn--bcher-kva.example", id="capital"),
        pytest.param("日本語。example", "xn--wgv71a119e.example", id="full stop of Japanese"),
        pytest.param("☃.example", "xn--n3h.example", id="a sign no registry sells"),
        pytest.param("ä_b.example", "xn--_b-uia.example", id="underscore"),
        pytest.param("①②⑦.0.0.1", "127.0.0.1", id="circled digits (S4)"),
    ],
)
def test_a_name_is_written_as_browsers_write_it(name: str, expected: str) -> None:
    """P17, O7: UTS 46, without what IDNA of 2003 made other names of."""
    assert expected == in_ascii(name)


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("a\u2028ü.example", id="a line break"),
        pytest.param(f"{'a' * 64}.example", id="a label too long"),
        pytest.param(f"{'ü' * 80}.example", id="a label too long in ASCII"),
        pytest.param("a..example", id="an empty label"),
        pytest.param(".example", id="an empty label at first"),
        pytest.param("", id="nothing"),
    ],
)
def test_what_no_host_is_called_is_refused(name: str) -> None:
    """A name that no name server could be asked for is none."""
    with pytest.raises(UnicodeError):
        in_ascii(name)
