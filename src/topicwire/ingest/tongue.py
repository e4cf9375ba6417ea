"""Which language a text is written in.

The only user of py3langid, whose tables are loaded when first needed (half a second, 60 MB).
"""

import re
from functools import cache
from typing import Any

LONGEST = 300  # characters that are looked at: more makes it slower, hardly surer
SHORTEST = 60  # letters, below which what is declared counts
SURE = 0.9  # confidence from which a text belies what is declared
UNTESTED = 0.5  # confidence in a declaration that the text is too short to test

LETTER = re.compile(r"[^\W\d_]")
ADDRESS = re.compile(r"https?://\S+|\S+@\S+")


def spoken(text: str, *, declared: str | None) -> tuple[str | None, float | None]:
    """Return the language of a text as its primary tag, and how sure that is, in 0..1.

    Feeds often declare the language of their software: a text that is long enough and plainly
    in another language belies them. None, None when neither says anything.
    """
    sample = ADDRESS.sub(" ", text[:LONGEST])
    is_short = len(LETTER.findall(sample)) < SHORTEST
    if is_short:
        return declared, UNTESTED if declared else None
    found, confidence = _classified(sample)
    if declared and found != declared and confidence < SURE:
        return declared, 1 - confidence
    return found, confidence


def load() -> None:
    """Load the tables now, so that no text has to wait for them."""
    _identifier()


def _classified(sample: str) -> tuple[str, float]:
    language, confidence = _identifier().classify(sample)
    return str(language), round(float(confidence), 3)


@cache
def _identifier() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier  # noqa: PLC0415 (half a second)

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
