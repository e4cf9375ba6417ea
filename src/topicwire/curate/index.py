"""The index of all topics: which of them an entry can belong to, told by its words alone.

An entry is taken apart once, all terms are looked up in it at once, and each that is found leads
to the topics that it is the rarest part of. So an entry costs what it contains, however many
topics stand. What the index leaves out cannot be accepted; what it gives is a candidate, and
judged in full.
"""

from collections.abc import Iterable, Iterator, Sequence

import re2

from topicwire.curate.condition import Condition, Conditions, Found, Sought
from topicwire.curate.lookup import Lookup
from topicwire.curate.query import Node, Regex
from topicwire.curate.text import Raw
from topicwire.curate.words import standing_for

# A topic that cannot accept an entry is a candidate too when its terms, weighed by how strong its
# query can be with them, stand in every so many words: the verdict of a near miss is worth a row.
DENSE = 30
LOUD = 3.0  # as strong as a query with weights can be: a quick look before the strength is told

# How many entries of a hundred have a term, before any was seen; and the numbers of entries seen
# after which the topics are led to anew, by the parts that turned out to be rare.
_WORD, _PHRASE, _EXPRESSION = 5.0, 0.2, 50.0
LEARNED_AFTER = (50, 500, 5_000)


class Index:
    """The queries of many topics as one; it keeps what it learns of words, language by language.

    Topics are numbered in the order of their `nodes`. Those in `wide` are candidates whenever
    one of their terms is found.
    """

    def __init__(self, nodes: Sequence[Node], *, wide: Iterable[int] = ()) -> None:
        conditions = Conditions()
        self._conditions = tuple(map(conditions.of, nodes))
        self._sought = tuple(conditions.numbers)
        self._always = tuple(n for n, each in enumerate(self._conditions) if not each.parts)
        self._named = frozenset(each.lang for each in self._sought if each.lang)
        self._lookups: dict[str, Lookup] = {}
        self._patterns = [
            (number, re2.compile(each.term.pattern))
            for number, each in enumerate(self._sought)
            if isinstance(each.term, Regex)
        ]
        self._wide: dict[int, list[int]] = {}  # by term: the topics that any term is enough for
        for topic in frozenset(wide):
            for term in self._conditions[topic].terms:
                self._wide.setdefault(term, []).append(topic)
        self._dense = self._by_density()
        self._expected = tuple(map(_expected, self._sought))
        self._seen = 0
        self._found_in = [0] * len(self._sought)  # how many entries each term was found in
        self._led: dict[int, list[int]] = {}  # by term: the topics it is of the rarest part of
        self._rest: list[tuple[frozenset[int], ...]] = []  # by topic: its other parts, rarest first
        self._lead()

    def candidates(self, raw: Raw) -> list[int]:
        """Return the topics that an entry of these words may belong to, sorted."""
        found, length = self._found(raw)
        self._learn(found)
        chosen = set(self._always)
        chosen.update(self._possible(found, length))
        chosen.update(
            topic
            for topic in self._dense_in(found, length) - chosen
            if _is_near(self._conditions[topic], found, length)
        )
        if self._wide:
            chosen.update(*(self._wide[term] for term in found.keys() & self._wide.keys()))
        return sorted(chosen)

    def _found(self, raw: Raw) -> tuple[dict[int, int], int]:
        """Return how often each term stands in the entry, and the number of its words."""
        lang = standing_for(raw.lang, self._named)
        lookup = self._lookups.get(lang)
        if lookup is None:
            lookup = self._lookups[lang] = self._lookup(lang)
        found, length = lookup.found(raw.text)
        if self._patterns:
            found.update(self._matching(raw.text))
        return found, length

    def _possible(self, found: Found, length: int) -> Iterator[int]:
        """Yield the topics no part of which is missing, if they can hold or nearly do."""
        looked_at = set().union(*map(self._led.__getitem__, found.keys() & self._led.keys()))
        present = frozenset(found)
        rest = self._rest
        for topic in looked_at:
            for part in rest[topic]:
                if part.isdisjoint(present):
                    break
            else:
                condition = self._conditions[topic]
                if condition.passes(found) or _is_near(condition, found, length):
                    yield topic

    def _dense_in(self, found: Found, length: int) -> set[int]:
        """Return the topics that may nearly hold although a part of them is missing."""
        chosen: set[int] = set()
        dense = self._dense
        for term, count in found.items():
            for least, topic in dense[term]:
                if count < least * length:
                    break
                chosen.add(topic)
        return chosen

    def _by_density(self) -> list[list[tuple[float, int]]]:
        """Return by term the topics, with how often it has to stand in a word for a near miss.

        One of the terms of a topic stands there as often as all do on average. So where none
        does that as often as a near miss needs, with a part missing, there is no need to count.
        """
        dense: list[list[tuple[float, int]]] = [[] for _ in self._sought]
        for topic, condition in enumerate(self._conditions):
            if condition.parts:
                strength = min(LOUD, condition.lame_strength())
                most = condition.terms.total() * DENSE * strength * (1 + 1e-9)
                for term in condition.terms if most else ():
                    dense[term].append((1 / most, topic))
        for each in dense:
            each.sort()
        return dense

    def _lookup(self, lang: str) -> Lookup:
        """Return the lookup of the terms that texts of a language are read for."""
        return Lookup(
            (
                (number, term)
                for number, (term, limit) in enumerate(self._sought)
                if not isinstance(term, Regex) and (not limit or lang in {limit, ""})
            ),
            lang,
        )

    def _learn(self, found: Found) -> None:
        """Note which terms are rare, and lead to the topics by those, when that is known better."""
        if self._seen < LEARNED_AFTER[-1]:
            self._seen += 1
            for term in found:
                self._found_in[term] += 1
            if self._seen in LEARNED_AFTER:
                self._lead()

    def _lead(self) -> None:
        """Lead from the terms of the rarest part of each topic to the topic."""
        common = [
            found + expected for found, expected in zip(self._found_in, self._expected, strict=True)
        ]
        self._led = {}
        self._rest = []
        for topic, condition in enumerate(self._conditions):
            parts = sorted(condition.parts, key=lambda part: sum(map(common.__getitem__, part)))
            self._rest.append(tuple(parts[1:]))
            for term in parts[0] if parts else ():
                self._led.setdefault(term, []).append(topic)

    def _matching(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the expressions that match somewhere."""
        # An underline is a letter to them, and none to the sentence that begins or ends with it.
        bare = text.replace("_", " ")
        for number, pattern in self._patterns:
            if pattern.search(text) or (bare != text and pattern.search(bare)):
                yield number, 1


def _is_near(condition: Condition, found: Found, length: int) -> bool:
    """Whether so many terms found in so many words can make a near miss."""
    count = condition.count(found)
    if count * DENSE * LOUD < length:
        return False
    return count * DENSE * condition.strength(found) >= length


def _expected(sought: Sought) -> float:
    """Return how many entries of a hundred have a term, as far as it tells itself."""
    if isinstance(sought.term, Regex):
        return _EXPRESSION
    return _PHRASE if " " in sought.term.text else _WORD
