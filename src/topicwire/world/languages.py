"""Language codes (ISO 639): which there are, and which is meant by what is written for one."""

from topicwire.errors import nearest
from topicwire.model.languages import TWO_LETTERS

_CODES = TWO_LETTERS | {"bh"}  # withdrawn in 2021, and still written
# Names of languages, countries taken for their languages, and codes of three letters for those of two.
_WRITTEN = (
    "english=en russian=ru french=fr german=de spanish=es italian=it portuguese=pt "
    "chinese=zh japanese=ja korean=ko arabic=ar dutch=nl polish=pl turkish=tr ukrainian=uk "
    "greek=el hebrew=he hindi=hi swedish=sv danish=da czech=cs jp=ja cn=zh ua=uk cz=cs "
    "gr=el dk=da us=en gb=en at=de mx=es by=be kz=kk ge=ka il=he eng=en rus=ru fra=fr "
    "fre=fr deu=de ger=de spa=es ita=it por=pt zho=zh chi=zh jpn=ja kor=ko ara=ar iw=he"
)
_NAMES = dict(pair.split("=") for pair in _WRITTEN.split())
_ALONE = 3  # letters: a code of three letters that no code of two stands for is taken as it is


def problem(code: str) -> str | None:
    """Say what is wrong with the code of a language, None when nothing is."""
    if code in _CODES:
        return None
    low = code.lower().replace("_", "-")
    if low in _CODES:
        return f"is written in small letters: {low}"
    primary = low.partition("-")[0]
    if primary in _CODES:
        return f"names more than a language; write {primary}, which holds for all its regions"
    meant = _NAMES.get(low)
    if meant is None and len(code) == _ALONE and code.isascii() and code.isalpha():
        return None if code.islower() else f"is no language code; write {low}"
    near = meant or nearest(low, _NAMES, most=1, shown=_NAMES.__getitem__)
    hint = f"did you mean {near}?" if near else "write a code of ISO 639 such as en or fr"
    return f"is no language code; {hint}"
