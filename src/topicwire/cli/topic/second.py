"""What commands say of the second reader: what it answered, and what it would change."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import click

from topicwire.cli.terminal import progress
from topicwire.words import be, counted

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.curate.consult import Reader
    from topicwire.curate.evaluate import Outcome
    from topicwire.model.catalogue import Topic
    from topicwire.model.judging import Answer, StoredEntry, Verdict

MOST_FAILURES = 3  # in a row, after which a backtest asks no more

second_reader_option = click.option(
    "--second-reader",
    "with_reader",
    is_flag=True,
    help="Ask the second reader of the uncertain texts, and report with and without it.",
)


@dataclass(frozen=True, slots=True)
class ReadAgain:
    """Judged texts with what the second reader said of the uncertain ones.

    `uncertain` counts those in the band, `asked` the questions put, `unusable` the answers that
    have not the form, and `failed` the questions that had none; `error` is the last reason.
    """

    outcomes: tuple["Outcome", ...]
    uncertain: int
    asked: int
    unusable: int
    failed: int
    error: str | None


def read_again(app: "App", topic: "Topic", judged: Sequence["Outcome"]) -> ReadAgain:
    """Ask the second reader of the judged texts whose score is in the topic's uncertain band.

    It is asked whether or not the topic wants it in daily work. Nothing is stored; texts that
    read the same are asked of once.

    Raises:
        ConfigError: the settings name no second reader.
    """
    from topicwire.curate import second
    from topicwire.errors import ConfigError

    reader = app.second_reader
    if reader is None:
        raise ConfigError(
            "no second reader is set; set TOPICWIRE_SECOND_READER_URL and _MODEL "
            "(docs/second-reader.md says how), or leave --second-reader out"
        )
    wanted = replace(topic, second_reader=True)
    uncertain = [one for one in judged if second.is_uncertain(one.verdict, wanted)]
    answers: dict[str, Answer] = {}
    asking = _Asking(reader, wanted, answers)
    with progress("Asking", len(uncertain)) as advance:
        for one in uncertain:
            asking.ask(one)
            advance(1, one.example.title[:40])
    return ReadAgain(
        outcomes=tuple(asking.decided(one) for one in judged),
        uncertain=len(uncertain),
        asked=asking.asked,
        unusable=sum(1 for each in answers.values() if each.belongs is None),
        failed=asking.failed,
        error=asking.error,
    )


class _Asking:
    """A backtest's questions: each text is asked of once, and a server that is away not for long."""

    def __init__(self, reader: "Reader", topic: "Topic", answers: "dict[str, Answer]") -> None:
        self.asked = self.failed = 0
        self.error: str | None = None
        self._in_a_row = 0
        self._reader, self._topic, self._answers = reader, topic, answers

    def ask(self, one: "Outcome") -> None:
        """Ask of one text, unless it was asked of before or too much has failed."""
        from topicwire.cli.door import clock
        from topicwire.curate import second

        question = second.question_of_example(self._topic, one.example)
        if question.user in self._answers or self._in_a_row >= MOST_FAILURES:
            return
        self.asked += 1
        said = self._reader.says(question, now=clock())
        if said.error is not None:
            self.failed, self._in_a_row, self.error = (
                self.failed + 1,
                self._in_a_row + 1,
                said.error,
            )
            return
        self._in_a_row = 0
        self._answers[question.user] = second.answer(
            said.text, self._topic, fingerprint="", model=self._reader.model, asked=clock()
        )

    def decided(self, one: "Outcome") -> "Outcome":
        """Return the outcome with the answer to it, if there is one."""
        from topicwire.curate import second

        if not second.is_uncertain(one.verdict, self._topic):
            return one
        question = second.question_of_example(self._topic, one.example)
        answer = self._answers.get(question.user)
        return replace(one, verdict=second.decided(one.verdict, answer, self._topic))


def told(again: ReadAgain) -> Iterator[str]:
    """Yield what to say of a backtest with the second reader beside its figures."""
    yield (
        f"Of {counted(len(again.outcomes), 'text')} "
        f"{again.uncertain} {be(again.uncertain)} uncertain; "
        f"{counted(again.asked, 'question')} {'was' if again.asked == 1 else 'were'} asked, "
        f"{counted(again.unusable, 'answer')} could not be used."
    )
    if again.failed:
        yield (
            f"{counted(again.failed, 'question')} had no answer ({again.error}); "
            "those verdicts stand as they are without it."
        )


def counts(again: ReadAgain) -> dict[str, object]:
    """Return what there is to count of a backtest with the second reader, as JSON has it."""
    return {
        "uncertain": again.uncertain,
        "asked": again.asked,
        "unusable": again.unusable,
        "failed": again.failed,
        "error": again.error,
    }


def answer_of(app: "App", topic: "Topic", stored: "StoredEntry") -> "Answer | None":
    """Return what the second reader answered of an entry as topic and entry are now, if it did."""
    from topicwire.curate import second

    reader = app.second_reader
    if reader is None or not topic.second_reader:
        return None
    fingerprint = stored.entry.fingerprint
    version = second.version(topic)
    return app.store.answers(topic.id, version, reader.model, (fingerprint,)).get(fingerprint)


def explained(app: "App", topic: "Topic", verdict: "Verdict", answer: "Answer | None") -> str:
    """Say what the second reader has to do with a verdict; empty where the topic wants none."""
    from topicwire.curate import second

    if not topic.second_reader:
        return ""
    reader = app.second_reader
    stands = "the verdict stands without it"
    if reader is None:
        return f"The second reader is not set; {stands}."
    name = f"The second reader ({reader.model})"
    if not second.is_uncertain(verdict, topic):
        low, high = second.band(topic)
        return f"{name} is not asked: only scores from {low:.2f} to {high:.2f} are uncertain."
    if answer is None:
        return f"{name} has not answered yet, or failed; {stands}."
    if answer.belongs is None:
        return f"{name} gave no usable answer: {answer.reason}; {stands}."
    return f"{name}: {'yes' if answer.belongs else 'no'}: {answer.reason or 'no reason given'}."


def consulted_today(app: "App") -> tuple[tuple[str, int, int], ...]:
    """Return the topics that ask a second reader, with the day's answers so far and its budget."""
    from topicwire.curate.consult import midnight

    reader = app.second_reader
    if reader is None:
        return ()
    since = midnight(app.clock())
    return tuple(
        (each.topic.id, app.store.asked_since(each.topic.id, since), reader.budget_of(each.topic))
        for each in app.store.standing_topics()
        if each.topic.second_reader
    )
