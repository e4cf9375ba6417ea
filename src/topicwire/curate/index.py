"""The index of all topics: which of them an entry can belong to, told by its words alone.

An entry is taken apart once, and each of its words leads to the terms that it is part of and to
the topics that ask for them. So it costs what it contains, however many topics stand. What the
index leaves out cannot be accepted; what it gives is a candidate, and judged in full.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from math import prod
from typing import NamedTuple

import re2

from topicwire.curate import words
from topicwire.curate.find import Slot, slots_of, terms
from topicwire.curate.query import (
    ZONE_FIELDS,
    Alias,
    And,
    Boost,
    Exact,
    Field,
    Named,
    Near,
    Node,
    Of,
    Or,
    Regex,
    Term,
    Within,
    Words,
    children,
)
from topicwire.curate.score import ABSENT, PARTLY
from topicwire.curate.text import REPEATED_RUN, Raw

# A topic that cannot accept an entry is a candidate too when its terms, weighed by how strong its
# query can be with them, stand in every so many words: the verdict of a near miss is worth a row.
DENSE = 120
LOUD = 3.0  # as strong as a query with weights can be: a quick look before the strength is told
MAX_WORDS = 100_000  # different words that are remembered in a language; then they are forgotten

# What may match a sentence and not the text around it, as it looks at where that begins or ends.
_ANCHORED = re.compile(r"(?<!\[)\^|\$|\\[AzB]")

Found = Mapping[int, int]  # by number of a term, how often it stands in the entry
_Slots = tuple[int, ...]


class Index:
    """The queries of many topics as one; it keeps what it learns of words, language by language.

    Topics are numbered in the order of their `nodes`. Those in `wide` are candidates whenever
    one of their terms is found.
    """

    def __init__(self, nodes: Sequence[Node], *, wide: Iterable[int] = ()) -> None:
        self._terms: dict[Term | Regex, int] = {}
        self._postings: list[list[tuple[int, int]]] = []  # by term: its topics, and parts of them
        conditions = [self._condition(topic, node) for topic, node in enumerate(nodes)]
        self._conditions = tuple(conditions)
        self._always = tuple(topic for topic, each in enumerate(conditions) if not each.needed)
        self._wide = frozenset(wide)
        self._lexicons: dict[str, _Lexicon] = {}
        self._patterns = [
            (number, re2.compile(each.pattern))
            for each, number in self._terms.items()
            if isinstance(each, Regex)
        ]

    def candidates(self, raw: Raw) -> list[int]:
        """Return the topics that an entry of these words may belong to, sorted."""
        known = self._lexicons.get(raw.lang)
        if known is None:
            known = self._lexicons[raw.lang] = _Lexicon(tuple(self._terms), raw.lang)
        found = known.found(raw.forms)
        if self._patterns:
            found.update(self._matching(raw.text))
        parts: dict[int, int] = {}
        counts: dict[int, int] = {}
        for term, count in found.items():
            for topic, part in self._postings[term]:
                parts[topic] = parts.get(topic, 0) | part
                counts[topic] = counts.get(topic, 0) + count
        chosen = set(self._always)
        chosen.update(
            topic
            for topic, has in parts.items()
            if topic in self._wide
            or self._conditions[topic].can_hold(has, found)
            or self._is_near(topic, counts[topic], found, len(raw.forms))
        )
        return sorted(chosen)

    def _is_near(self, topic: int, count: int, found: Found, length: int) -> bool:
        """Whether so many terms found in so many words can make a near miss."""
        if count * DENSE * LOUD < length:
            return False
        return count * DENSE * self._conditions[topic].strength(found) >= length

    def _matching(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the expressions that match somewhere."""
        # An underline is a letter to them, and none to the sentence that begins or ends with it.
        bare = text.replace("_", " ")
        for number, pattern in self._patterns:
            if pattern.search(text) or (bare != text and pattern.search(bare)):
                yield number, 1

    def _condition(self, topic: int, node: Node) -> "_Condition":
        """Return what a topic needs, and note its terms under the parts that need one."""
        needed = 0
        tests = []
        for number, part in enumerate(_conjuncts(node)):
            test = self._test(part)
            if not test({}):
                needed |= 1 << number
                if not _is_plain(part):
                    tests.append(test)
            for term in {self._number(term) for term in _wanted(part)}:
                self._postings[term].append((topic, 1 << number))
        return _Condition(needed, tuple(tests), self._strength(node))

    def _number(self, term: Term | Regex) -> int:
        """Return the number of a term; the topics that ask for it share it."""
        number = self._terms.setdefault(term, len(self._terms))
        if number == len(self._postings):
            self._postings.append([])
        return number

    def _test(self, node: Node) -> Callable[[Found], bool]:
        """Return a test, by the terms found, that a clause passes wherever it can hold."""
        match node:
            case Words() | Exact() | Regex() if not _is_anchored(node):
                return _is_found(self._number(node))
            case Named(least=least, members=members):
                return self._members_test(least, members)
            case Or(items):
                return self._items_test(1, items)
            case Of(least, items):
                return self._items_test(least, items)
            case And(items) | Near(items=items):
                return self._items_test(len(items), items)
            case _:
                inner = _within(node)
                return _certainly if inner is None else self._test(inner)

    def _items_test(self, least: int, items: Sequence[Node]) -> Callable[[Found], bool]:
        """Return a test for so many clauses that can hold."""
        tests = tuple(map(self._test, items))
        if least == 1:
            return lambda found: any(test(found) for test in tests)
        if least == len(tests):
            return lambda found: all(test(found) for test in tests)
        return lambda found: sum(test(found) for test in tests) >= least

    def _strength(self, node: Node) -> Callable[[Found], float]:
        """Return how strong a clause can be in a sentence, by the terms found."""
        match node:
            case And(items):
                return self._joint(items)
            case Or(items):
                each = tuple(map(self._strength, items))
                return lambda found: max(strength(found) for strength in each)
            case Boost(weight, item):
                inner = self._strength(item)
                return lambda found: weight * inner(found)
            case Near() | Within() | Of():
                return self._whole_or_partly(node)
            case _:
                around = _within(node)
                if around is not None:
                    return self._strength(around)
                test = self._test(node)
                return lambda found: 1.0 if test(found) else 0.0

    def _joint(self, items: Sequence[Node]) -> Callable[[Found], float]:
        """Return the weighted geometric mean of the strengths of the clauses that have a say."""
        each = [
            (self._strength(item.item), item.weight)
            if isinstance(item, Boost)
            else (self._strength(item), 1.0)
            for item in items
            if any(_wanted(item))
        ]
        shares = sum(weight for _, weight in each) or 1.0
        return lambda found: prod(
            max(ABSENT, strength(found)) ** (weight / shares) for strength, weight in each
        )

    def _whole_or_partly(self, node: Near | Within | Of) -> Callable[[Found], float]:
        """Return 1 where a clause can hold, and less where only parts of it are found."""
        test = self._test(node)
        items = children(node)
        if isinstance(node, Of):
            each = tuple(map(self._strength, items))
            return lambda found: (
                1.0
                if test(found)
                else PARTLY * min(1.0, sum(one(found) for one in each) / len(each))
            )
        joint = self._joint(items)
        return lambda found: 1.0 if test(found) else PARTLY * min(1.0, joint(found))

    def _members_test(self, least: int, members: Sequence[Alias]) -> Callable[[Found], bool]:
        """Return a test for so many distinct members of a concept."""
        named: dict[int, set[int]] = {}
        for number, member in enumerate(members):
            for term in member.terms:
                named.setdefault(self._number(term), set()).add(number)
        return lambda found: (
            len(set().union(*(named[term] for term in found.keys() & named.keys()))) >= least
        )


