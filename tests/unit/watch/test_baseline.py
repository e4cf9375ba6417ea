import random

import pytest

from topicwire.watch.baseline import DAYS, deviations, rhythm

WORKDAYS = (10, 11, 9, 10, 10, 2, 1)  # what a source gives from Monday to Sunday


def a_history(*last: int, days: int = DAYS) -> tuple[int, ...]:
    """Return days as usual, of which the last are as given; the last day is a Sunday."""
    usual = [WORKDAYS[day % 7] for day in range(days)]
    return tuple(usual[: days - len(last)]) + last


def is_more(counts: tuple[int, ...]) -> bool:
    return any(each.is_more for each in deviations(counts))


def is_less(counts: tuple[int, ...]) -> bool:
    return any(each.is_less for each in deviations(counts))


def flock(chance: random.Random, mean: float) -> int:
    return sum(chance.random() < mean / 100 for _ in range(100))


def test_what_is_as_always_alarms_nobody() -> None:
    """Quiet weekends are the usual: no day of an ordinary week leaves its baseline."""
    for shift in range(7):
        counts = a_history(days=DAYS + shift)[-DAYS:]
        assert all(each.is_calm for each in deviations(counts))


def test_a_sunday_like_a_busy_monday_is_no_alarm_but_a_flood_is() -> None:
    """A day is compared with the same day of other weeks; what is little more is no news."""
    assert not is_more(a_history(8))
    assert is_more(a_history(60))


def test_a_week_without_anything_is_less() -> None:
    """A week is compared with other weeks; a single empty day says nothing."""
    assert is_less(a_history(0, 0, 0, 0, 0, 0, 0))
    assert not is_less(a_history(10, 10, 10, 10, 0, 0, 0))


def test_a_week_of_thrice_as_much_is_more() -> None:
    """What is too little for a day adds up in a week, and its counts are those of the week."""
    counts = a_history(*(3 * each for each in WORKDAYS))

    (week,) = [each for each in deviations(counts) if each.is_more and each.days == 7]

    assert (week.count, week.usual) == (159, 53)


def test_a_bad_week_long_ago_does_not_blind() -> None:
    """Medians are not moved by one odd week among eight."""
    counts = list(a_history(60))
    counts[-40:-33] = [300] * 7

    assert is_more(tuple(counts))


@pytest.mark.parametrize("known", [0, 7, 34])
def test_too_little_is_known_of_what_is_new(known: int) -> None:
    """A source that was added weeks ago has no baseline yet: what it gave first is not the usual."""
    counts = (0,) * (DAYS - known) + a_history(99, days=known)[-known:] if known else (0,) * DAYS

    assert deviations(counts) == ()


@pytest.mark.parametrize("burst", [1.0, 3.0], ids=["bursty", "less bursty"])
def test_noise_seldom_alarms(burst: float) -> None:
    """Twenty sources that only come in bursts alarm less than 12 times in a year together.

    Their days vary as much as their mean and more (gamma-Poisson).
    """
    chance = random.Random(7)
    alarms = 0
    for _ in range(20):
        usual = [1.3, 1.2, 1.2, 1.1, 1.0, 0.4, 0.3]
        counts = [
            flock(chance, usual[day % 7] * 8 * chance.gammavariate(burst, 1 / burst))
            for day in range(365 + DAYS)
        ]
        is_told = False
        for end in range(DAYS, len(counts)):
            window = tuple(counts[end - DAYS : end])
            is_alarming = is_more(window) or is_less(window)
            alarms += is_alarming and not is_told
            is_told = is_alarming or (
                is_told and any(not each.is_calm for each in deviations(window))
            )
    assert alarms < 12


def test_the_longest_gap_is_between_days_with_something() -> None:
    """What is before the first and after the last day does not count; of few days none is known."""
    found = rhythm((0, 0, 1, 0, 2, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0))
    assert found is not None
    assert found.longest == 3
    assert rhythm((0, 1, 0, 2, 0, 0, 0, 1)) is None


def test_who_writes_by_chance_is_given_more_time() -> None:
    """A weekly column is missed after two weeks; one that comes when it comes, after three and more."""
    weekly = (1, *(0,) * 6) * 9
    by_chance = tuple(int(chance in "14") for chance in "10041200104400003001400000104" * 2)

    found = rhythm(weekly), rhythm(by_chance)

    assert [each.most for each in found if each] == [13, 23]
