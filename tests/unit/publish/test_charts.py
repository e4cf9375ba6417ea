"""Charts as small SVG."""

import pytest

from topicwire.publish.charts import HEIGHT, WIDTH, bars, strokes

TIMES = ("1 November 2026", "today")


@pytest.mark.parametrize(
    ("most", "top"),
    [
        (0, "1"),
        (1, "1"),
        (7, "10"),
        (10, "10"),
        (11, "20"),
        (24, "25"),
        (0.3, "0.5"),
        (4200, "5,000"),
    ],
)
def test_the_scale_ends_at_a_round_number(most: float, top: str) -> None:
    """No value is above the scale, and people can read it."""
    chart = bars([most, 0], title="", words="", times=TIMES)

    assert [tick.label for tick in chart.scale][2] == top
    assert chart.scale[0].at == chart.ground == HEIGHT - 18


def test_bars_stand_on_the_ground_within_the_drawing() -> None:
    """A value's bar reaches to its place on the scale, its part from the ground."""
    chart = bars([0, 5, 10], parts=[0, 1, 10], title="", words="", times=TIMES)

    half, whole = chart.bars
    assert (whole.top, half.height * 2, whole.part) == (8, whole.height, whole.height)
    assert half.top + half.height == chart.ground
    assert whole.left + chart.breadth <= WIDTH


def test_a_stroke_breaks_where_nothing_is_known() -> None:
    """A gap is a gap, a single value a dot, and the last value stands at the end."""
    chart = strokes([1, 2, None, 4, None, 6], title="", words="", times=TIMES)

    assert [len(each.split()) for each in chart.strokes] == [2, 2, 2]
    assert chart.strokes[2].split()[0].startswith(f"{WIDTH}.0,")
    assert len(set(chart.strokes[1].split())) == 1


def test_nothing_known_is_an_empty_chart() -> None:
    """A new installation has axes, and nothing on them."""
    chart = strokes([None] * 5, title="", words="", times=TIMES)

    assert chart.strokes == ()
    assert [tick.label for tick in chart.times] == list(TIMES)
