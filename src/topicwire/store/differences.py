"""What differs between what the catalogue wants and what the database knows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields

from topicwire.model.catalogue import Definition, Source, Topic
from topicwire.model.report import Change

Facets = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Known:
    """What the database knows of one source or topic.

    `is_listed` says that it is not gone from the catalogue; `farewell` is what to say if it goes.
    `formerly` is the id that it had before, when it is to go on under another.
    """

    facets: Facets
    is_listed: bool
    farewell: str
    formerly: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """What is to become of one source or topic, and in which facets it differs from before.

    `is_known` says that the database has it, perhaps from before it left the catalogue.
    """

    change: Change
    is_known: bool
    changed: frozenset[str] = frozenset()


def source_facets(source: Source) -> Facets:
    """Return by name all that can be changed of a source."""
    return _fields(source)


def topic_facets(definition: Definition) -> Facets:
    """Return by name all that can be changed of a topic, its concepts and version included."""
    beside = {"concepts": definition.concepts, "version": definition.version}
    return _fields(definition.topic) | beside


def _fields(value: Source | Topic) -> dict[str, object]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def differences(
    kind: str, wanted: Mapping[str, Facets], known: Mapping[str, Known]
) -> tuple[Difference, ...]:
    """Return what is to become of the sources or topics of which that is not nothing, by id."""
    names = sorted(wanted.keys() | known.keys())
    return tuple(
        found
        for name in names
        for found in _difference(kind, name, wanted.get(name), known.get(name))
    )


def _difference(
    kind: str, name: str, wanted: Facets | None, known: Known | None
) -> Iterator[Difference]:
    """Yield what is to become of the source or topic of that name, if anything."""
    is_listed = known is not None and known.is_listed
    changed = _changed(wanted, known)
    if wanted is None and known is not None and is_listed:
        yield Difference(Change("remove", kind, name, known.farewell), is_known=True)
    elif wanted is not None and known is not None and known.formerly:
        change = Change("rename", kind, name, f"it was {known.formerly}")
        yield Difference(change, is_known=True, changed=changed)
    elif wanted is not None and not is_listed:
        detail = str(wanted.get("url") or wanted["title"])
        change = Change("add", kind, name, detail)
        yield Difference(change, is_known=known is not None, changed=changed)
    elif wanted is not None and changed:
        detail = ", ".join(each for each in wanted if each in changed)
        yield Difference(Change("change", kind, name, detail), is_known=True, changed=changed)


def _changed(wanted: Facets | None, known: Known | None) -> frozenset[str]:
    if wanted is None or known is None:
        return frozenset()
    return frozenset(name for name, value in wanted.items() if known.facets[name] != value)
