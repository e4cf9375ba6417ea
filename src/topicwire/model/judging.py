"""Judging: what belongs, who says so, and where it stands."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from topicwire.model.article import FullPage
from topicwire.model.catalogue import Concept, Topic
from topicwire.model.road import Mark, Step
from topicwire.model.wire import Entry, Polled


@dataclass(frozen=True, slots=True)
class StoredEntry:
    """An entry in the store.

    `seq` grows with every entry that becomes ready to be judged, new or revised, in order of
    commit; until then it is negative. `revision` counts the times it was revised; `revised` is
    the last of them, else `first_seen`. `full` is what its article's page gave. `furniture` are
    the ranges of `text` that are not its author's. `story` is the entry that first told the
    same, itself when that is none other, and None until it is settled. `retracted` is when its
    source took it back. `churn` counts its last edits that the feed gave no later time for.
    """

    id: int
    source_id: str
    entry: Entry
    seq: int
    revision: int
    first_seen: datetime
    revised: datetime
    full: FullPage | None = None
    furniture: tuple[tuple[int, int], ...] = ()
    story: int | None = None
    retracted: datetime | None = None
    churn: int = 0

    @property
    def text(self) -> str:
        """The text to judge: the article's, else what the feed gave."""
        return (self.full.text if self.full else "") or self.entry.text

    @property
    def lang(self) -> str | None:
        """The language of that text."""
        return (self.full.lang if self.full and self.full.text else None) or self.entry.lang

    @property
    def published(self) -> datetime:
        """When the source published it; the time it was first seen when the feed does not say."""
        return self.entry.published or self.first_seen

    @property
    def changed(self) -> datetime | None:
        """When it last changed: what the feed says, else our last revision; None where it never did."""
        said, seen = self.entry.updated, self.revised if self.revision else None
        if said is None:
            return seen
        return max(said, seen) if seen and self.churn else said

    @property
    def updated(self) -> datetime:
        """When it last changed, never before it was published."""
        return max(self.changed or self.published, self.published)


class Zone(StrEnum):
    """Where in an entry a match stands."""

    TITLE = "title"
    LEAD = "lead"
    BODY = "body"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that spoke for an entry: the clause, and the words that matched it and where."""

    clause: str
    matched: str
    zone: Zone
    count: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """Does this entry belong to this topic: its score in 0..1 and the reasons, strongest first.

    `shadow` is what a learned model that does not decide yet would say, None when there is none.
    """

    entry_id: int
    revision: int
    accepted: bool
    score: float
    reasons: tuple[Reason, ...] = ()
    shadow: float | None = None


class Stand(StrEnum):
    """What an editor decides of an entry in a topic, whatever the topic's verdict."""

    PIN = "pin"  # it is in
    VETO = "veto"  # it is out


@dataclass(frozen=True, slots=True)
class Ruling:
    """An editor's decision on an entry in a topic: who made it, why and when."""

    topic_id: str
    entry_id: int
    stand: Stand
    who: str
    why: str
    made: datetime


@dataclass(frozen=True, slots=True)
class Held:
    """What stands of an entry in a topic: whether it is in, its score, and an editor's ruling.

    `score` is None when no verdict was worth keeping, or none was made.
    """

    is_in: bool
    score: float | None = None
    stand: Stand | None = None


class LabelledBy(StrEnum):
    """The way a label came."""

    EDITOR = "editor"
    FEEDBACK = "feedback"  # by the link in a reader's own feed


