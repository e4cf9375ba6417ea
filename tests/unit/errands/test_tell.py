"""What the schedule logs of its acts."""

from structlog.testing import capture_logs

from topicwire.errands.tell import Teller
from topicwire.measure.process import Process
from topicwire.model.judging import Placed


def test_a_lasting_fault_of_a_topic_is_told_once_and_again_when_it_comes_back() -> None:
    """Each turn has it; only what is new is worth a line."""
    teller = Teller(Process())
    fault = Placed("moon", 0, 0, 0, 1, error="the query cannot be read")
    with capture_logs() as logs:
        for each in (fault, fault, Placed("moon", 3, 1, 0, 2), fault, fault):
            teller.judged(each)
    assert [each["event"] for each in logs] == ["topic.failed", "topic.judged", "topic.failed"]


def test_a_lasting_fault_of_an_act_is_told_once_and_again_when_it_comes_back() -> None:
    """An act has a turn each second; every failed one is counted, and what is new told."""
    counted = Process()
    teller = Teller(counted)
    with capture_logs() as logs:
        for error in ("disk full", "disk full", "locked", "locked"):
            teller.failed("poll", error)
        teller.failed("judge", "locked")
        teller.did("poll")
        teller.failed("poll", "locked")

    assert [(each["event"], each["error"]) for each in logs] == [
        ("poll.failed", "disk full"),
        ("poll.failed", "locked"),
        ("judge.failed", "locked"),
        ("poll.failed", "locked"),
    ]
