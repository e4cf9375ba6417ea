"""Statuses for tests: all well, and much wrong."""

from datetime import timedelta

from builders import NOON, a_polled, a_source, a_standing, a_state, a_topic, an_incident
from topicwire.model.report import Counts
from topicwire.model.status import SourceStatus, Status, TopicStatus, Way
from topicwire.model.watch import About, Hour, Incident, Kind, Work
from topicwire.model.wire import Health

DAYS = 28
HOUR = timedelta(hours=1)


def a_source_status(
    name: str = "press", *, is_troubled: bool = False, **state: object
) -> SourceStatus:
    """Return a source that is well, but for `state`."""
    given = {"health": Health.OK, "next_poll": NOON + HOUR} | state
    polled = a_polled(source=a_source(id=name), state=a_state(**given), entries=12)
    return SourceStatus(polled, tuple(range(DAYS)), is_troubled)


def a_topic_status(name: str = "seats") -> TopicStatus:
    """Return a topic with an entry a day, and as many that just missed."""
    standing = a_standing(topic=a_topic(id=name))
    return TopicStatus(standing, 40, (1,) * DAYS, (2,) * DAYS)


def a_status(**changes: object) -> Status:
    """Return a status in which all is well, with `changes`."""
    values: dict[str, object] = {
        "at": NOON,
        "beat": NOON,
        "late": None,
        "next_due": NOON + HOUR,
        "unjudged": 0,
        "counts": Counts(((Health.OK, 1),), 0, 1200, 1, 40, 5_000_000),
        "incidents": (),
        "sources": (a_source_status(),),
        "topics": (a_topic_status(),),
        "hours": (Hour(NOON, Work(turns=3, polls=60, failed=2, longest=1500, memory=9), 7),),
        "to_readers": Way(960.0, 3700.0, 20),
        "within": Way(4.0, 9.0, 20),
        "to_readers_by_day": (None,) * (DAYS - 2) + (600.0, 960.0),
    }
    return Status(**(values | changes))  # type: ignore[arg-type]


OVER = an_incident(
    number=1, kind=Kind.SILENT, began=NOON - 9 * HOUR, told=NOON - 3 * HOUR, ended=NOON - HOUR
)
LASTING = an_incident(
    number=2,
    name="wire",
    what="It has given nothing for 1 day: HTTP <503>.",
    told=NOON,
    cause="Its polls fail: HTTP 503.",
    mend="Run `topicwire source check <url>`.",
)
MOMENT = an_incident(
    number=3, about=About.TOPIC, name="seats", kind=Kind.RESHAPED, told=NOON, ended=NOON
)


def much_wrong(**changes: object) -> Status:
    """Return a status with incidents, a late daemon and a source in trouble."""
    ill = a_source_status("wire", health=Health.FAILING, failures=3, error="HTTP <503>")
    incidents: tuple[Incident, ...] = (LASTING, OVER, MOMENT)
    values = {
        "late": "No daemon has worked on this database yet.",
        "incidents": incidents,
        "sources": (ill, a_source_status(is_troubled=True)),
    }
    return a_status(**(values | changes))
