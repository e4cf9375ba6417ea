"""Matching: where a clause holds in a reading, and by which words."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from topicwire.curate.find import Hit, Leaf, Lexicon, find, languages_of, lexicon
from topicwire.curate.query import (
    MEANING,
    TEXT_FIELDS,
    VALUE_FIELDS,
    ZONE_FIELDS,
    And,
    Boost,
    Exact,
    Field,
    Named,
    Near,
    Node,
    Not,
    Of,
    Or,
    Published,
    Regex,
    Unit,
    Within,
    Words,
    children,
    statements,
)
from topicwire.curate.text import Origin, Reading, read_value
from topicwire.curate.words import standing_for


@dataclass(frozen=True, slots=True)
class View:
    """The part of a reading in which a clause is to hold.

    `found` gives the hits of terms and concepts in the whole reading, by the identity of their
    nodes. `together` remembers where sentences and paragraphs hold, as the score asks again.
    `wanted` is False inside a NOT. `is_alike` says whether the entry is like a statement, None
    where nothing compares by meaning.
    """

    reading: Reading
    start: int
    end: int
    found: Mapping[int, list[Hit]]
    together: dict[tuple[int, int, int], list[Hit]]
    wanted: bool = True
    is_alike: Callable[[str], bool] | None = None

    def part(self, start: int, end: int) -> "View":
        """Return the part of the view from one place up to another."""
        first, last = max(start, self.start), min(end, self.end)
        # Not by `replace`, which takes as long as what is done with the part.
        return View(
            self.reading, first, last, self.found, self.together, self.wanted, self.is_alike
        )

    def negated(self) -> "View":
        """Return the view as a NOT has it."""
        return replace(self, wanted=not self.wanted)


class Matcher:
    """A clause made ready to be looked for in many readings; keeps a lexicon a language."""

    def __init__(self, node: Node) -> None:
        # A concept that is named twice is looked up once: both mentions hold the same members.
        numbers: dict[int, int] = {}
        leaves: list[Leaf] = []
        self._numbers: dict[int, int] = {}
        for leaf in leaves_of(node):
            content = id(leaf.members) if isinstance(leaf, Named) else id(leaf)
            if content not in numbers:
                numbers[content] = len(leaves)
                leaves.append(leaf)
            self._numbers[id(leaf)] = numbers[content]
        self.node = node  # also keeps the nodes alive, so that their identities stay theirs
        self._leaves = tuple(leaves)
        self._named = frozenset(languages_of(leaves))
        self._lexicons: dict[str, Lexicon] = {}

    def view(self, reading: Reading, *, is_alike: Callable[[str], bool] | None = None) -> View:
        """Return the view of all of a reading; `is_alike` as in View."""
        lang = standing_for(reading.lang, self._named)
        known = self._lexicons.get(lang)
        if known is None:
            known = self._lexicons[lang] = lexicon(self._leaves, lang)
        found = find(self._leaves, known, reading)
        by_node = {node: found[number] for node, number in self._numbers.items()}
        return View(reading, 0, len(reading.spelled), by_node, {}, is_alike=is_alike)


def leaves_of(node: Node) -> Iterator[Leaf]:
    """Yield the terms and concepts of a clause that are looked for in the text."""
    match node:
        case Words() | Exact() | Regex() | Named():
            yield node
        case Field(name) if name not in ZONE_FIELDS:
            return
        case _:
            for child in children(node):
                yield from leaves_of(child)


def hits(node: Node, view: View) -> list[Hit] | None:
    """Return the hits by which a clause holds in a view, in order; None where it does not hold.

    A clause that holds without any words, such as one on the source, gives an empty list.
    """
    match node:
        case Words() | Exact() | Regex() | Named():
            return _leaf(node, view)
        case And(items):
            return _all(items, view)
        case Or(items):
            return _some(items, 1, view)
        case Of(least, items):
            return _some(items, least, view)
        case _:
            return _modified(node, view)


def _leaf(node: Leaf, view: View) -> list[Hit] | None:
    here = _inside(view.found[id(node)], view)
    least = node.least if isinstance(node, Named) else 1
    if least > 1 and len({hit.member for hit in here}) < least:
        return None
    return here or None


def _modified(
    node: Not | Near | Within | Field | Published | Boost, view: View
) -> list[Hit] | None:
    match node:
        case Near(distance, items):
            return _near(distance, items, view)
        case Within():
            return _within(node, view)
        case Field(name, item) if name in ZONE_FIELDS:
            return hits(item, zone_view(name, view))
        case Boost(item=item):
            return hits(item, view)
        case Not(item):
            holds = hits(item, view.negated()) is None
        case Field() | Published():
            holds = _is_from(node, view)
    return [] if holds else None


def nearly(node: Node, view: View) -> bool:
    """Whether all that a clause asks for stands somewhere in the view, if not where it asks."""
    match node:
        case And(items) | Near(items=items):
            return all(nearly(item, view) for item in items)
        case Or(items):
            return any(nearly(item, view) for item in items)
        case Of(least, items):
            return sum(nearly(item, view) for item in items) >= least
        case Within(item=item) | Boost(item=item):
            return nearly(item, view)
        case Field(name, item) if name in ZONE_FIELDS:
            return nearly(item, view)
    return hits(node, view) is not None


def evidence(node: Node, view: View) -> list[Hit]:
    """Return the hits of all terms and concepts that a clause asks for, whether it holds or not."""
    match node:
        case Words() | Exact() | Regex() | Named():
            return _inside(view.found[id(node)], view)
        case Not():
            return []
        case Field(name, item):
            return evidence(item, zone_view(name, view)) if name in ZONE_FIELDS else []
        case _:
            return sorted(hit for child in children(node) for hit in evidence(child, view))


def _all(items: Sequence[Node], view: View) -> list[Hit] | None:
    gathered: list[Hit] = []
    for item in items:
        found = hits(item, view)
        if found is None:
            return None
        gathered.extend(found)
    return sorted(gathered)


def _some(items: Sequence[Node], least: int, view: View) -> list[Hit] | None:
    held = [found for item in items if (found := hits(item, view)) is not None]
    return sorted(hit for found in held for hit in found) if len(held) >= least else None


def _near(distance: int, items: Sequence[Node], view: View) -> list[Hit] | None:
    found = [hits(item, view) for item in items]
    if not all(found):
        return None
    first, *others = [one or [] for one in found]
    gathered: set[Hit] = set()
    for hit in first:
        close = [_close(hit, other, distance, view.reading) for other in others]
        if all(close):
            gathered.update([hit], *close)
    return sorted(gathered) or None


def _close(hit: Hit, others: list[Hit], distance: int, reading: Reading) -> list[Hit]:
    """Return the other hits with at most so many words between, title and text kept apart."""
    is_title = hit.start < reading.text_start
    longest = max(other.end - other.start for other in others)
    first = bisect_left(others, hit.start - distance - longest, key=lambda other: other.start)
    last = bisect_right(others, hit.end + distance, key=lambda other: other.start)
    return [
        other
        for other in others[first:last]
        if other.end >= hit.start - distance
        and (other.start >= hit.end or other.end <= hit.start)
        and (other.start < reading.text_start) == is_title
    ]


def _within(node: Within, view: View) -> list[Hit] | None:
    if not view.wanted:  # a clause on the origin may hold here and not there
        return _together(node, view) or None
    key = (id(node), view.start, view.end)
    if key not in view.together:
        view.together[key] = _together(node, view)
    return view.together[key] or None


def _together(node: Within, view: View) -> list[Hit]:
    each = (hits(node.item, view.part(start, end)) for start, end in _units(node, view))
    held = [found for found in each if found is not None]
    return [hit for found in held for hit in found] if len(held) >= node.least else []


def _units(node: Within, view: View) -> Iterator[tuple[int, int]]:
    """Yield the first place and the end of every sentence or paragraph where the clause may hold."""
    reading = view.reading

    def unit_of(place: int) -> int:
        number = reading.sentence[place]
        return number if node.unit is Unit.SENTENCE else reading.paragraph[number]

    found = _possible(node.item, view, unit_of)
    if found is None:
        found = {unit_of(hit.start) for hit in evidence(node.item, view)}
    if node.unit is Unit.SENTENCE:
        yield from ((reading.first[number], reading.first[number + 1]) for number in sorted(found))
        return
    for paragraph in sorted(found):
        begin = bisect_left(reading.paragraph, paragraph)
        yield reading.first[begin], reading.first[bisect_right(reading.paragraph, paragraph)]


def _possible(node: Node, view: View, unit_of: Callable[[int], int]) -> set[int] | None:
    """Return the numbers of the units with words of all that a clause needs words of.

    None when it may hold without any. Most sentences have some of what is asked for, few all.
    """
    match node:
        case Words() | Exact() | Regex() | Named():
            return {unit_of(hit.start) for hit in _inside(view.found[id(node)], view)}
        case And(items) | Near(items=items):
            needed = [
                each for item in items if (each := _possible(item, view, unit_of)) is not None
            ]
            return set.intersection(*needed) if needed else None
        case Or(items) | Of(items=items):
            allowed = [_possible(item, view, unit_of) for item in items]
            return None if None in allowed else set().union(*filter(None, allowed))
        case Boost(item=item) | Within(item=item):
            return _possible(item, view, unit_of)
        case Field(name, item) if name in ZONE_FIELDS:
            return _possible(item, view, unit_of)
        case _:
            return None


def zone_view(name: str, view: View) -> View:
    """Return the part of the view in a zone; the body is all of the text, its lead included."""
    reading = view.reading
    bounds = {
        "title": (0, reading.text_start),
        "lead": (reading.text_start, reading.lead_end),
        "body": (reading.text_start, len(reading.spelled)),
    }
    return view.part(*bounds[name])


def _inside(found: list[Hit], view: View) -> list[Hit]:
    if not found or (view.start == 0 and view.end == len(view.reading.spelled)):
        return found
    # A hit begins with its first place: compared as tuples, they need no function for a key.
    first = bisect_left(found, (view.start,))
    last = bisect_left(found, (view.end,), first)
    return [hit for hit in found[first:last] if hit.end <= view.end]


# ---- what is known beside the text -----------------------------------------------------


def _is_from(node: Field | Published, view: View) -> bool:
    """Whether the clause holds of the origin; of a text without one every such clause holds."""
    if isinstance(node, Field) and node.name == MEANING:
        compare = view.is_alike
        return view.wanted if compare is None else all(map(compare, statements(node)))
    origin = view.reading.origin
    if origin is None:
        return view.wanted
    if isinstance(node, Published):
        return _is_between(node, origin)
    if node.name in VALUE_FIELDS:
        return _holds(node.item, lambda value: _has_value(node.name, value.lower(), origin))
    values = dict(zip(TEXT_FIELDS, (origin.authors, origin.source, origin.tags), strict=True))
    named = read_value(values[node.name], view.reading.lang)
    return hits(node.item, Matcher(node.item).view(named)) is not None


def _is_between(node: Published, origin: Origin) -> bool:
    day = origin.day
    if day is None:
        return False
    return (node.first is None or node.first <= day) and (node.last is None or day <= node.last)


def _has_value(name: str, value: str, origin: Origin) -> bool:
    if name == "lang":
        return origin.lang == value or origin.lang.startswith(f"{value}-")
    address = origin.url.partition("://")[2].partition("?")[0].partition("#")[0]
    return any(f"{mark}{value}" in f"/{address}" for mark in "/.-_")


def _holds(node: Node, test: Callable[[str], bool]) -> bool:
    """Whether a clause of plain values holds by a test of one value."""
    match node:
        case And(items):
            return all(_holds(item, test) for item in items)
        case Or(items):
            return any(_holds(item, test) for item in items)
        case Not(item):
            return not _holds(item, test)
        case Words(text):
            return test(text)
        case _:
            return False
