"""The editor's desk: topics as the catalogue has them now, tried on texts before they are applied."""

from collections.abc import Iterable, Iterator
from difflib import get_close_matches

from topicwire.app import App
from topicwire.curate import evaluate
from topicwire.curate.define import problem
from topicwire.curate.evaluate import Figures, Outcome
from topicwire.curate.explain import Explanation, explain
from topicwire.curate.score import Judge, judge
from topicwire.curate.text import read, read_example
from topicwire.errors import CatalogueError, NotFoundError, QueryError
from topicwire.model import Example, Source, StoredEntry, Topic


def topic(app: App, topic_id: str) -> Topic:
    """Return a topic of the catalogue, applied or not.

    Raises:
        NotFoundError: there is none of that id.
    """
    topics = {each.id: each for each in app.catalogue().topics}
    if topic_id not in topics:
        near = get_close_matches(topic_id, topics, n=1)
        hint = f"did you mean {near[0]}?" if near else f"it has {', '.join(topics) or 'none'}"
        raise NotFoundError(f"the catalogue has no topic {topic_id}; {hint}")
    return topics[topic_id]


def judge_of(app: App, wanted: Topic) -> Judge:
    """Return the judge of a topic, with the catalogue's concepts.

    Raises:
        CatalogueError: its query cannot be read; says where in its file.
    """
    catalogue = app.catalogue()
    try:
        return judge(wanted, catalogue.concepts)
    except QueryError as error:
        if wanted not in catalogue.topics:  # a query that no file holds, as in a search
            raise
        raise CatalogueError((problem(wanted, error, catalogue),)) from error


def outcomes(app: App, topic_id: str) -> tuple[Outcome, ...]:
    """Return how a topic's own examples come out."""
    wanted = topic(app, topic_id)
    return evaluate.outcomes(judge_of(app, wanted), wanted.examples)


def backtest(app: App, topic_id: str, labelled: Iterable[Example]) -> Figures:
    """Return how a topic does on labelled texts."""
    return evaluate.backtest(judge_of(app, topic(app, topic_id)), labelled)


def explain_entry(app: App, topic_id: str, entry_id: int) -> Explanation:
    """Say why a stored entry is in a topic or not."""
    stored = app.store.entry(entry_id)
    reading = read(stored, _sources(app).get(stored.source_id))
    return explain(judge_of(app, topic(app, topic_id)), reading)


def explain_text(app: App, topic_id: str, text: str) -> Explanation:
    """Say why a text would be in a topic or not."""
    example = Example(expect=True, title="", text=text)
    return explain(judge_of(app, topic(app, topic_id)), read_example(example))


def search(app: App, query: str) -> Iterator[StoredEntry]:
    """Yield the stored entries that a query matches, the latest published first.

    Raises:
        QueryError: the query cannot be read.
    """
    searcher = judge_of(app, Topic("search", "Search", "", query, min_score=0.0))
    sources = _sources(app)
    for stored in app.store.archive():
        if searcher.verdict(read(stored, sources.get(stored.source_id))).accepted:
            yield stored


def _sources(app: App) -> dict[str, Source]:
    return {each.source.id: each.source for each in app.store.sources(removed=True)}