@dataclass(frozen=True, slots=True)
class Label:
    """What somebody says of an entry: does it belong to the topic."""

    topic_id: str
    entry_id: int
    expect: bool
    who: str
    by: LabelledBy
    made: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a second reader says of an entry in a topic, and why in a few words.

    `fingerprint` is the entry's, `version` the topic's question's. `belongs` is None when what
    it said cannot be used.
    """

    topic_id: str
    fingerprint: str
    version: str
    model: str
    asked: datetime
    belongs: bool | None
    reason: str


SECOND_READER = "second reader"  # the clause of a reason that a second reader gave


@dataclass(frozen=True, slots=True)
class Consulted:
    """What came of consulting the second reader on an entry in a topic.

    `answer` is None when none came, and `error` says why; `wait` is for how many seconds its
    server wants to be left alone. `is_moved` says that the entry came into the topic or went out
    of it.
    """

    topic_id: str
    entry_id: int
    answer: Answer | None
    is_moved: bool = False
    error: str | None = None
    wait: float = 0.0


ALL = "*"  # among a token's topics: every private topic


@dataclass(frozen=True, slots=True)
class Token:
    """What is kept of the token of somebody's own feeds: not the token, but its digest.

    `topics` are the private topics that it opens, `ALL` for all of them; the others it opens too.
    """

    digest: str
    name: str
    created: datetime
    revoked: datetime | None = None
    last_seen: datetime | None = None
    client: str = ""
    topics: tuple[str, ...] = ()

    def opens(self, topic_id: str, *, is_private: bool) -> bool:
        """Return whether its reader may read the topic."""
        return not is_private or topic_id in self.topics or ALL in self.topics


@dataclass(frozen=True, slots=True)
class StandingTopic:
    """A topic as it stands in the database.

    `concepts` are those its query names, directly or through another. `version` is the digest of
    all that its verdicts depend on. `feed_id` is the `tag:` URI minted for it once. `edition`
    grows by one whenever its feed changes, at `edition_time`. `judged_seq` is the `seq` up to
    which every entry has been judged by `judged_version`. `model` is the number of the learned
    model that decides, 0 when the rule does; `shadow` of the one that is only heard beside it.
    `pages` is the number of the newest page of its archive, 0 where there is none.
    """

    topic: Topic
    concepts: tuple[Concept, ...]
    version: str
    feed_id: str
    edition: int
    edition_time: datetime
    judged_seq: int = 0
    judged_version: str = ""
    model: int = 0
    shadow: int = 0
    pages: int = 0

    @property
    def defined(self) -> str:
        """The version as the catalogue defines it, whatever the topic has learned."""
        return self.version.partition("+")[0]


@dataclass(frozen=True, slots=True)
class Learned:
    """A model learned from labels, and how it did on those it was not shown.

    `version` is the topic's that it was learned for. `weights` and `figures` are plain values;
    `figures` compares the model with the rule on the same labels.
    """

    topic_id: str
    number: int
    trained: datetime
    version: str
    figures: Mapping[str, object] = field(compare=False)
    weights: Mapping[str, object] = field(compare=False)


@dataclass(frozen=True, slots=True)
class AlsoAt:
    """Another source's entry that tells the same story as one that is published."""

    title: str
    url: str | None
    source: Polled


@dataclass(frozen=True, slots=True)
class Placement:
    """An entry that stands in a topic, with all that publishing it needs.

    `score` and `reasons` are the verdict's. `also` are the other entries of its story in the
    topic, the earliest first. `is_pinned` says that an editor chose it, whatever the verdict.
    """

    stored: StoredEntry
    source: Polled
    placed: datetime
    score: float
    reasons: tuple[Reason, ...]
    also: tuple[AlsoAt, ...] = ()
    is_pinned: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where an entry that stands in a topic is published, and since when.

    `page` is 0 for the current document, else the archive's page; None while the topic judges
    anew, or where the entry `is_behind` another of its story.
    """

    page: int | None
    is_behind: bool
    placed: datetime


@dataclass(frozen=True, slots=True)
class Departure:
    """An entry that was published in a topic and no longer is, by its source and `uid` there.

    `stands_of` are the other sources whose entry of that `uid`, of the same story, is published.
    """

    uid: str
    source: Polled
    departed: datetime
    stands_of: tuple[Polled, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """A topic with the placements that one of its documents carries, as of one moment.

    `placements` come in the order they are published: latest into the topic first, those placed
    at the same time by publication, latest first. `page` is 0 for the current document, else the
    number of the archive's page, of which 1 is the oldest. `departures` are those that readers
    of the document are to be told of, the latest first.
    """

    standing: StandingTopic
    placements: tuple[Placement, ...]
    page: int = 0
    departures: tuple[Departure, ...] = ()


@dataclass(frozen=True, slots=True)
class Placed:
    """What storing a batch of verdicts changed; `edition` is the topic's after it.

    `error` says why a topic could not be judged at all; then nothing changed. `note` says what
    could not be used in judging it: then the rule decided alone. `came_in` are the entries that
    entered and `steps` what was done: judge and place. `seen` are all entries that were judged;
    of the topics that judged them together, only the first says so.
    """

    topic_id: str
    judged: int
    entered: int
    left: int
    edition: int
    error: str | None = None
    note: str | None = None
    came_in: tuple[Mark, ...] = field(default=(), compare=False)
    seen: tuple[Mark, ...] = field(default=(), compare=False)
    steps: tuple[Step, ...] = field(default=(), compare=False)
