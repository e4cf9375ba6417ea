import pytest

from topicwire.errands.beats import EVERY, Beats
from topicwire.errors import StoreError
from topicwire.model.watch import Work
from topicwire.model.wire import Health, PollOutcome


def test_a_daemon_shows_itself_at_once_and_then_now_and_then() -> None:
    """The first look shows it; what is done until the next beat is told with that one."""
    shown: list[Work] = []
    now = [0.0]
    beats = Beats(shown.append, clock=lambda: now[0])

    beats.show()
    beats.polled(PollOutcome("press", Health.OK, new=3))
    beats.polled(PollOutcome("wire", Health.FAILING, error="HTTP 503"))
    beats.turned(40)
    beats.turned(20)
    beats.show()
    assert shown == [Work()]

    now[0] += EVERY
    beats.show()
    assert shown[1:] == [Work(turns=2, polls=2, failed=1, entries=3, ms=60, longest=40)]


def test_what_could_not_be_said_is_said_later() -> None:
    """While the database is away nothing that was done is forgotten."""
    shown: list[Work] = []
    is_away = True

    def beat(work: Work) -> None:
        if is_away:
            raise StoreError("away")
        shown.append(work)

    beats = Beats(beat, clock=lambda: 0.0)
    beats.turned(5)
    with pytest.raises(StoreError):
        beats.show()

    is_away = False
    beats.show()

    assert shown == [Work(turns=1, ms=5, longest=5)]
