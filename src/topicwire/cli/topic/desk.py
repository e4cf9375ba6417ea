"""The editor's desk: topics as the catalogue has them now, tried on texts before they are applied."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from topicwire.app import App
from topicwire.cli.terminal import complain, watched
from topicwire.cli.topic.labels import labelled
from topicwire.cli.topic.second import answer_of, explained
from topicwire.curate import evaluate
from topicwire.curate.define import problem
from topicwire.curate.evaluate import Outcome
from topicwire.curate.explain import Explanation, explain
from topicwire.curate.judge import Judge
from topicwire.curate.learned import digest
from topicwire.curate.prove import Proof
from topicwire.curate.second import decided
from topicwire.curate.text import read, read_example
from topicwire.errors import CatalogueError, NotFoundError, QueryError, nearest
from topicwire.model.catalogue import Example, Source, Topic
from topicwire.model.judging import StoredEntry


def topic(app: App, topic_id: str) -> Topic:
    """Return a topic of the catalogue, applied or not.

    Raises:
        NotFoundError: there is none of that id.
    """
    topics = {each.id: each for each in app.catalogue().topics}
    if topic_id not in topics:
        near = nearest(topic_id, topics)
        hint = f"did you mean {near}?" if near else f"it has {', '.join(topics) or 'none'}"
        raise NotFoundError(f"the catalogue has no topic {topic_id}; {hint}")
    return topics[topic_id]


def judge_of(app: App, wanted: Topic) -> Judge:
    """Return the judge of a topic, with the catalogue's concepts; say what it cannot be given.

    Raises:
        CatalogueError: its query cannot be read; says where in its file.
    """
    catalogue = app.catalogue()
    try:
        appointed = app.appoint(wanted, catalogue.concepts)
    except QueryError as error:
        if wanted not in catalogue.topics:  # a query that no file holds, as in a search
            raise
        raise CatalogueError((problem(wanted, error, catalogue),)) from error
    for note in appointed.notes:
        complain(note)
    return appointed.judge


def check(app: App, wanted: Topic, *, with_examples: bool) -> None:
    """Refuse a topic that cannot be read or, `with_examples`, one whose examples come out wrong.

    Raises:
        QueryError: its query cannot be read.
        CatalogueError: an example comes out wrong.
    """
    wrong = [each for each in proofs(app, wanted) if not each.outcome.is_right]
    if wrong and with_examples:
        mend = "Nothing was written. Say it otherwise, or add --despite-examples."
        raise CatalogueError((*map(str, wrong), mend))


def proofs(app: App, wanted: Topic) -> tuple[Proof, ...]:
    """Return how a topic's own examples come out.

    Raises:
        QueryError: its query cannot be read.
    """
    judged = evaluate.outcomes(judge_of(app, wanted), wanted.examples)
    return tuple(
        Proof(wanted.id, number, outcome, wanted.min_score)
        for number, outcome in enumerate(judged, 1)
    )


def judged_file(app: App, topic_id: str, path: Path) -> tuple[tuple[Outcome, ...], int]:
    """Return how a file of labelled texts comes out, and how many borderline ones are left out.

    Raises:
        ConfigError: a line of the file is wrong.
    """
    judging = judge_of(app, topic(app, topic_id))
    found = tuple(labelled(path))
    clear = [one for one in found if not one.is_borderline]
    judged = tuple(
        Outcome(
            one.example,
            judging.verdict(read_example(one.example)),
            source=one.source,
            kind=one.kind,
        )
        for one in watched(clear, "Judging", len(clear))
    )
    return judged, len(found) - len(clear)


def remembered(app: App, topic_id: str, judged: Sequence[Outcome]) -> str:
    """Say how many of the judged texts the model that decides has learned from; empty if none."""
    standing = {each.topic.id: each for each in app.store.standing_topics()}.get(topic_id)
    if standing is None or not standing.model:
        return ""
    shown = app.store.model(topic_id, standing.model).figures.get("shown", ())
    known = set(shown) if isinstance(shown, list) else set()
    count = sum(digest(each.example) in known for each in judged)
    if not count:
        return ""
    return (
        f"model {standing.model}, which decides, has learned from {count} of these {len(judged)} "
        "texts, and remembers them; on labels that it was not shown it does as "
        f"`topicwire topic models {topic_id}` says"
    )


def judged_labels(app: App, topic_id: str) -> tuple[tuple[Outcome, ...], int]:
    """Return how the stored entries come out that were labelled; of none is it borderline.

    Their kind is the way the label came.

    Raises:
        NotFoundError: none was.
    """
    judging, known = judge_of(app, topic(app, topic_id)), sources(app)
    standing = {each.topic.id for each in app.store.standing_topics()}
    labels = app.store.labels(topic_id) if topic_id in standing else ()
    found = [each for each in labels if each[1].retracted is None]
    if not found:
        raise NotFoundError(
            f"no entry is labelled in {topic_id}: label some (`topicwire topic label`), "
            "or name a file of labelled texts with --labels"
        )
    judged = []
    for label, stored in watched(found, "Judging", len(found)):
        reading = read(stored, known.get(stored.source_id))
        example = Example(label.expect, stored.entry.title, stored.text, stored.lang)
        verdict = judging.verdict(reading, entry_id=stored.id, revision=stored.revision)
        judged.append(Outcome(example, verdict, source=stored.source_id, kind=label.by.value))
    return tuple(judged), 0


def explain_entry(app: App, topic_id: str, entry_id: int) -> Explanation:
    """Say why a stored entry is in a topic or not."""
    stored = app.store.entry(entry_id)
    reading = read(stored, sources(app).get(stored.source_id))
    return explain(judge_of(app, topic(app, topic_id)), reading)


def explain_example(app: App, topic_id: str, given: Example) -> Explanation:
    """Say why a title and a text would be in a topic or not."""
    return explain(judge_of(app, topic(app, topic_id)), read_example(given))


def explain_entry_twice(app: App, topic_id: str, entry_id: int) -> tuple[Explanation, str]:
    """Say why a stored entry is in a topic or not, and what the second reader has to do with it."""
    wanted = topic(app, topic_id)
    first = explain_entry(app, topic_id, entry_id)
    answer = answer_of(app, wanted, app.store.entry(entry_id))
    told = explained(app, wanted, first.verdict, answer)
    return replace(first, verdict=decided(first.verdict, answer, wanted)), told


def forgets_after(app: App, topic_id: str, entry_id: int) -> int:
    """Return after how many days what the topic held of an entry was forgotten, 0 if it was not."""
    days = topic(app, topic_id).keep_days
    is_old = app.store.entry(entry_id).first_seen < app.clock() - timedelta(days=days)
    is_kept = any(name == topic_id for name, _ in app.store.verdicts_of(entry_id))
    return days if is_old and not is_kept else 0


def search(app: App, query: str) -> Iterator[StoredEntry]:
    """Yield the stored entries that a query matches, the latest published first.

    Raises:
        QueryError: the query cannot be read.
    """
    wanted = Topic("search", "Search", "", query, min_score=0.0)
    searcher = app.appoint(wanted, app.catalogue().concepts, by_rule=True).judge
    known = sources(app)
    for stored in app.store.archive():
        if searcher.verdict(read(stored, known.get(stored.source_id))).accepted:
            yield stored


def sources(app: App) -> dict[str, Source]:
    """Return the sources by id, also those that left the catalogue: their entries stay."""
    return {each.source.id: each.source for each in app.store.sources(removed=True)}
