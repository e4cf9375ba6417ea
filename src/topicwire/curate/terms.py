"""Terms: the words, phrases, exact forms and prefixes of queries and concepts."""

import re
import unicodedata

from topicwire.curate.query import Exact, Words
from topicwire.curate.words import MAX_LENGTH, tokens

_QUOTES = '"\u201c\u201d\u201e\u201f«»「」'


def term(text: str) -> Words | Exact:
    """Read a term of a concept.

    Raises:
        ValueError: when it is no word, phrase, `=exact` form or `prefix*`; says why.
    """
    if text.startswith("="):
        return Exact(_checked(plain(text[1:]), exact=True))
    return Words(_checked(plain(text), exact=False))


def plain(text: str) -> str:
    """Return what stands between quotation marks, if there are any, as texts are read."""
    if len(text) > 1 and text[0] in _QUOTES and text[-1] in _QUOTES:
        text = re.sub(r"\\(.)", r"\1", text[1:-1], flags=re.DOTALL)
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _checked(text: str, *, exact: bool) -> str:
    """Return the text of a term if there is something in it to look for."""
    if not any(tokens(text)):
        if re.search(r"\w", text) and len(text) > MAX_LENGTH:
            raise ValueError(f"`{text[:20]}…` is longer than any word")
        if re.search(r"\w", text):
            raise ValueError(f"`{text}` is an address, which is never looked at in texts")
        raise ValueError(f"`{text}` holds no word" if text else "there is no word in it")
    if exact and "*" in text:
        raise ValueError(f"`={text}` cannot end in `*`: an exact form is complete")
    if re.search(r"(?<!\w)\*|\*(?=\w|\*)", text):
        raise ValueError(f"`{text}` has a `*` that does not end a word")
    if re.search(r"(?<!\w)\w\*", text):
        raise ValueError(f"`{text}` has a `*` after a single letter")
    return text
