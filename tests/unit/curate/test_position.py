"""Places in a query and in a concept are found in their TOML files."""

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from topicwire.curate.position import Place, of_query, of_term


@pytest.mark.parametrize(
    ("text", "place", "expected"),
    [
        pytest.param('query = "a b"', (1, 3), (1, 12), id="one line"),
        pytest.param("query = 'a b'", (1, 3), (1, 12), id="plain"),
        pytest.param("query = '''\na\n  b\n'''", (2, 3), (3, 3), id="long"),
        pytest.param("query = '''a\nb'''", (1, 1), (1, 12), id="long on the first line"),
        pytest.param('query = """\na\nb"""', (2, 1), (3, 1), id="long with escapes"),
        pytest.param('query = "\\"a\\" b"', (1, 5), (1, 16), id="escaped quotes"),
        pytest.param('query = """a \\\n   b"""', (1, 3), (2, 4), id="folded"),
        pytest.param('query = "\\u00e9 \\U0001F680 b"', (1, 5), (1, 28), id="code points"),
        pytest.param("a = 1\r\nquery = '''\r\na\r\nb'''\r\n", (2, 1), (4, 1), id="CRLF"),
        pytest.param('# "query = "\n query = "a"', (1, 1), (2, 11), id="behind a comment"),
        pytest.param("d = '''\nquery = \"x\"\n'''\nquery = \"a\"", (1, 1), (4, 10), id="in a string"),
        pytest.param('query = "a"', (1, 9), (1, 11), id="beyond the end"),
        pytest.param('title = "a"', (1, 1), None, id="no query"),
        pytest.param("", (1, 1), None, id="no text"),
    ],
)  # fmt: skip
def test_a_place_in_a_query(text: str, place: Place, expected: Place | None) -> None:
    """Line and column are those of the file."""
    assert expected == of_query(text, *place)


def test_a_term_is_found_where_it_stands_first() -> None:
    """Not in a comment, and whatever the marks around it."""
    text = '# "moon"\nterms = ["full moon", \'moon\',\n  "m\\u0061rs"]'
    assert [of_term(text, term) for term in ("moon", "mars", "venus")] == [(2, 23), (3, 3), None]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40), st.data())
def test_every_character_is_found(query: str, data: st.DataObject) -> None:
    """However the string is written, the place in the file holds the character."""
    escaped = query.encode("unicode_escape").decode().replace("\\x", "\\u00").replace('"', '\\"')
    text = f'title = "t"\nquery = """\n{escaped}"""\n'
    if tomllib.loads(text)["query"] != query or not query:
        return
    place = data.draw(st.integers(0, len(query) - 1))
    before = query[:place]
    at = (before.count("\n") + 1, place - before.rfind("\n"))
    found = of_query(text, *at)
    assert found is not None
    line = text.split("\n")[found[0] - 1][found[1] - 1 :]
    rest = tomllib.loads(f'rest = """{line}' + ("" if line.endswith('"""') else '"""'))["rest"]
    assert rest == query[place:]
