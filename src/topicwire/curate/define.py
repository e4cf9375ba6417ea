"""From the catalogue to what the store mirrors: each topic with the concepts it names."""

from collections.abc import Iterator, Mapping, Sequence

from topicwire.curate import position, second
from topicwire.curate.judge import version
from topicwire.curate.language import parse
from topicwire.curate.query import concepts_named
from topicwire.curate.terms import term
from topicwire.errors import CatalogueError, QueryError
from topicwire.model.catalogue import Catalogue, Concept, Definition, Topic


def definitions(catalogue: Catalogue, *, embedder: str = "") -> tuple[Definition, ...]:
    """Return the catalogue's topics, ready to be mirrored; `embedder` as in judge.version.

    Raises:
        CatalogueError: queries or concepts cannot be read; every one of them is named, with the
            place in its file.
    """
    concepts = {concept.id: concept for concept in catalogue.concepts}
    problems = [one for concept in catalogue.concepts for one in _problems(concept, catalogue)]
    for topic in catalogue.topics:
        try:
            parse(topic.query, concepts)
        except QueryError as error:
            problems.append(problem(topic, error, catalogue))
    if problems:
        raise CatalogueError(tuple(problems))
    return tuple(define(topic, concepts, embedder=embedder) for topic in catalogue.topics)


def define(topic: Topic, concepts: Mapping[str, Concept], *, embedder: str = "") -> Definition:
    """Return a topic with the concepts that its query names; `embedder` as in judge.version.

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


def problem(topic: Topic, error: QueryError, catalogue: Catalogue) -> str:
    """Return what is wrong with a topic's query, with its place in the topic's file if known."""
    file = f"topics/{topic.id}.toml"
    found = position.of_query(catalogue.files.get(file, ""), error.line, error.column)
    where = f"{file}:{found[0]}:{found[1]}" if found else file
    return f"{where}: query, {error}"


def _problems(concept: Concept, catalogue: Catalogue) -> Iterator[str]:
    """Yield what is wrong with a concept: each of its terms that cannot be read."""
    file = f"concepts/{concept.id}.toml"
    text = catalogue.files.get(file, "")
    well = True
    for written in dict.fromkeys(one for member in concept.members for one in member.all_terms):
        try:
            term(written)
        except ValueError as error:
            well = False
            found = position.of_term(text, written)
            where = f"{file}:{found[0]}:{found[1]}" if found else file
            yield f"{where}: {error}; write a word, a phrase, an `=exact` form or a `prefix*`"
    if well:
        try:
            parse(f"@{concept.id}", {concept.id: concept})
        except QueryError as error:
            yield f"{file}: {error.message}; {error.hint}"
