"""Words: where they stand in a text, and the keys under which their inflections meet.

Queries and texts go through the same functions, so that they can never disagree.
"""

import re
import unicodedata
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import chain

import Stemmer

MAX_LENGTH = 100  # characters; what is longer is no word but data
MAX_PIECE = 40  # characters of a piece of text whose words are remembered,
MAX_KNOWN = 50_000  # forms of a language whose keys are remembered
MAX_PIECES = 100_000  # and how many pieces are

_STEMMERS = {
    code: Stemmer.Stemmer(name, 0)
    for code, name in (
        ("en", "english"),
        ("ru", "russian"),
        ("fr", "french"),
        ("de", "german"),
        ("es", "spanish"),
        ("it", "italian"),
        ("pt", "portuguese"),
    )
}
_OTHER_CYRILLIC = frozenset({"be", "bg", "kk", "ky", "mk", "mn", "sr", "tg", "uk"})
_UNKNOWN = frozenset({"mis", "mul", "und", "zxx"})
_ANY_OTHER = "qaa"  # a code that no language has

# Marks that Python does not count as word characters although words are spelled with them.
_MARKS = "\u0300-\u036f\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0900-\u0dff\u0e31-\u0eff\u00ad"
# Scripts without blanks between words are read letter by letter, each with its marks: Chinese and
# Japanese; Thai, Lao, Burmese and Khmer.
_IDEOGRAPHS = (
    "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e50-\u0e59\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6\u0ed0-\u0edf"
    "\u1000-\u102a\u103f-\u1049\u1050-\u1055\u1780-\u17b3\u17d7\u17dc\u17e0-\u17e9"
)
_SPELLING = "\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e\u1056-\u1059\u17b4-\u17d3"
_LETTERS = rf"[^\W_{_IDEOGRAPHS}]+(?:[{_MARKS}]+[^\W_{_IDEOGRAPHS}]*)*"
_TOKEN = re.compile(
    rf"""
      (?:[^\W\d_]\.){{2,}}                          # U.S.
    | \d+(?:[.,]\d+)+                               # 3.5
    | {_LETTERS} (?:['\u2019\u02bc]{_LETTERS})*
      (?P<address> (?=[.@:+-]) (?:
          ://\S+ | (?<=www)\.\S+ | (?:[.-]\w{{1,63}}){{0,8}}\.[a-z]{{2,6}}/\S* | [\w.+-]{{0,64}}@\w[\w-]{{0,64}}\.\w\S*
      ))?
    | [{_IDEOGRAPHS}] [{_SPELLING}]*
    """,
    re.VERBOSE,
)
_ELISION = re.compile(
    r"^(?:[cdjlmnst]|qu|jusqu|lorsqu|puisqu|[dns]?ell|[dns]?all|coll|sull|un|quest|quell|anch|tutt|senz)'(?=\w\w)",
    re.IGNORECASE,
)
_UNMARKED = str.maketrans(
    {"ø": "o", "đ": "d", "ł": "l", "æ": "ae", "œ": "oe", "\u0131": "i", "ð": "d", "þ": "th"}
)
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u02bc": "'"})
_IS_SPELLING = re.compile(f"[{_SPELLING}]")
_PLURAL = re.compile(r"(?<=\w\w\w)(?:ões|ães|oes|aes|ais|[eé]is|[oó]is|ns)\Z")
_SINGULARS = {
    "ões": "ão", "ães": "ão", "oes": "ao", "aes": "ao", "ais": "al", "eis": "el", "éis": "el",
    "ois": "ol", "óis": "ol", "ns": "m",
}  # fmt: skip
_KEPT_BREVE = re.compile("и\u0306")


def tokens(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[str, int, int]]:
    """Yield each word of a part of `text` with its start and end.

    Web and mail addresses are no words, nor is what is longer than any.
    """
    for found in _TOKEN.finditer(text, start, len(text) if end is None else end):
        if found.lastgroup is None:
            surface = found[0]
            if len(surface) <= MAX_LENGTH:
                yield surface, *found.span()


_AROUND = ".,;!?()[]\"'"  # what stands around a word and is never part of one


def _is_plain(word: str) -> bool:
    """Whether this is one word for certain: most are."""
    return word.isascii() and word.isalnum() and len(word) <= MAX_PIECE and word[-3:] != "www"


class _Spelled(dict[str, tuple[tuple[str, int, int], ...]]):
    """The words of pieces of text: their forms, starts and ends. Texts repeat the same pieces."""

    def __missing__(self, piece: str) -> tuple[tuple[str, int, int], ...]:
        """Return the words of a piece that is not remembered."""
        word = piece.strip(_AROUND)
        if _is_plain(word):
            start = piece.index(word)
            found: tuple[tuple[str, int, int], ...] = ((word.lower(), start, start + len(word)),)
        else:
            found = tuple((form(surface), start, end) for surface, start, end in tokens(piece))
        if len(piece) <= MAX_PIECE:
            if len(self) >= MAX_PIECES:
                self.clear()
            self[piece] = found
        return found


class _Forms(dict[str, tuple[str, ...]]):
    """The forms of the words of pieces of text."""

    def __missing__(self, piece: str) -> tuple[str, ...]:
        """Return the forms of a piece that is not remembered."""
        found = forms_of(piece)
        if len(piece) <= MAX_PIECE:
            if len(self) >= MAX_PIECES:
                self.clear()
            self[piece] = found
        return found


