"""From the catalogue to what the store mirrors: each topic with the concepts it names."""

from collections.abc import Mapping, Sequence

from topicwire.curate import second
from topicwire.curate.language import parse
from topicwire.curate.query import concepts_named
from topicwire.curate.score import version
from topicwire.errors import CatalogueError, QueryError
from topicwire.model import Catalogue, Concept, Definition, Topic


def definitions(catalogue: Catalogue, *, embedder: str = "") -> tuple[Definition, ...]:
    """Return the catalogue's topics, ready to be mirrored; `embedder` as in score.version.

    Raises:
        CatalogueError: queries or concepts cannot be read; every one of them is named, with the
            place in it.
    """
    concepts = {concept.id: concept for concept in catalogue.concepts}
    problems = [
        f"concepts/{concept.id}.toml: {error.message} {error.hint}"
        for concept in catalogue.concepts
        if (error := _error(f"@{concept.id}", concepts))
    ]
    problems += [
        f"topics/{topic.id}.toml: key query, {error}"
        for topic in catalogue.topics
        if (error := _error(topic.query, concepts))
    ]
    if problems:
        raise CatalogueError(tuple(problems))
    return tuple(define(topic, concepts, embedder=embedder) for topic in catalogue.topics)


def define(topic: Topic, concepts: Mapping[str, Concept], *, embedder: str = "") -> Definition:
    """Return a topic with the concepts that its query names; `embedder` as in score.version.

    Raises:
        QueryError: its query cannot be read.
    """
    named = tuple(concepts[name] for name in concepts_named(parse(topic.query, concepts)))
    digest = _version(topic, named, embedder=embedder)
    return Definition(topic=topic, concepts=named, version=digest)


def _version(topic: Topic, concepts: Sequence[Concept], *, embedder: str) -> str:
    """Return a digest of all that verdicts depend on, with the question that a reader is asked."""
    found = version(topic, concepts, embedder=embedder)
    return f"{found}-{second.version(topic)[:8]}" if topic.second_reader else found


def _error(query: str, concepts: Mapping[str, Concept]) -> QueryError | None:
    try:
        parse(query, concepts)
    except QueryError as error:
        return error
    return None
