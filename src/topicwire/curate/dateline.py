"""Datelines: the date or the place and agency that a text opens with."""

import re

from topicwire.curate.sentences import Sentence

_NUMBERED_DATE = r"\d{4}-\d\d-\d\d|\d{1,2}[./]\d{1,2}[./]\d{4}"
_WRITTEN_DATE = (
    r"[^\W\d_]{3,10}\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s\d{4}"
    r"|\d{1,2}(?:er|\.|st|nd|rd|th)?\s(?:de\s)?[^\W\d_]{3,10}\.?,?\s(?:de\s)?\d{4}(?:\sг(?:ода|\.))?"
)
_DATELINE = re.compile(
    rf"""\s*(?:
      (?:(?i:date|published|updated|posted|last\supdated|дата|publié|publicado|pubblicato)\s*:?\s*
         (?:on\s|le\s|el\s|il\s|em\s)?)?
      (?:[^\W\d_]{{2,12}},\s)?                          # Wednesday,
      (?:{_NUMBERED_DATE}|{_WRITTEN_DATE})
      (?:,?\s(?:at\s)?\d{{1,2}}[:.]\d\d(?::\d\d)?(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{{2,4}}\b)?)?
      (?:\s*[-|\u2013\u2014:.]+)?
    | [A-Z][A-Z .,'\u2019-]{{2,40}}(?:,\s[^\W\d_]{{3,9}}\.?\s\d{{1,2}})?\s*
      \([A-Z][\w .]{{1,24}}\)\s*[-\u2013\u2014]+          # MOSCOW, Oct. 13 (Agency) -
    )(?=\s*(?:$|[^\w\s]|\d|[A-Z\u00c0-\u00de\u0400-\u042f]))""",
    re.VERBOSE,
)


def undated(text: str, sentence: Sentence) -> Sentence:
    """Return the sentence without the dateline that it begins with."""
    dated = _DATELINE.match(text, sentence.start, sentence.end)
    return sentence._replace(start=dated.end()) if dated else sentence