class _Condition(NamedTuple):
    """What must be found for a topic to be a candidate.

    `needed` has a bit for every part of the query that cannot hold without a term. `tests` are
    for those of them that want more than any one of theirs. `strength` is the most that the query
    can have in a sentence, as the score weighs it.
    """

    needed: int
    tests: tuple[Callable[[Found], bool], ...]
    strength: Callable[[Found], float]

    def can_hold(self, has: int, found: Found) -> bool:
        """Whether the query can, when terms of the parts `has` are among those found."""
        return has & self.needed == self.needed and all(test(found) for test in self.tests)


class _Lexicon:
    """The terms as they are looked up in texts of one language."""

    def __init__(self, sought: Sequence[Term | Regex], lang: str) -> None:
        self._lang = lang
        self._by_key: dict[str, list[int]] = {}
        self._by_prefix: dict[str, int] = {}
        self._words: dict[str, _Slots] = {}  # the words of terms that a form can be
        self._seen: set[str] = set()  # every form that was looked up
        self._single: dict[int, list[int]] = {}  # the terms of one word, by that word
        self._phrases: dict[int, list[tuple[int, _Slots]]] = {}  # the others, by their rarest
        numbers: dict[Slot, int] = {}
        phrases: list[tuple[int, _Slots]] = []
        for term, each in enumerate(sought):
            if isinstance(each, Regex):
                continue
            slots = tuple(self._number(slot, numbers) for slot in slots_of(each, lang))
            if len(slots) == 1:
                self._single.setdefault(slots[0], []).append(term)
            else:
                phrases.append((term, slots))
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})
        common = Counter(slot for _, slots in phrases for slot in slots)
        for term, slots in phrases:
            rarest = min(slots, key=lambda slot: common[slot])
            self._phrases.setdefault(rarest, []).append((term, slots))

    def _number(self, slot: Slot, numbers: dict[Slot, int]) -> int:
        """Return the number of a word of a term, however it is to be spelled."""
        plain = slot._replace(exact="")
        number = numbers.get(plain)
        if number is None:
            number = numbers[plain] = len(numbers)
            if plain.prefix:
                self._by_prefix[plain.prefix] = number
            for key in plain.keys:
                self._by_key.setdefault(key, []).append(number)
        return number

    def found(self, forms: Sequence[str]) -> dict[int, int]:
        """Return how often each term stands among the words; phrases are counted once."""
        if len(self._seen) > MAX_WORDS:
            self._seen.clear()
            self._words.clear()
        counts = Counter(forms)
        self._learn([form for form in counts if form not in self._seen])
        present: dict[int, int] = {}
        for form in counts.keys() & self._words.keys():
            for slot in self._words[form]:
                present[slot] = present.get(slot, 0) + counts[form]
        found: dict[int, int] = {}
        phrases: list[tuple[int, _Slots]] = []
        for slot, count in present.items():
            for term in self._single.get(slot, ()):
                found[term] = count
            for term, slots in self._phrases.get(slot, ()):
                if all(other in present for other in slots):
                    phrases.append((term, slots))
        if phrases:
            found.update((term, 1) for term in self._standing(phrases, forms, counts))
        return found

    def _learn(self, forms: Sequence[str]) -> None:
        """Remember which words of terms the forms can be."""
        self._seen.update(forms)
        known = words.keys_of(forms, self._lang)
        for form in forms:
            slots = {slot for key in known[form] for slot in self._by_key.get(key, ())}
            if self._by_prefix:
                slots.update(self._begun_by(words.fold(form)))
            if slots:
                self._words[form] = tuple(slots)

    def _begun_by(self, word: str) -> Iterator[int]:
        """Yield the prefixes that a word begins with."""
        for end in self._lengths:
            prefix = self._by_prefix.get(word[:end])
            if prefix is not None and end <= len(word):
                yield prefix

    def _standing(
        self,
        phrases: Sequence[tuple[int, _Slots]],
        forms: Sequence[str],
        counts: Mapping[str, int],
    ) -> Iterator[int]:
        """Yield the phrases whose words stand side by side, or could when others are set aside.

        The reading sets repeated passages aside, so that the words around one meet.
        """
        if _has_repeats(forms, counts):
            yield from (term for term, _ in phrases)
            return
        wanted = {slot for _, slots in phrases for slot in slots}
        places: dict[int, set[int]] = {slot: set() for slot in wanted}
        known = self._words
        for place, form in enumerate(forms):
            if form in known:
                for slot in known[form]:
                    if slot in wanted:
                        places[slot].add(place)
        for term, slots in phrases:
            here = [places[slot] for slot in slots]
            least = min(range(len(here)), key=lambda shift: len(here[shift]))
            if any(
                all(place - least + shift in each for shift, each in enumerate(here))
                for place in here[least]
            ):
                yield term


