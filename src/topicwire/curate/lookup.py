"""The lookup of all terms at once: one automaton (Aho-Corasick) over the words of an entry.

Every word that a term asks for has a symbol, a character; a term is a string of them, and so is
an entry. Its inflections share the symbol of a word, so a text is stemmed where a piece of it is
seen first, and after that only read off. What an entry costs hardly depends on how many terms
there are.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from zlib import crc32

from ahocorasick_rs import AhoCorasick

from topicwire.curate import words
from topicwire.curate.find import Slot, slots_of
from topicwire.curate.query import Term
from topicwire.curate.text import REPEATED_RUN

MAX_WORDS = 100_000  # different words that are remembered in a language; then they are forgotten

# The symbols are in three ranges: of words that no term asks for (some share one), of words of
# terms, and of forms that can be several words of terms. None is half of a pair in UTF-16.
_OTHERS, _MANY_OTHERS = 0x20, 251
_ASKED, _MANY_ASKED = 0xE000, 0xC2000
_MIXED = 0xD0000


class Lookup:
    """The terms, by number, as they are looked up in texts of one language."""

    def __init__(self, sought: Iterable[tuple[int, Term]], lang: str) -> None:
        self._lang = lang
        self._stem = words.stem_of(lang)
        self._slots: dict[Slot, str] = {}
        self._by_key: dict[str, list[str]] = {}
        self._by_prefix: dict[str, str] = {}
        terms: dict[str, list[int]] = {}
        for number, term in sought:
            symbols = "".join(map(self._asked, slots_of(term, lang)))
            terms.setdefault(symbols, []).append(number)
        self._lengths = sorted({len(prefix) for prefix in self._by_prefix})
        patterns = sorted(terms, key=len)
        self._terms = [tuple(terms[pattern]) for pattern in patterns]
        self._phrases_from = sum(len(pattern) == 1 for pattern in patterns)
        self._automaton = AhoCorasick(patterns)
        self._single = {pattern: n for n, pattern in enumerate(patterns[: self._phrases_from])}
        self._with: dict[str, list[int]] = {}  # the phrases that a symbol stands in
        self._patterns = patterns
        for number in range(self._phrases_from, len(patterns)):
            for symbol in set(patterns[number]):
                self._with.setdefault(symbol, []).append(number)
        self._mixed: dict[str, tuple[str, ...]] = {}  # what the symbols of that range stand for
        self._mixed_symbols: dict[tuple[str, ...], str] = {}
        self._of_form = _Forms(self._symbol)
        self._of_piece = _Pieces(self._of_form)

    def _asked(self, slot: Slot) -> str:
        """Return the symbol of a word of a term, however it is to be spelled."""
        plain = slot._replace(exact="") if slot.exact else slot
        symbol = self._slots.get(plain)
        if symbol is None:
            symbol = self._slots[plain] = chr(_ASKED + len(self._slots) % _MANY_ASKED)
            if plain.prefix:
                self._by_prefix[plain.prefix] = symbol
            for key in plain.keys:
                self._by_key.setdefault(key, []).append(symbol)
        return symbol

    def found(self, text: str) -> tuple[dict[int, int], int]:
        """Return how often each term stands in the text, and the number of its words.

        Phrases are counted once. The reading sets repeated passages aside, so that the words
        around one meet: where there are any, a phrase is found when all of its words are.
        """
        if len(self._of_form) > MAX_WORDS or len(self._of_piece) > MAX_WORDS:
            self._forget()
        written = "".join(map(self._of_piece.__getitem__, words.pieces(text)))
        hits = self._automaton.find_matches_as_indexes(written, overlapping=True)
        counts: dict[int, int] = Counter(map(itemgetter(0), hits))
        if self._mixed:
            self._add_mixed(written, counts)
        if self._with and _has_repeats(written):
            present = self._present(written)
            counts.update(dict.fromkeys(self._possible(present, present), 1))
        found: dict[int, int] = {}
        phrases_from = self._phrases_from
        for pattern, count in counts.items():
            for term in self._terms[pattern]:
                found[term] = count if pattern < phrases_from else 1
        return found, len(written)

    def _forget(self) -> None:
        self._of_piece.clear()
        self._of_form.clear()
        self._mixed.clear()
        self._mixed_symbols.clear()

    def _symbol(self, form: str) -> str:
        """Return the symbol of a form that is not remembered."""
        if form.isascii():
            asked: Sequence[str] = self._by_key.get(self._stem(form), ())
        else:
            keys = words.keys(form, self._lang)
            asked = [each for key in keys for each in self._by_key.get(key, ())]
        if self._by_prefix:
            asked = [*asked, *self._begun_by(words.fold(form))]
        if not asked:
            return chr(_OTHERS + crc32(form.encode("utf-8", "replace")) % _MANY_OTHERS)
        if len(asked) == 1:
            return asked[0]
        return self._mixed_symbol(tuple(sorted(set(asked))))

    def _mixed_symbol(self, asked: tuple[str, ...]) -> str:
        """Return the symbol of forms that are each of some words of terms."""
        if len(asked) == 1:
            return asked[0]
        symbol = self._mixed_symbols.setdefault(asked, chr(_MIXED + len(self._mixed)))
        self._mixed[symbol] = asked
        return symbol

    def _begun_by(self, word: str) -> Iterator[str]:
        """Yield the symbols of the prefixes that a word begins with."""
        for end in self._lengths:
            prefix = self._by_prefix.get(word[:end])
            if prefix is not None and end <= len(word):
                yield prefix

    def _present(self, written: str) -> set[str]:
        """Return the symbols of words of terms that a text holds."""
        symbols = set(written)
        return symbols.union(*(self._mixed[each] for each in symbols & self._mixed.keys()))

    def _possible(self, symbols: Iterable[str], present: set[str]) -> set[int]:
        """Return the phrases with one of the symbols all words of which are present."""
        phrases = set().union(*(self._with.get(symbol, ()) for symbol in symbols))
        return {phrase for phrase in phrases if present.issuperset(self._patterns[phrase])}

    def _add_mixed(self, written: str, counts: dict[int, int]) -> None:
        """Count the terms found by forms that can be several words of terms."""
        mixed = {symbol: written.count(symbol) for symbol in set(written) & self._mixed.keys()}
        for symbol, count in mixed.items():
            for asked in self._mixed[symbol]:
                if asked in self._single:
                    number = self._single[asked]
                    counts[number] = counts.get(number, 0) + count
        asked_by = {asked for symbol in mixed for asked in self._mixed[symbol]}
        phrases = self._possible(asked_by, self._present(written)) if asked_by else ()
        if phrases:
            places = self._places(written, {each for n in phrases for each in self._patterns[n]})
            standing = (n for n in phrases if _stands(self._patterns[n], places))
            counts.update(dict.fromkeys(standing, 1))

    def _places(self, written: str, wanted: set[str]) -> dict[str, set[int]]:
        """Return the places of the wanted symbols."""
        places: dict[str, set[int]] = {symbol: set() for symbol in wanted}
        for place, symbol in enumerate(written):
            for asked in self._mixed.get(symbol, (symbol,)):
                if asked in wanted:
                    places[asked].add(place)
        return places


class _Forms(dict[str, str]):
    """The symbols of forms; each is told once."""

    def __init__(self, symbol: Callable[[str], str]) -> None:
        super().__init__()
        self._symbol = symbol

    def __missing__(self, form: str) -> str:
        """Return the symbol of a form that is not remembered."""
        symbol = self[form] = self._symbol(form)
        return symbol


class _Pieces(dict[str, str]):
    """The symbols of the words of pieces of text; texts repeat the same pieces."""

    def __init__(self, forms: _Forms) -> None:
        super().__init__()
        self._forms = forms

    def __missing__(self, piece: str) -> str:
        """Return the symbols of the words of a piece that is not remembered."""
        forms = words.forms_of(piece)
        symbols = (
            self._forms[forms[0]]
            if len(forms) == 1
            else "".join(map(self._forms.__getitem__, forms))
        )
        if len(piece) <= words.MAX_PIECE:
            self[piece] = symbols
        return symbols


def _stands(phrase: str, places: Mapping[str, set[int]]) -> bool:
    """Whether the symbols of a phrase stand side by side."""
    here = [places[symbol] for symbol in phrase]
    return any(all(place + shift in each for shift, each in enumerate(here)) for place in here[0])


def _has_repeats(written: str) -> bool:
    """Whether a passage may stand there twice that is long enough to be set aside.

    A byte of each symbol is enough to tell runs of eight apart, and those are whole numbers.
    """
    marks = written.encode("utf-32-le")[::4]
    runs: set[int] = set()
    total = 0
    for shift in range(REPEATED_RUN):
        end = len(marks) - (len(marks) - shift) % REPEATED_RUN
        if end > shift:
            numbers = memoryview(marks[shift:end]).cast("Q")
            total += len(numbers)
            runs.update(numbers)
    return len(runs) < total
