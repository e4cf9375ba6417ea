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