def _has_repeats(forms: Sequence[str], counts: Mapping[str, int]) -> bool:
    """Whether a passage stands there twice that is long enough to be set aside."""
    marks = bytes([counts[form] > 1 for form in forms])
    if b"\1" * REPEATED_RUN not in marks:  # each of its words stands there twice
        return False
    runs = zip(*(forms[shift:] for shift in range(REPEATED_RUN)), strict=False)
    return len(set(runs)) < len(forms) - REPEATED_RUN + 1


def _is_found(number: int) -> Callable[[Found], bool]:
    return lambda found: number in found


def _is_anchored(node: Node) -> bool:
    """Whether a clause is an expression that may match a sentence and not the whole text."""
    return isinstance(node, Regex) and _ANCHORED.search(node.pattern) is not None


def _certainly(_: Found) -> bool:
    """Pass whatever is found: only the judge can tell."""
    return True


def _within(node: Node) -> Node | None:
    """Return the clause that one is put around, if it needs a term; None when that is unknown."""
    match node:
        case Within(item=item) | Boost(item=item):
            return item
        case Field(name, item) if name in ZONE_FIELDS:
            return item
        case _:
            return None


def _conjuncts(node: Node) -> Iterator[Node]:
    """Yield the parts of a query all of which must be possible."""
    inner = _within(node)
    if inner is not None:
        yield from _conjuncts(inner)
    elif isinstance(node, And | Near):
        for item in node.items:
            yield from _conjuncts(item)
    else:
        yield node


def _is_plain(node: Node) -> bool:
    """Whether any one of its terms is all that a part can need."""
    inner = _within(node)
    match node:
        case Words() | Exact() | Regex() | Named(least=1):
            return True
        case Or(items):
            return all(_is_plain(item) for item in items)
        case _:
            return inner is not None and _is_plain(inner)


def _wanted(node: Node) -> Iterator[Term | Regex]:
    """Yield the terms and expressions that a clause asks for."""
    inner = _within(node)
    match node:
        case Words() | Exact() | Named():
            yield from (term for _, term in terms(node, ""))  # of any language
        case Regex():
            yield node
        case And(items) | Or(items) | Of(items=items) | Near(items=items):
            for item in items:
                yield from _wanted(item)
        case _ if inner is not None:
            yield from _wanted(inner)
