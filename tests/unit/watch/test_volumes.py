import pytest

from builders import NOON, a_polled, a_state
from topicwire.model.watch import About, Kind, Share
from topicwire.model.wire import Health
from topicwire.watch.baseline import DAYS
from topicwire.watch.volumes import Series, cause_in_source, cause_in_topic, unusual


def a_series(*last: int, usual: int = 5) -> Series:
    return Series(About.TOPIC, "seats", (*(usual,) * (DAYS - len(last)), *last))


def test_a_flood_is_told_with_its_count_and_the_usual_one() -> None:
    """An incident says how much came and how much is usual, and where to look."""
    found = unusual(a_series(90), standing=(), now=NOON)

    assert found is not None
    assert (found.about, found.name, found.kind) == (About.TOPIC, "seats", Kind.MORE)
    assert found.what == "90 entries on the last day, where 5 would be usual."
    assert found.mend == "See what came: `topicwire entry list --topic seats`."


def test_a_drought_is_told() -> None:
    """A week of nothing is less than ever."""
    found = unusual(a_series(*(0,) * 7), standing=(), now=NOON)

    assert found is not None
    assert found.kind is Kind.LESS
    assert found.what == "0 entries in the last week, where 35 would be usual."


def test_an_incident_lasts_until_all_is_calm() -> None:
    """What is still restless is the same incident, not a new one and not over."""
    restless = a_series(16)

    assert unusual(restless, standing=(), now=NOON) is None
    lasting = unusual(restless, standing={Kind.MORE}, now=NOON)
    assert lasting is not None
    assert lasting.kind is Kind.MORE
    assert unusual(a_series(6), standing={Kind.MORE}, now=NOON) is None


POLLED = a_polled(state=a_state(health=Health.OK))


@pytest.mark.parametrize(
    ("health", "warnings", "kind", "others", "words"),
    [
        (Health.OK, (), Kind.MORE, {Kind.RESHAPED}, "under new ids"),
        (Health.OK, (), Kind.LESS, {Kind.MOVED}, "It has moved"),
        (Health.FAILING, (), Kind.LESS, (), "Its polls fail: HTTP 503."),
        (Health.OK, ("it is cut off",), Kind.LESS, (), "faults: it is cut off."),
        (Health.OK, (), Kind.MORE, (), "Its publisher does more than before."),
    ],
    ids=["reshaped", "moved", "failing", "faulty", "none of that"],
)
def test_the_likely_cause_in_a_source(
    health: Health, warnings: tuple[str, ...], kind: Kind, others: set[Kind], words: str
) -> None:
    """The nearest cause is named: what else is wrong with the source, then its publisher."""
    polled = a_polled(state=a_state(health=health, error="HTTP 503"), feed_warnings=warnings)

    assert words in cause_in_source(polled, kind, others)


@pytest.mark.parametrize(
    ("kind", "shares", "changes", "words"),
    [
        (Kind.LESS, (), (0, 1, 0, 0), "Its rule was changed 3 days ago."),
        (
            Kind.LESS,
            (Share("press", 0, 60), Share("wire", 9, 40)),
            (),
            "Nothing came from press, which gave 60 % of it before (press: HTTP 503).",
        ),
        (Kind.LESS, (Share("press", 5, 60), Share("wire", 4, 40)), (), "each for itself"),
        (Kind.MORE, (Share("press", 50, 8), Share("wire", 12, 40)), (), "comes from press."),
        (Kind.MORE, (Share("a", 20, 8), Share("b", 20, 8), Share("c", 20, 8)), (), "at once"),
        (Kind.MORE, (), (), "at once"),
    ],
    ids=["rule", "silent source", "all less", "one source", "many sources", "nothing known"],
)
def test_the_likely_cause_in_a_topic(
    kind: Kind, shares: tuple[Share, ...], changes: tuple[int, ...], words: str
) -> None:
    """A changed rule, a source that fell silent or one that floods is named."""
    assert words in cause_in_topic(kind, shares, changes, {"press": "HTTP 503"})
