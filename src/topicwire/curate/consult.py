"""ACT 2, beside judging: a second reader is asked where a verdict is uncertain.

Judging and publishing never wait for it: a verdict stands, and is published, until an answer
says otherwise.
"""

from collections.abc import Callable, Generator, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import NamedTuple

from topicwire.curate import second
from topicwire.model.catalogue import Topic
from topicwire.model.judging import Answer, Consulted, StandingTopic, StoredEntry
from topicwire.model.waits import LONGEST, retry_after
from topicwire.model.wire import Response
from topicwire.store.answers import Asked
from topicwire.store.store import Store

BATCH = 20  # entries of a topic that are looked up at once
FIRST_PAUSE = timedelta(minutes=1)  # after a failure, and twice as long after each further one,
LONGEST_PAUSE = timedelta(hours=1)  # up to this
REFUSALS = frozenset({400, 422})  # what servers say to a request of a form that they do not know

Stopping = Callable[[], bool]
Ask = Callable[[bytes, Stopping], Response]


class Said(NamedTuple):
    """What a reader says, or in plain words why it says nothing."""

    text: str
    error: str | None = None
    wait: float = 0.0  # seconds for which its server asks to be left alone


class Reader:
    """Who is asked: the call that asks, the model, and the questions a day that a topic has.

    `ask` never raises: what went wrong is said in its response. It breaks off when it is to stop.
    """

    def __init__(self, ask: Ask, *, model: str, budget: int) -> None:
        self.model = model
        self._ask = ask
        self._budget = budget
        self._is_plain = False  # whether the server takes nothing but the plain protocol

    def budget_of(self, topic: Topic) -> int:
        """Return how many questions a day the topic may ask."""
        own = topic.second_reader_budget
        return self._budget if own is None else own

    def says(
        self, question: second.Question, *, now: datetime, stopping: Stopping = lambda: False
    ) -> Said:
        """Return what the reader says, at this time."""
        body = second.body(question, model=self.model, plain=self._is_plain)
        response = self._ask(body, stopping)
        if response.status in REFUSALS and not self._is_plain:
            plain = self._ask(second.body(question, model=self.model, plain=True), stopping)
            self._is_plain = plain.error is None
            response = plain if self._is_plain else response
        return _read(response, now)


class Consulting:
    """Consults a second reader, and leaves it in peace for a while when it fails.

    The pause, and what has failed, are kept in memory: a restart asks at once.
    """

    def __init__(self, store: Store, reader: Reader, *, clock: Callable[[], datetime]) -> None:
        self.reader = reader
        self._store = store
        self._clock = clock
        self._failures = 0
        self._resume: datetime | None = None
        self._failed: dict[tuple[str, str], int] = {}  # topic and fingerprint -> how often

    def consult(self, *, stopping: Stopping = lambda: False) -> Generator[Consulted]:
        """Ask of what is uncertain, topic after topic; yield each answer once it is stored.

        It ends when nothing is left to ask, when the budgets of the day are used, or with the
        first failure, after which nothing is asked for a while.
        """
        topics = [each for each in self._store.standing_topics() if each.topic.second_reader]
        for standing in topics:
            yield from self._recall(standing)
        turns = [self._questions(standing, stopping) for standing in topics]
        while turns:
            for turn in tuple(turns):
                if stopping() or self._is_pausing():
                    return
                consulted = next(turn, None)
                if consulted is None:
                    turns.remove(turn)
                elif not (stopping() and consulted.answer is None):  # broken off is no failure
                    self._note(consulted)
                    yield consulted

    def _is_pausing(self) -> bool:
        return self._resume is not None and self._clock() < self._resume

    def _recall(self, standing: StandingTopic) -> Iterator[Consulted]:
        """Let the answers that are kept decide where they do not yet: nothing is asked."""
        asked = self._asked(standing)
        for entry_id, answer in self._store.undecided(standing, asked):
            yield self._saved(standing, entry_id, answer)

    def _questions(self, standing: StandingTopic, stopping: Stopping) -> Iterator[Consulted]:
        """Ask of one topic's entries until none is left, or no question of this day."""
        asked = self._asked(standing)
        while (left := self._left(standing)) > 0:
            found = self._store.uncertain(standing, asked, limit=BATCH)
            if not found:
                return
            # What failed before comes last, so that one bad question does not hold up the others.
            found = tuple(sorted(found, key=partial(self._times_failed, standing)))
            for stored in found[:left]:
                yield self._consulted(standing, stored, stopping)

    def _times_failed(self, standing: StandingTopic, stored: StoredEntry) -> int:
        return self._failed.get((standing.topic.id, stored.entry.fingerprint), 0)

    def _left(self, standing: StandingTopic) -> int:
        used = self._store.asked_since(standing.topic.id, midnight(self._clock()))
        return self.reader.budget_of(standing.topic) - used

    def _asked(self, standing: StandingTopic) -> Asked:
        low, high = second.band(standing.topic)
        return Asked(second.version(standing.topic), self.reader.model, low, high)

    def _consulted(
        self, standing: StandingTopic, stored: StoredEntry, stopping: Stopping
    ) -> Consulted:
        """Ask of one entry, unless another that reads the same was asked of meanwhile."""
        topic, fingerprint = standing.topic, stored.entry.fingerprint
        asked = self._asked(standing)
        known = self._store.answers(topic.id, asked.version, asked.model, (fingerprint,))
        if fingerprint in known:
            return self._saved(standing, stored.id, known[fingerprint])
        question = second.question(topic, stored)
        said = self.reader.says(question, now=self._clock(), stopping=stopping)
        if said.error is not None:
            key = (topic.id, fingerprint)
            self._failed[key] = self._failed.get(key, 0) + 1
            return Consulted(topic.id, stored.id, None, error=said.error, wait=said.wait)
        answer = second.answer(
            said.text, topic, fingerprint=fingerprint, model=asked.model, asked=self._clock()
        )
        return self._saved(standing, stored.id, answer)

    def _saved(self, standing: StandingTopic, entry_id: int, answer: Answer) -> Consulted:
        decide = partial(second.decided, answer=answer, topic=standing.topic)
        placed = self._store.save_answer(standing, entry_id, answer, decide, now=self._clock())
        is_moved = bool(placed.entered or placed.left)
        return Consulted(standing.topic.id, entry_id, answer, is_moved=is_moved)

    def _note(self, consulted: Consulted) -> None:
        """Begin or lengthen the pause after a failure, and forget it after an answer."""
        if consulted.error is None:
            self._failures, self._resume = 0, None
            return
        pause = min(FIRST_PAUSE * 2 ** min(self._failures, 10), LONGEST_PAUSE)
        self._failures += 1
        self._resume = self._clock() + max(pause, timedelta(seconds=consulted.wait))


def _read(response: Response, now: datetime) -> Said:
    if response.error is not None:
        return Said("", response.error, min(retry_after(response, now), LONGEST))
    said = second.said(response.body)
    if said is None:
        return Said("", "the answer is not one of the chat protocol; the address must end in /v1")
    return Said(said)


def midnight(now: datetime) -> datetime:
    """Return when the day began, in UTC."""
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
