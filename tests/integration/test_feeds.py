"""The starter catalogue: it loads, its queries read, its examples hold, its samples fall where they belong."""

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import pytest

from builders import a_stored
from topicwire.curate.concepts import ConceptLint
from topicwire.curate.judge import judge
from topicwire.curate.language import parse
from topicwire.curate.lint import Lint
from topicwire.curate.query import concepts_named
from topicwire.curate.text import read as read_entry
from topicwire.curate.text import read_example
from topicwire.ingest.read import ReadJob, read
from topicwire.model.catalogue import Example, Source, Topic
from topicwire.model.wire import Entry, Feed
from topicwire.world.catalogue import load

ROOT = Path(__file__).parents[2] / "feeds"
CATALOGUE = load(ROOT)
CONCEPTS = {concept.id: concept for concept in CATALOGUE.concepts}
JUDGES = {topic.id: judge(topic, CATALOGUE.concepts) for topic in CATALOGUE.topics}
EXAMPLES = tuple((topic.id, example) for topic in CATALOGUE.topics for example in topic.examples)
SAMPLES = tuple(source for source in CATALOGUE.sources if source.is_file)
LAST_DAY = datetime(2026, 11, 21, tzinfo=UTC)


class Label(NamedTuple):
    uid: str
    title: str
    topics: frozenset[str]


def labels() -> tuple[Label, ...]:
    lines = (ROOT / "samples" / "labels.jsonl").read_text(encoding="utf-8").splitlines()
    rows = (json.loads(line) for line in lines)
    return tuple(Label(row["uid"], row["title"], frozenset(row["topics"])) for row in rows)


LABELS = labels()


def sample(source: Source) -> Feed:
    body = (ROOT / source.url).read_bytes()
    return read(
        ReadJob(body=body, content_type=None, url=source.url, site=source.site, now=LAST_DAY)
    )


FEEDS = {source.id: sample(source) for source in SAMPLES}
ENTRIES = {entry.uid: entry for feed in FEEDS.values() for entry in feed.entries}
ORIGINS = {entry.uid: source for source in SAMPLES for entry in FEEDS[source.id].entries}


def test_the_starter_catalogue_is_worth_starting_with() -> None:
    """At least twenty sources on the web, four in the samples, and five topics."""
    web = [source for source in CATALOGUE.sources if not source.is_file]
    assert len(web) >= 20
    assert len(SAMPLES) == 4
    assert len(CATALOGUE.topics) >= 5


@pytest.mark.parametrize("source", CATALOGUE.sources, ids=lambda source: source.id)
def test_every_source_has_a_title_a_home_page_and_tags(source: Source) -> None:
    """A reader sees where an entry comes from before the first poll."""
    assert source.title
    assert source.site
    assert urlsplit(source.site).scheme == "https"
    assert source.tags


@pytest.mark.parametrize("topic", CATALOGUE.topics, ids=lambda topic: topic.id)
def test_every_query_reads_and_names_known_concepts(topic: Topic) -> None:
    """Every query is in the topic language and every concept it names has a file."""
    assert set(concepts_named(parse(topic.query, CONCEPTS))) <= set(CONCEPTS)


def test_every_concept_is_used_by_a_topic() -> None:
    """No file lies about that nothing depends on."""
    used = {
        name for topic in CATALOGUE.topics for name in concepts_named(parse(topic.query, CONCEPTS))
    }
    assert set(CONCEPTS) == used


@pytest.mark.parametrize("topic", CATALOGUE.topics, ids=lambda topic: topic.id)
def test_every_topic_has_statements_and_examples_of_both_kinds(topic: Topic) -> None:
    """A topic says what it is about and what not, and shows at least four examples."""
    assert topic.about
    assert topic.not_about
    assert len(topic.examples) >= 4
    assert {True, False} == {example.expect for example in topic.examples}


def test_the_samples_come_in_four_formats_without_a_warning() -> None:
    """RSS 2.0, Atom 1.0, RSS 1.0 (RDF) and JSON Feed 1.1 are all read whole."""
    formats = {feed.format for feed in FEEDS.values()}
    assert {"rss20", "atom10", "rss10", "json11"} == formats
    assert {()} == {feed.warnings for feed in FEEDS.values()}


