"""Habits: what is written as in other search languages, and what to write here instead."""

import re

from topicwire.curate.query import FIELDS
from topicwire.errors import nearest

Refusal = tuple[str, str]  # what is wrong, and what to do

_OTHERWISE = "To look for the words themselves, put them in quotes."
_MEANT = {
    "title": "headline header heading intitle allintitle subject",
    "lead": "summary abstract intro introduction description standfirst teaser",
    "body": "text content intext fulltext article",
    "author": "by byline writer creator",
    "source": "feed publisher outlet origin",
    "tag": "tags category categories keyword keywords label topic",
    "lang": "language locale",
    "url": "site inurl allinurl domain host link address http https www",
    "published": "date day after before since until time pubdate",
}
_FIELD_MEANT = {other: name for name, others in _MEANT.items() for other in others.split()}
_KEYWORD = r"AND|OR|NOT|OF|NEAR|SENTENCE|PARAGRAPH"
_VALUED = re.compile(r"(?:(?:lang|url|published):\s*|\^)\Z", re.IGNORECASE)
_CALLED = re.compile(r"(near|sentence|paragraph)(/[0-9]+)?|and|or|not")
_SMALL = "operators are written in capitals"
_OPENING, _CLOSING = "\u2018", "\u2019'"
_SINGLE = ("single quotation marks make no phrase", 'Write `"…"` around it.')
_BRACKET = f"Write `(…)`, and days as `published:2026-01..2026-06`. {_OTHERWISE}"
_ENCLOSING = {sign: (f"`{sign}` is no parenthesis", _BRACKET) for sign in "[{<"} | dict.fromkeys(
    "'\u2018\u201a", _SINGLE
)
_RUN_ON = re.compile(rf"({_KEYWORD})[^\w*].*")
_WANTED = re.compile(r'"[^"]*"|[@\w][^\s()]*|(?=\()')
_SPELLED = {"&&": "AND", "&": "AND", "||": "OR", "|": "OR"}
_PARTED = re.compile(r"(?<=\w)\|+(?=\w)")
_PATTERN = re.compile(r"(?<=\w)[?*](?=\w)|(?<=\w)\?")


def field(name: str) -> Refusal | None:
    """Say what is wrong with the name of a field; None when there is such a field."""
    low = name.lower()
    if low in FIELDS:
        return None
    if low in {"http", "https"}:
        return f"`{name}:` is no field", "Write the address without it: `url:news.example/world`."
    meant = _FIELD_MEANT.get(low)
    near = nearest(meant or low, (meant,) if meant else FIELDS, shown=lambda one: f"`{one}:`")
    hint = f"Did you mean {near}?" if near else "The fields are " + ", ".join(FIELDS) + "."
    return f"there is no field `{name}:`", f"{hint} {_OTHERWISE}"


def word(token: str, *, before: str, after: str) -> Refusal | None:
    """Say what is wrong with a bare word of a query, by what stands around it; None when nothing is."""
    if _VALUED.search(before):
        return None  # a value, which its field or the weight judges
    return _operator(token, after) or _sign(token, before=before, after=after) or _pattern(token)


def _operator(word: str, after: str) -> Refusal | None:
    """Say what is wrong with a word that was meant as an operator."""
    if word == "OF":
        hint = 'Write `2 OF (a, b, c)`, `2 OF @concept`, or quote the word: "OF".'
        return "OF stands after no number", hint
    if word == "of" and after.lstrip()[:1] in {"(", "@"}:
        return _SMALL, 'Write `2 OF`, or quote the word: "of".'
    if _CALLED.fullmatch(word) and after.startswith("("):
        hint = f"Write {word.upper()}, or a blank before the parenthesis to look for the word."
        return _SMALL, hint
    if found := _RUN_ON.fullmatch(word):
        return f"{found[1]} runs into what follows", "Put a blank after it, or quote the whole."
    return None


def _sign(word: str, *, before: str, after: str) -> Refusal | None:
    """Say what is wrong with a word that begins or ends with a sign of another language."""
    sign, wanted = word[0], _WANTED.match(word[1:] + after)
    if wanted and sign in "-!":
        return f"`{sign}` does not exclude", f"Write `NOT {wanted[0]}`, or put it in quotes."
    if wanted and sign == "+":
        return "`+` is no operator", f"What must occur stands as it is: `{wanted[0]}`."
    if sign in _ENCLOSING or (word[-1] in _CLOSING and _OPENING in before):
        return _ENCLOSING.get(sign, _SINGLE)
    if sign == "~" and before.endswith('"'):
        return "`~` is no distance", "Write `NEAR/5(one, other)`."
    return (f"`{word}` is no operator", f"Write {_SPELLED[word]}.") if word in _SPELLED else None


def _pattern(token: str) -> Refusal | None:
    """Say what is wrong with a word that was meant as a pattern."""
    if re.search(r"\w~[0-9.]*\Z", token):
        stem = token.partition("~")[0]
        hint = f"Inflections are found anyway; `{stem}*` finds all that begins so."
        return f"`{token}` asks for words alike, which there is no way to do", hint
    if _PARTED.search(token):
        return "`|` is no operator", f"Write `({_PARTED.sub(' OR ', token)})`."
    if found := _PATTERN.search(token):
        spelled = _PATTERN.sub(lambda one: r"\w*" if one[0] == "*" else r"\w", token)
        hint = rf"Write `/\b{spelled}\b/`, or put it in quotes."
        return f"`{found[0]}` stands for no letter here", hint
    return None
