"""Language codes (ISO 639): which there are, and which is meant by what is written for one."""

from topicwire.errors import nearest

_TWO_LETTERS = (
    "aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu "
    "cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha he hi "
    "ho hr ht hu hy hz ia id ie ig ii ik io is it iu ja jv ka kg ki kj kk kl km kn ko kr ks "
    "ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mr ms mt my na nb nd ne ng nl "
    "nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg si sk sl "
    "sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts tt tw ty ug uk ur uz ve "
    "vi vo wa wo xh yi yo za zh zu"
)
_CODES = frozenset(_TWO_LETTERS.split())
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
