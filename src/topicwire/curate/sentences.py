"""Sentences and paragraphs: where they really begin and end."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from topicwire.curate.abbreviations import (
    ALWAYS,
    ALWAYS_IN,
    CAPITALISED,
    DOUBTFUL,
    NUMBERED,
    OPENERS,
)


class Sentence(NamedTuple):
    """A sentence: where it stands in the text, and the number of its paragraph from 0."""

    start: int
    end: int
    paragraph: int


# Every expression here is linear in the text, however hostile: hence the possessive repeats, and
# the windows that the words around a mark are looked for in.
_BLANK_LINE = re.compile(r"\n[^\S\n]*+\n\s*+")
_BEFORE_MARK, _AFTER_MARK = 20, 40  # characters
_BEGINNING = 12  # characters within which an item is numbered
_CLOSING = r"[\"'\u201d\u2019\u201c\u00bb\u00ab\u203a\u2039)\]\u300d\u300f\u3011\uff09]"
_HAN = r"\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_FULL = r"\u3002\uff01\uff1f\uff61"  # the stops of Chinese and Japanese
_STOPS = r".!?\u2026;\u0964\u0965\u061f\u06d4\u0589\u1362\u104b\u17d4"  # those before a blank
_BREAK = re.compile(
    rf"""
    [{_STOPS}{_FULL}\n] (?<! [{_STOPS}{_FULL}]{{2}} ) (?:
        (?<= \n) (?= [^\S\n]*+ (?: [-*\u2022\u00b7\u2013\u2014\u25aa\u25cf\u2023\u25e6] | \d{{1,2}}[.)] | [a-z]\) ) \s )
      | (?<= [{_FULL}]) [{_STOPS}{_FULL}]*+ (?P<full> {_CLOSING}*+ )
      | (?<= [.!?\u2026]) [{_STOPS}{_FULL}]*+ (?P<narrow> {_CLOSING}*+ ) (?= [{_HAN}\u300c\u300e] )
      | (?<! \n) [{_STOPS}]*+ (?P<mark> {_CLOSING}*+ (?: [^\S\n]\u00bb )? ) (?= \s )
    )
    """,
    re.VERBOSE,
)
_BEFORE = re.compile(r"[^\s(\"'\u201c\u201e\u2018\u2019\u00ab\u00bb\[\u2014\u2013/]+\Z")
_NEXT = re.compile(r"\W*+(\w*+)")
_SEGMENTED = re.compile(r"(?:[^\W\d_]{1,2}\.-?)+[^\W\d_]{1,2}")  # U.S  Ph.D  J.-C
_ORDINAL = re.compile(r"\d{1,2}|[IVX]+")
_NUMERAL = re.compile(r"\d.*|[IVXLC]+", re.DOTALL)
# What may end a sentence though it looks like an initial: and so on, 5 p. m., 3 m.
_ENDING = re.compile(
    r"\b(?:etc|ecc|usw|т\.\s?[дп]|и\s(?:др|пр)|[ap]\.\sm)\Z|\d\s[mhkgltCFмтчсл]\Z", re.IGNORECASE
)
_SPACED = re.compile(r"\.\s\Z")  # . . .
_ENUMERATOR = re.compile(r"\d{1,3}|[^\W\d_]")
_IS_HAN = re.compile(f"[{_HAN}]")
_SPOKEN_ON = frozenset("とって、，,")  # what goes on after a Japanese quotation


def sentences(text: str, *, lang: str = "") -> Iterator[Sentence]:
    """Yield the sentences of `text` in order; a blank line ends a paragraph."""
    for number, (first, end) in enumerate(_paragraphs(text)):
        start = first
        for found in _BREAK.finditer(text, start, end):
            if found.lastgroup and not _is_end(text, start, found, lang):
                continue
            if not text[start : found.end()].isspace():
                yield Sentence(start, found.end(), number)
                start = found.end()
        if not text[start:end].isspace() and start < end:
            yield Sentence(start, end, number)


def _paragraphs(text: str) -> Iterator[tuple[int, int]]:
    """Yield where each paragraph begins and ends."""
    start = 0
    for blank in _BLANK_LINE.finditer(text):
        if text[start : blank.start()].strip():
            yield start, blank.start()
        start = blank.end()
    if text[start:].strip():
        yield start, len(text)


def _is_end(text: str, start: int, found: re.Match[str], lang: str) -> bool:
    """Whether a mark ends the sentence that began at `start`, by the words on both sides of it."""
    kind = found.lastgroup or ""
    closing = found[kind]
    marks = text[found.start() : found.start(kind)]
    if kind == "full":
        return not closing or text[found.end() : found.end() + 1] not in _SPOKEN_ON
    if kind == "narrow":
        return marks != "." or _IS_HAN.match(text, found.start() - 1) is not None
    following = text[found.end() : found.end() + _AFTER_MARK]
    after = _NEXT.match(following)
    word = after[1] if after else ""
    if word[:1].islower() or following.lstrip()[:1] == ".":
        return False
    if marks == ";":  # the question mark of Greek, as it is normalised
        return lang == "el"
    if closing.startswith(")") and text[found.start() - 1 : found.start()] == "(":
        return False  # a doubt, (?), within a sentence
    if len(word) == 1 and after and following[after.end() : after.end() + 1] == ".":
        word += "."  # an initial
    return marks != "." or not _is_abbreviation(text, start, found.start(), word, lang)


def _is_abbreviation(text: str, start: int, stop: int, after: str, lang: str) -> bool:
    """Whether the full stop at `stop` belongs to the word before it and ends no sentence."""
    window = max(start, stop - _BEFORE_MARK)
    behind = _BEFORE.search(text, window, stop)
    if behind is None:
        return _SPACED.search(text, window, stop) is not None
    if _ENDING.search(text, window, stop) and not after[:1].isdigit():
        return False
    before, low = behind[0], behind[0].lower()
    if low in ALWAYS or before in ALWAYS_IN.get(lang, ()):
        return True
    if low in NUMBERED:
        return _NUMERAL.fullmatch(after) is not None
    if (low in CAPITALISED and before[0].isupper()) or _is_item(text, start, stop, before):
        return True
    return _is_doubtful(before, lang) and after.lower() not in OPENERS


def _is_item(text: str, start: int, stop: int, before: str) -> bool:
    """Whether the sentence begins with a number or letter that counts it: 1. Launch."""
    return (
        stop - start <= _BEGINNING
        and _ENUMERATOR.fullmatch(before) is not None
        and not text[start : stop - len(before)].strip()
    )


def _is_doubtful(before: str, lang: str) -> bool:
    """Whether a full stop after the word says too little: the word after it decides."""
    return (
        before.lower() in DOUBTFUL
        or (len(before) == 1 and before.isalpha())
        or _SEGMENTED.fullmatch(before) is not None
        or (lang == "de" and _ORDINAL.fullmatch(before) is not None)
    )
