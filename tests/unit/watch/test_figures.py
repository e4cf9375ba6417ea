from datetime import timedelta

from builders import NOON
from topicwire.model.status import Way
from topicwire.model.watch import Lag
from topicwire.watch.figures import by_day, to_readers, way

DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)


def test_the_way_to_readers_begins_at_the_source() -> None:
    """Where the source does not say when, nothing is known of the way."""
    lags = (Lag(NOON, NOON + MINUTE, NOON + 3 * MINUTE), Lag(None, NOON, NOON + MINUTE))

    assert to_readers(lags) == [180.0]


def test_a_way_has_a_middle_and_a_far_end() -> None:
    """Of a hundred, 95 stay below the most; of none nothing is known."""
    assert way([float(n) for n in range(101)]) == Way(50.0, 95.0, 101)
    assert way([]) == Way(None, None, 0)


def test_days_without_entries_are_gaps() -> None:
    """Each day has its own median, by when it was published here."""
    lags = [Lag(NOON, NOON, NOON + n * MINUTE) for n in (1, 2, 9)]
    lags.append(Lag(NOON + 2 * DAY, NOON + 2 * DAY, NOON + 2 * DAY + MINUTE))

    until = (NOON + 3 * DAY).date()
    assert by_day(lags, days=4, until=until) == (None, 120.0, None, 60.0)