def forms_of(piece: str) -> tuple[str, ...]:
    """Return the forms of the words of a piece of text between two blanks."""
    word = piece.strip(_AROUND)
    if _is_plain(word):
        return (word.lower(),)
    return tuple(form(surface) for surface, _, _ in tokens(piece))


# A piece of text between two blanks is spelled alike wherever it stands: looking it up costs a
# tenth of taking it apart. `spelled(piece)` gives each word's form, start and end.
spelled = _Spelled().__getitem__
_forms = _Forms().__getitem__


def pieces(text: str) -> list[str]:
    """Return the pieces between blanks of a text; no word is in two of them."""
    if not text.isascii():  # a sentence may end here without a blank
        text = text.replace("\u3002", "\u3002 ")
    return text.split()


def forms(text: str) -> list[str]:
    """Return the forms of all words of a text, in order."""
    return list(chain.from_iterable(map(_forms, pieces(text))))


@lru_cache(maxsize=50_000)
def form(surface: str) -> str:
    """Return the word as it is looked up: no case, possessive or elision, accents kept."""
    if surface.isascii() and surface.isalnum():
        return surface.lower()
    word = unicodedata.normalize("NFKC", surface).casefold().replace("\u00ad", "")
    word = word.translate(_APOSTROPHES)
    if "." in word and word[0].isalpha():
        letters = word.replace(".", "")
        return letters if len(letters) > len("us") else f"{letters[0]}.{letters[1:]}"
    return _ELISION.sub("", word.removesuffix("'s"))


def exact(surface: str) -> str:
    """Return the word as `=exact` compares it: without possessive and elision, case kept."""
    return _ELISION.sub("", surface.translate(_APOSTROPHES).removesuffix("'s"))


@lru_cache(maxsize=50_000)
def fold(word: str) -> str:
    """Return a form without its accents; the Cyrillic й is a letter of its own and stays."""
    if word.isascii():
        return word
    parts = _KEPT_BREVE.sub("й", unicodedata.normalize("NFD", word))
    bare = "".join(
        char for char in parts if not unicodedata.combining(char) or _IS_SPELLING.match(char)
    )
    return bare.translate(_UNMARKED)


@lru_cache(maxsize=50_000)
def keys(word: str, lang: str) -> tuple[str, ...]:
    """Return the keys of a form in a text of language `lang`: its stem, and if another, its bare one.

    Stemming before folding keeps endings that accents tell apart (cooperación, cooperaciones);
    stemming after it lets a query leave the accents out. Two forms are the same word when they
    share a key.
    """
    stemmer = _STEMMERS.get(_stemming(word, lang))
    if stemmer is None:
        return (fold(word),)
    word = _singular(word, lang)
    stem = fold(stemmer.stemWord(word))
    if word.isascii():
        return (stem,)
    bare = fold(stemmer.stemWord(fold(word)))
    return (stem,) if bare == stem else (stem, bare)


def _singular(word: str, lang: str) -> str:
    """Return a Portuguese plural's singular: its stemmer knows no plurals but those in s."""
    if lang != "pt":
        return word
    return _PLURAL.sub(lambda ending: _SINGULARS[ending[0]], word)


def stem_of(lang: str) -> Callable[[str], str]:
    """Return what gives the one key of an ASCII form, as `keys` does, in a fraction of the time."""
    stemmer = _STEMMERS.get(_stemming("a", lang))
    if stemmer is None:
        return str
    if lang == "pt":
        return lambda word: keys(word, lang)[0]
    stem: Callable[[str], str] = stemmer.stemWord
    return stem


def standing_for(lang: str, named: Container[str] = ()) -> str:
    """Return a language whose words have the same keys, one for all without rules of their own.

    What is remembered for each stays bounded: feeds may declare thousands. Those `named` stand for
    themselves.
    """
    has_rules = not lang or lang in _STEMMERS or lang in _OTHER_CYRILLIC
    return lang if has_rules or lang in named else _ANY_OTHER


_known: dict[str, dict[str, tuple[str, ...]]] = {}


def keys_of(forms: Iterable[str], lang: str) -> Mapping[str, tuple[str, ...]]:
    """Return the keys of at least these forms, as `keys` does, in a fraction of the time."""
    lang = standing_for(lang)
    known = _known.setdefault(lang, {})
    if len(known) > MAX_KNOWN:
        known = _known[lang] = {}
    new = [word for word in forms if word not in known]
    plain = [] if lang == "pt" else [word for word in new if word.isascii()]
    stemmer = _STEMMERS.get(_stemming("a", lang))
    stems = plain if stemmer is None else stemmer.stemWords(plain)
    known.update(zip(plain, zip(stems, strict=True), strict=True))
    if len(plain) < len(new):
        known.update((word, keys(word, lang)) for word in new if word not in known)
    return known


def language(declared: str | None) -> str:
    """Return the primary subtag of a declared language tag, empty when it says nothing."""
    primary = (declared or "").replace("_", "-").split("-")[0].strip().lower()
    return "" if primary in _UNKNOWN else primary


def _stemming(word: str, lang: str) -> str:
    """Return the language whose stemmer suits the word: by its script, then by the text's."""
    if "\u0400" <= word[0] <= "\u04ff":
        return lang if lang in _OTHER_CYRILLIC else "ru"
    return "en" if not lang or lang == "ru" or lang in _OTHER_CYRILLIC else lang
