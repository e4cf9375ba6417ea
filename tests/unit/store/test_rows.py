"""Rows: what the database holds of a topic is what the catalogue defined."""

import json
from types import SimpleNamespace
from typing import Any, cast

from builders import a_topic
from topicwire.model.catalogue import Concept, Definition, Member
from topicwire.store.rows import definition_of, definition_values

RUSSIA = Member("Russia", ("Russia",), (("fr", ("russe",)),))


def kept(*members: Member) -> dict[str, Any]:
    """Return the row of a topic that names a concept, as it comes back from JSON."""
    values = definition_values(Definition(a_topic(), (Concept("nation", "", members),), "v1"))
    return cast("dict[str, Any]", json.loads(json.dumps(values)))


def test_a_definition_comes_back_as_it_was() -> None:
    """With the terms that its concepts have for one language."""
    found = definition_of(cast("Any", SimpleNamespace(**kept(RUSSIA))))
    assert found.concepts[0].members == (RUSSIA,)


def test_a_row_of_before_has_no_terms_by_language() -> None:
    """What an earlier version wrote still reads."""
    row = kept(RUSSIA)
    del row["definition"]["concepts"][0]["members"][0]["terms_in"]
    found = definition_of(cast("Any", SimpleNamespace(**row)))
    assert (Member("Russia", ("Russia",)),) == found.concepts[0].members