def test_the_samples_and_their_labels_agree() -> None:
    """Every sample has exactly one label, with its title, and every label names known topics."""
    expected = {label.uid: label.title for label in LABELS}
    assert len(LABELS) == len(expected)
    assert expected == {uid: entry.title for uid, entry in ENTRIES.items()}
    assert {name for label in LABELS for name in label.topics} <= {t.id for t in CATALOGUE.topics}


def test_the_samples_suffice_to_show_every_topic() -> None:
    """There are enough true ones for each topic, and as many that belong to none."""
    counts = Counter(name for label in LABELS for name in label.topics)
    assert len(LABELS) == 40
    assert counts["space-cooperation"] >= 10
    assert all(counts[topic.id] >= 2 for topic in CATALOGUE.topics)
    assert sum(not label.topics for label in LABELS) >= 10


@pytest.mark.parametrize("entry", ENTRIES.values(), ids=lambda entry: entry.title)
def test_every_sample_has_an_author_a_date_and_a_place_of_its_own(entry: Entry) -> None:
    """Samples are complete, dated in autumn 2026, and stand at addresses reserved for examples."""
    assert entry.authors
    assert entry.published is not None
    assert datetime(2026, 9, 1, tzinfo=UTC) <= entry.published < LAST_DAY
    assert entry.url is not None
    host = urlsplit(entry.url).hostname or ""
    assert host.endswith((".example.org", ".example.net", ".example.com"))


@pytest.mark.parametrize(
    ("topic_id", "example"),
    [pytest.param(*pair, id=f"{pair[0]}: {pair[1].title}") for pair in EXAMPLES],
)
def test_every_example_is_judged_as_its_editor_expects(topic_id: str, example: Example) -> None:
    """The examples of the starter topics hold."""
    assert example.expect == JUDGES[topic_id].verdict(read_example(example)).accepted


@pytest.mark.parametrize("label", LABELS, ids=lambda label: label.title)
def test_every_sample_falls_into_exactly_its_topics(label: Label) -> None:
    """No sample is missed and none is a false alarm, disclaimers, sidebars and markup included."""
    stored = a_stored(entry=ENTRIES[label.uid], source_id=ORIGINS[label.uid].id)
    reading = read_entry(stored, ORIGINS[label.uid])
    found = {name for name, judged in JUDGES.items() if judged.verdict(reading).accepted}
    assert label.topics == found


OVER_SENTENCES = """
Friday, 13 March. The views expressed are solely those of the author. This is not financial advice.

My aunt keeps two clocks in her kitchen, and they have never agreed.

Watched the hatch open again last night. Slow, stiff, polite.
Watched the hatch open again last night. Slow, stiff, polite.

The people whom I watched had two clocks as well. One was from Houston, the other from Korolyov. The Americans
had brought the coffee to their outpost. An arrangement of this kind, over a cosmonaut's head, is made by
lawyers. Moscow had sent the lawyers.

Nobody at home speaks to the other side now. The embassies are half empty. Letters take a month.

It is odd what still works. A Soyuz goes up in spring. Its commander is a Russian, its engineer is not. Each
of the partners has something that the other lacks, and Washington knows it as well as they do.

My aunt says that a stopped clock is right twice a day.
"""


def test_a_column_that_never_says_it_in_one_sentence_is_caught() -> None:
    """It comes back to its subject: no sentence holds all of it, and two paragraphs do."""
    column = Example(expect=True, title="Two clocks", text=OVER_SENTENCES.strip(), lang="en")
    assert JUDGES["space-cooperation"].verdict(read_example(column)).accepted

    *before, after, end = column.text.split("\n\n")
    assert "Soyuz" in after
    once = replace(column, text="\n\n".join([*before, end]))
    assert not JUDGES["space-cooperation"].verdict(read_example(once)).accepted


def test_the_starter_topics_give_lint_nothing_to_complain_of() -> None:
    """Who looks at them for an example finds no term that another makes needless."""
    lints = [Lint(topic, CATALOGUE.concepts) for topic in CATALOGUE.topics]
    lenses: list[Lint | ConceptLint] = [*lints]
    lenses.append(ConceptLint(concept for each in lints for concept in each.concepts))
    assert [finding for lens in lenses for finding in lens.findings()] == []
