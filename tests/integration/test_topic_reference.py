"""The reference of the topic language is true: every example in docs/topics.md is run."""

import re
import tomllib
from pathlib import Path

import pytest

from builders import a_source, a_stored, an_entry
from topicwire.curate.language import parse
from topicwire.curate.match import Matcher, hits
from topicwire.curate.text import read
from topicwire.model import Concept, Member

REFERENCE = (Path(__file__).parents[2] / "docs" / "topics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```query\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)
CASES = [
    (query, line[2:], line[0] == "+")
    for query, *lines in (block.strip().split("\n") for block in BLOCKS)
    for line in lines
]


def concepts() -> dict[str, Concept]:
    """Return the concepts that the reference defines."""
    found = re.findall(r"^```toml\n(.*?)^```$", REFERENCE, re.MULTILINE | re.DOTALL)
    tables = [tomllib.loads(block) for block in found]
    return {
        table["id"]: Concept(
            id=table["id"],
            description=table["description"],
            members=tuple(Member(one["name"], tuple(one["terms"])) for one in table["member"]),
        )
        for table in tables
    }


@pytest.mark.parametrize(
    ("query", "example", "expected"), CASES, ids=[f"{query} {text}" for query, text, _ in CASES]
)
def test_every_example_is_true(query: str, example: str, *, expected: bool) -> None:
    """A text marked + matches the query above it, one marked - does not."""
    title, _, text = example.rpartition(" | ")
    entry = an_entry(title=title, text=text)
    matcher = Matcher(parse(query, concepts()).root)
    found = hits(matcher.node, matcher.view(read(a_stored(entry=entry), a_source())))

    assert expected == (found is not None)


@pytest.mark.parametrize(
    "operator",
    [
        '"', "*", "=", "/", "AND", "OR", "NOT", "(", "NEAR", "SENTENCE", "PARAGRAPH", " OF ", "@",
        "title:", "source:", "lang:", "url:", "published:", "^",
    ],
)  # fmt: skip
def test_every_operator_has_an_example(operator: str) -> None:
    """No part of the language is left without an example."""
    assert any(operator in query for query, _, _ in CASES)
