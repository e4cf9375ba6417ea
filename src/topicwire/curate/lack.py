"""What a clause lacks that does not hold, in words for the editor."""

from topicwire.curate.find import Hit
from topicwire.curate.match import View, evidence, hits
from topicwire.curate.query import (
    MEANING,
    Exact,
    Field,
    Named,
    Near,
    Node,
    Not,
    Of,
    Published,
    clause,
)
from topicwire.curate.text import Origin, Reading

_ZONES = {"title": "in the title", "lead": "in the lead", "body": "in the text"}

_HOLDERS = {"title": "the title", "lead": "the lead", "body": "the text"}
_KNOWN = {"lang": "language", "url": "address"}


def lack(node: Node, view: View, *, zone: str = "", unit: str = "") -> str:
    """Say what a failing clause lacks, whose parts all hold if it has any.

    `zone` is the field within which it is to hold; `unit` what it is to hold within as one
    ("sentence", "paragraph").
    """
    where = _ZONES.get(zone, "in it")
    match node:
        case Named():
            return _members(node, view, _ZONES.get(zone, ""), unit)
        case Not(item):
            found = _surfaces(hits(item, view.negated()) or [], view.reading)
            return f"{_HOLDERS.get(zone, 'it')} holds {found or clause(item)}, which NOT forbids"
        case Near(distance, items):
            return _distance(distance, [hits(item, view) or [] for item in items], view.reading)
        case Of(least, items):
            held = [clause(item) for item in items if hits(item, view) is not None]
            return f"{least} of {len(items)} parts are needed; it found {_listed(held)}"
        case Field() | Published():
            return _origin(node, view.reading.origin)
        case _:
            spelled = " in this spelling" if isinstance(node, Exact) else ""
            return f"{clause(node)} does not stand {where}{spelled}"


def _members(node: Named, view: View, where: str, unit: str) -> str:
    one = f"in one {unit}" if unit else ""
    place = " ".join(part for part in (where, one) if part)
    if node.least == 1:
        return f"no member of @{node.concept} stands {where or 'in it'}"
    found = dict.fromkeys(node.members[hit.member].name for hit in evidence(node, view))
    asked = " ".join(part for part in (f"needs {node.least} distinct members", place) if part)
    return f"@{node.concept} {asked}; it found {_listed(list(found))}"


def _distance(allowed: int, found: list[list[Hit]], reading: Reading) -> str:
    """Say how many words stand between the first part and the furthest of the others, at best."""
    first, *others = found
    gaps = [max(_gap(hit, other, reading) for other in others) for hit in first if others]
    asked = f"its parts stand more than {allowed} words apart"
    best = min(gaps, default=len(reading.spelled))
    return f"{asked}: {best} at best" if best < len(reading.spelled) else asked


def _gap(hit: Hit, others: list[Hit], reading: Reading) -> int:
    """Return the words between a hit and the nearest of others, a very large number for none."""
    is_title = hit.start < reading.text_start
    between = [
        max(other.start - hit.end, hit.start - other.end)
        for other in others
        if (other.start < reading.text_start) == is_title
        and (other.start >= hit.end or other.end <= hit.start)
    ]
    return min(between, default=len(reading.spelled))


def _origin(node: Field | Published, origin: Origin | None) -> str:
    """Say what is known of the entry beside its text, in that respect."""
    if isinstance(node, Field) and node.name == MEANING:
        return f"what it says is not like {clause(node.item)}"
    if origin is None:
        return f"{clause(node)} does not hold"
    if isinstance(node, Published):
        return f"{clause(node)} does not hold: it was published on {origin.day}"
    value = {
        "author": origin.authors,
        "source": origin.source,
        "tag": origin.tags,
        "lang": origin.lang,
        "url": origin.url,
    }[node.name]
    shown = ", ".join(value.split("\n\n")) if value else "unknown"
    return f"{clause(node)} does not hold: its {_KNOWN.get(node.name, node.name)} is {shown}"


def _surfaces(found: list[Hit], reading: Reading) -> str:
    words = dict.fromkeys(
        f"“{' '.join(reading.surface(hit.start, hit.end).split())}”" for hit in found
    )
    return " and ".join(list(words)[:3])


def _listed(names: list[str]) -> str:
    return ", ".join(names) if names else "none"
