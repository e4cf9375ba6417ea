"""Charts: values in time as a small SVG, with labelled axes, and in words for who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 320, 112  # of the drawing, in its own units
_LEFT, _TOP, _BOTTOM = 44, 8, 18  # room for the labels
_NARROW = 3  # bars without room for gaps stand side by side
_STEPS = (1, 2, 2.5, 5, 10)  # of a scale that people read easily


@dataclass(frozen=True, slots=True)
class Tick:
    """A label at an axis, and where it stands."""

    at: float
    label: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar from the ground up; `part` is the height of its darker part."""

    left: float
    top: float
    height: float
    part: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart ready to be drawn: bars, or strokes broken where nothing is known.

    `words` say what it shows. `right` is where the last value stands.
    """

    title: str
    words: str
    scale: tuple[Tick, ...]
    times: tuple[Tick, ...]
    bars: tuple[Bar, ...] = ()
    strokes: tuple[str, ...] = ()
    breadth: float = 0.0  # of a bar

    @property
    def ground(self) -> int:
        """Where zero is."""
        return HEIGHT - _BOTTOM

    @property
    def left(self) -> int:
        """Where the first value stands."""
        return _LEFT

    @property
    def right(self) -> int:
        """Where the last value stands."""
        return WIDTH


def bars(
    values: Sequence[float],
    *,
    title: str,
    words: str,
    times: tuple[str, str],
    parts: Sequence[float] = (),
) -> Chart:
    """Return values as bars; `parts` are those of them that are drawn darker, `times` the ends."""
    top = _top(max(values, default=0))
    step = (WIDTH - _LEFT) / max(len(values), 1)
    room = HEIGHT - _BOTTOM - _TOP
    drawn = tuple(
        Bar(
            left=round(_LEFT + place * step, 1),
            top=round(HEIGHT - _BOTTOM - value / top * room, 1),
            height=round(value / top * room, 1),
            part=round(part / top * room, 1),
        )
        for place, (value, part) in enumerate(zip(values, parts or (0,) * len(values), strict=True))
        if value
    )
    breadth = round(step * 0.8, 1) if step > _NARROW else round(step, 2)
    return Chart(title, words, _scale(top), _ends(times), bars=drawn, breadth=breadth)


def strokes(
    values: Sequence[float | None], *, title: str, words: str, times: tuple[str, str]
) -> Chart:
    """Return values as strokes, with a gap where there is none."""
    top = _top(max((each for each in values if each is not None), default=0))
    step = (WIDTH - _LEFT) / max(len(values) - 1, 1)
    room = HEIGHT - _BOTTOM - _TOP
    drawn: list[list[str]] = [[]]
    for place, value in enumerate(values):
        if value is None:
            drawn.append([])
        else:
            height = HEIGHT - _BOTTOM - value / top * room
            drawn[-1].append(f"{_LEFT + place * step:.1f},{height:.1f}")
    lines = tuple(" ".join(_visible(each)) for each in drawn if each)
    return Chart(title, words, _scale(top), _ends(times), strokes=lines)


def _visible(points: list[str]) -> list[str]:
    """A single point is drawn as a stroke of no length, which round ends make a dot."""
    return points if len(points) > 1 else points * 2


def _top(most: float) -> float:
    """Return the end of the scale: a round number that no value is above."""
    if most <= 0:
        return 1
    power = 1.0
    while power * 10 <= most:
        power *= 10
    while power > most:
        power /= 10
    return next(step * power for step in _STEPS if step * power >= most)


def _scale(top: float) -> tuple[Tick, ...]:
    room = HEIGHT - _BOTTOM - _TOP
    return tuple(
        Tick(round(HEIGHT - _BOTTOM - share * room, 1), f"{top * share:,.6g}")
        for share in (0, 0.5, 1)
    )


def _ends(times: tuple[str, str]) -> tuple[Tick, ...]:
    first, last = times
    return Tick(_LEFT, first), Tick(WIDTH, last)
