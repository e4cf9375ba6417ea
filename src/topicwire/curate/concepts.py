"""Concepts under the lens: terms that add nothing, that two members share, that no text has."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import combinations

from topicwire.curate.locate import Position
from topicwire.curate.match import Matcher
from topicwire.curate.query import Alias, Named, Or, Term, clause
from topicwire.curate.shadow import holds, same
from topicwire.curate.text import Reading

ENOUGH = 20  # texts from which on counts say something
_SHOWN = 6  # terms of a concept that are named in a sentence


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that an editor should look at.

    `kind` is what programs know it by. `file` is the catalogue's, `place` in its query. `says` is
    what was found of the `subject`, a clause or a concept, or of the whole topic when that is
    empty, and `mend` what to do. `count` of `texts` have it, where that
    was counted; `terms` are all that it is about, when those are many.
    """

    kind: str
    file: str
    subject: str
    says: str
    mend: str
    place: Position | None = None
    count: int | None = None
    texts: int | None = None
    terms: tuple[str, ...] = ()


class ConceptLint:
    """Concepts under the lens: shown texts one by one, then asked for their findings."""

    def __init__(self, concepts: Iterable[Named]) -> None:
        self._concepts = tuple({each.concept: each for each in concepts}.values())
        terms = dict.fromkeys(term for each in self._concepts for term in _terms(each))
        # Each term as a concept of its own: the terms of one hide in longer ones of the same.
        self._alone = {
            term: Named(str(number), 1, (Alias("", (term,)),)) for number, term in enumerate(terms)
        }
        self._matcher = Matcher(Or(tuple(self._alone.values())))
        self._unseen = set(terms)
        self._texts = 0

    def look(self, reading: Reading) -> None:
        """Count a text."""
        found = self._matcher.view(reading).found
        self._unseen -= {term for term in self._unseen if found[id(self._alone[term])]}
        self._texts += 1

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, concept by concept."""
        return tuple(
            finding
            for concept in sorted(self._concepts, key=lambda each: each.concept)
            for finding in (*_doubles(concept), *self._never(concept))
        )

    def _never(self, concept: Named) -> Iterator[Finding]:
        """Yield one finding for all terms: the texts of one year have few of a concept's names."""
        terms = tuple(dict.fromkeys(_terms(concept)))
        unseen = tuple(clause(term) for term in terms if term in self._unseen)
        if not unseen or self._texts < ENOUGH:
            return
        shown = ", ".join(unseen[:_SHOWN]) + (", …" if len(unseen) > _SHOWN else "")
        yield Finding(
            kind="never",
            file=_file(concept),
            subject=f"@{concept.concept}",
            says=f"has {len(unseen)} of {len(terms)} terms that stand in none of {self._texts} "
            f"texts: {shown}",
            mend="Look for misspelt ones; --json lists all.",
            count=0,
            texts=self._texts,
            terms=unseen,
        )


def _terms(concept: Named) -> Iterator[Term]:
    for alias in concept.members:
        yield from alias.terms


def _file(concept: Named) -> str:
    return f"concepts/{concept.concept}.toml"


def _doubles(concept: Named) -> Iterator[Finding]:
    """Yield the terms of a concept that add nothing, and those that two members share."""
    file, subject = _file(concept), f"@{concept.concept}"
    owners: dict[object, list[tuple[str, Term]]] = {}
    for alias in concept.members:
        told: set[Term] = set()
        for term in alias.terms:
            owners.setdefault(same(term), []).append((alias.name, term))
        for one, other in combinations(alias.terms, 2):
            double = _double(one, other)
            if double is not None and double[0] not in told:
                told.add(double[0])
                says = (
                    f"has {clause(double[0])} in {alias.name}, where {clause(double[1])} is enough"
                )
                yield Finding("double", file, subject, says, "Remove what adds nothing.")
    for members in owners.values():
        if len({name for name, _ in members}) > 1:
            shared = " and ".join(f"{clause(term)} of {name}" for name, term in members)
            says = f"has {shared}, which are one word: only the first member gets it"
            yield Finding("shared", file, subject, says, "Leave it to one of the members.")


def _double(one: Term, other: Term) -> tuple[Term, Term] | None:
    """Return the term that adds nothing and the one that it adds nothing to, if it is so."""
    if holds(other, one):
        return other, one
    return (one, other) if holds(one, other) else None
