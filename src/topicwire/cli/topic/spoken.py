"""What editors and readers have said of an entry, as lines for people and as JSON for programs."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from topicwire.words import ago

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.model.judging import Label, Ruling

_STANDS = {"pin": "Pinned in", "veto": "Vetoed in"}
_WAYS = {"editor": "", "feedback": ", a reader,"}


@dataclass(frozen=True, slots=True)
class Spoken:
    """The rulings on an entry and its labels, in one topic or in all."""

    rulings: tuple["Ruling", ...] = ()
    labels: tuple["Label", ...] = ()

    def lines(self, now: datetime) -> Iterator[str]:
        """Yield a line for each, with who said it and when."""
        for ruling in self.rulings:
            when = ago(ruling.made, now)
            said = f"{_STANDS[ruling.stand]} {ruling.topic_id} by {ruling.who} {when}"
            yield f"{said}: {ruling.why}"
        for label in self.labels:
            word = "on topic" if label.expect else "not on topic"
            who = f"{label.who}{_WAYS[label.by]}"
            yield f"Labelled {word} in {label.topic_id} by {who} {ago(label.made, now)}."

    def json(self) -> dict[str, list[dict[str, object]]]:
        """Return both as plain values."""
        return {
            "rulings": [
                {
                    "topic": each.topic_id,
                    "ruling": each.stand.value,
                    "who": each.who,
                    "why": each.why,
                    "made": each.made,
                }
                for each in self.rulings
            ],
            "labels": [
                {
                    "topic": each.topic_id,
                    "expect": each.expect,
                    "who": each.who,
                    "by": each.by.value,
                    "made": each.made,
                }
                for each in self.labels
            ],
        }


def spoken(app: "App", entry_id: int, *, topic: str | None = None) -> Spoken:
    """Return what was said of an entry, in one topic if named."""
    store = app.store
    return Spoken(
        tuple(r for r in store.rulings_of(entry_id) if topic in {None, r.topic_id}),
        tuple(label for label in store.labels_of(entry_id) if topic in {None, label.topic_id}),
    )


def spoken_of(app: "App", topic: str, subject: str) -> Spoken:
    """Return what was said in a topic of what is to be explained; nothing of a file."""
    return spoken(app, int(subject), topic=topic) if subject.isdecimal() else Spoken()
