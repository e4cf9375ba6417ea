from dataclasses import replace
from datetime import timedelta

import pytest

from builders import NOON, a_polled, a_source, a_state
from topicwire.model.watch import Incident, Kind
from topicwire.model.wire import Health, Polled
from topicwire.watch.baseline import DAYS
from topicwire.watch.sources import outage, silent, wrong

DAY = timedelta(days=1)


def well(name: str = "press", **state: object) -> Polled:
    values = {"health": Health.OK} | state
    return a_polled(source=a_source(id=name), state=a_state(**values))


def troubled(name: str = "press", **state: object) -> Polled:
    values = {"health": Health.FAILING, "failures": 3, "error": "HTTP 503"} | state
    return well(name, **values)


def one(polled: Polled) -> Incident:
    (found,) = wrong(polled, now=NOON)
    return found


def test_a_source_may_fail_for_a_day() -> None:
    """What fails for an hour mends itself more often than not; after a day it is told."""
    assert not tuple(wrong(troubled(failing_since=NOON - timedelta(hours=5)), now=NOON))

    found = one(troubled(failing_since=NOON - 3 * DAY))

    assert (found.kind, found.began) == (Kind.FAILING, NOON - 3 * DAY)
    assert found.what == "It has given nothing for 3 days: HTTP 503."
    assert found.mend.startswith("`topicwire source check https://press.example/feed`")


@pytest.mark.parametrize(
    ("polled", "kind", "words"),
    [
        (troubled(health=Health.GONE, failing_since=NOON), Kind.GONE, "gone for good"),
        (
            troubled(health=Health.DEAD, failing_since=NOON),
            Kind.DEAD,
            "nothing for a month, and it is asked once a week: HTTP 503",
        ),
        (replace(troubled(health=Health.MERGED), merged_into="wire"), Kind.MERGED, "of wire"),
        (
            well(moved_url="https://new.example/f"),
            Kind.MOVED,
            "to https://new.example/f",
        ),
    ],
    ids=["gone", "dead", "merged", "moved"],
)
def test_what_polls_come_to_is_told_with_what_mends_it(
    polled: Polled, kind: Kind, words: str
) -> None:
    """A source that died, went or moved is an incident, which says what to do."""
    found = one(polled)

    assert found.kind is kind
    assert words in found.what
    assert "`topicwire source" in found.mend


def test_a_source_that_is_well_has_nothing_wrong() -> None:
    """No incident is made of what works."""
    assert not tuple(wrong(well(), now=NOON))


def history(*gaps: int) -> tuple[int, ...]:
    """Return counts by day: an entry after each gap, the last gap still lasting."""
    *between, now = gaps
    found = [1]
    for gap in between:
        found += [0] * gap + [1]
    found += [0] * now
    return (0,) * (DAYS - len(found)) + tuple(found)


@pytest.mark.parametrize(
    ("gaps", "is_silent"),
    [
        ((0, 1, 0, 0, 6), False),
        ((0, 1, 0, 0, 8), True),
        ((6, 6, 6, 12), False),
        ((6, 6, 6, 14), True),
        ((20, 30), False),
    ],
    ids=["daily, six days", "daily, eight days", "weekly, 12 days", "weekly, 14", "too few"],
)
def test_silence_is_measured_by_the_source_itself(
    gaps: tuple[int, ...], *, is_silent: bool
) -> None:
    """A source is silent when nothing came for twice as long as ever before, and for a week."""
    polled = well()

    found = silent(polled, history(*gaps), is_known=False, now=NOON)

    assert (found is not None) == is_silent
    if found is not None:
        assert found.began == NOON - gaps[-1] * DAY
        assert f"for {gaps[-1]} days" in found.what


def test_silence_lasts_until_something_comes() -> None:
    """That its busy days are long ago does not end a silence."""
    polled = well()

    assert silent(polled, (0,) * DAYS, is_known=True, now=NOON) is not None
    assert silent(polled, (*(0,) * (DAYS - 1), 1), is_known=True, now=NOON) is None


def test_a_source_that_fails_is_not_silent() -> None:
    """What is wrong is told once, by its first cause."""
    counts = history(0, 0, 0, 0, 30)
    assert silent(troubled(), counts, is_known=False, now=NOON) is None


def test_most_sources_out_of_reach_at_once_are_one_outage() -> None:
    """What is wrong here is not told as if every source had failed for itself."""
    lost = {"http_status": None, "error": "no route", "failing_since": NOON - timedelta(hours=1)}
    sources = [troubled(f"s{n}", **lost) for n in range(4)]
    others = [well(f"w{n}") for n in range(3)]

    found = outage((*sources, *others), now=NOON)

    assert found is not None
    assert found.what == "4 of 7 sources cannot be reached: no route."
    assert outage((*sources[:3], *others), now=NOON) is None


@pytest.mark.parametrize(("answered", "lasts"), [(None, True), (200, False), (503, False)], ids=str)
def test_an_outage_lasts_until_somebody_answers(answered: int | None, *, lasts: bool) -> None:
    """It is not over because it has lasted long; nor are hosts that died together ever one."""
    since = NOON - DAY
    lost = {"http_status": None, "failing_since": since, "last_success": since}
    sources = [troubled(f"s{n}", **lost) for n in range(8)]
    other = well("other", http_status=answered, last_poll=NOON, last_success=since)

    found = outage((*sources, other), now=NOON)

    assert (found is not None) == lasts
    assert found is None or found.began == since


def test_sources_that_answer_with_an_error_are_no_outage() -> None:
    """Who answers can be reached."""
    sources = [
        troubled(f"s{n}", http_status=500, failing_since=NOON - timedelta(hours=1))
        for n in range(9)
    ]

    assert outage(sources, now=NOON) is None
