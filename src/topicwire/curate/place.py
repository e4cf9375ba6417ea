"""Places: where in a reading something matched, with the sentence it stands in."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from topicwire.curate.find import Hit
from topicwire.curate.score import surfaces
from topicwire.curate.text import Reading
from topicwire.model.judging import Zone


@dataclass(frozen=True, slots=True)
class Place:
    """Words that matched a clause in a zone: as written, how often, and the first sentence.

    `spans` are the offsets in the sentence of all that matched there, in order.
    """

    matched: str
    zone: Zone
    count: int
    sentence: str
    spans: tuple[tuple[int, int], ...]


def place(here: Sequence[Hit], reading: Reading) -> Place:
    """Return hits of one zone with the sentence of the first."""
    number = reading.sentence[here[0].start]
    first, end = reading.first[number], reading.first[number + 1]
    inside = [hit for hit in here if first <= hit.start and hit.end <= end]
    return Place(
        matched=surfaces(here, reading),
        zone=reading.zone(here[0].start),
        count=len(here),
        sentence=" ".join(reading.surface(first, end).split()),
        spans=tuple(_merged(_span(hit, reading, reading.starts[first]) for hit in inside)),
    )


def _span(hit: Hit, reading: Reading, start: int) -> tuple[int, int]:
    """Return the offsets of a hit in the sentence that begins at `start`, blanks made single."""
    before = reading.text[start : reading.starts[hit.start]]
    parted = bool(before.strip()) and before[-1].isspace()
    begin = len(" ".join(before.split())) + parted
    return begin, begin + len(" ".join(reading.surface(hit.start, hit.end).split()))


def _merged(spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the spans in order, those that overlap as one."""
    start = end = -1
    for begin, stop in sorted(spans):
        if begin > end:
            if end > 0:
                yield start, end
            start, end = begin, stop
        end = max(end, stop)
    if end > 0:
        yield start, end
