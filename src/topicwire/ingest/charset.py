"""From bytes to text: which character set a document is in, and which characters may stay.

The only user of webencodings, which knows the labels that browsers know.
"""

import codecs
import re

import webencodings

BOMS = (
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What follows when UTF-16 goes without a mark: "<" or "{" beside a NUL.
UNMARKED = {b"<\0": "utf-16-le", b"{\0": "utf-16-le", b"\0<": "utf-16-be", b"\0{": "utf-16-be"}

# Browsers read these labels as the larger sets that people really write (WHATWG Encoding).
SUPERSETS = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
}
SEVEN_BIT = frozenset({"iso2022_jp", "iso2022_jp_2", "iso2022_kr", "hz"})
KNOWN = (
    frozenset(SUPERSETS.values())
    | SEVEN_BIT
    | {"utf-8", "gb18030", "euc_jp", "koi8-r", "koi8-u", "mac-roman", "mac-cyrillic", "cp866"}
    | {f"cp125{n}" for n in range(9)}
    | {f"iso8859-{n}" for n in (2, 3, 4, 5, 6, 7, 8, 10, 13, 14, 15, 16)}
)

PARAMETER = re.compile(r"""charset\s*=\s*["']?([\w.:-]+)""", re.IGNORECASE)
DECLARATION = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]+)["']""")
META = re.compile(rb"""(?i)<meta\s[^<>]{0,200}?charset\s*=\s*["']?([\w.:-]+)""")
HEAD = 4_096  # bytes in which a page says what it is in
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
UNWANTED = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffc\U00010000-\U0010ffff]")


def decoded(body: bytes, *, content_type: str | None) -> str:
    """Return the text of a document, whatever it claims to be.

    A byte order mark wins; bytes that are valid UTF-8 are UTF-8 whatever is declared; then comes
    what HTTP says, then what the XML declaration or a page's head says, then windows-1252.
    """
    for mark, name in BOMS:
        if body.startswith(mark):
            return body.decode(name, "replace")
    unmarked = UNMARKED.get(body[:2])
    if unmarked:
        return body.decode(unmarked, "replace")
    declared = _declared(body, content_type)
    for name in (*SEVEN_BIT.intersection(declared), "utf-8", *declared):
        try:
            return body.decode(name)
        except UnicodeDecodeError:
            continue
    return _guessed(body, declared)


def legal(text: str) -> str:
    """Return the text without the characters that XML 1.0 forbids."""
    return ILLEGAL.sub("", text)


def printable(text: str) -> str:
    """Return the text without control characters, half surrogates and replacement characters."""
    return UNWANTED.sub("", text)


def _declared(body: bytes, content_type: str | None) -> tuple[str, ...]:
    """Return the codecs that HTTP and the XML declaration, or a page's head, name, in that order."""
    found = PARAMETER.search(content_type or "")
    inside = DECLARATION.match(body[:400]) or META.search(body[:HEAD])
    labels = (found and found.group(1), inside and inside.group(1).decode("ascii", "ignore"))
    return tuple(name for label in labels if label and (name := _codec(label)))


def _codec(label: str) -> str | None:
    """Return the codec for a label that documents on the web use, else None."""
    found = webencodings.lookup(label)
    names = (_python_name(label), found.codec_info.name if found else "")
    return next((name for each in names if (name := SUPERSETS.get(each, each)) in KNOWN), None)


def _python_name(label: str) -> str:
    try:
        return codecs.lookup(label).name
    except (LookupError, ValueError):
        return ""


def _guessed(body: bytes, declared: tuple[str, ...]) -> str:
    """Return the text of bytes that no codec reads whole, with as little lost as can be."""
    text = body.decode("utf-8", "replace")
    wrong = text.count("\ufffd")
    if len(text) - len(text.encode("ascii", "ignore")) > 2 * wrong:
        return text  # UTF-8 cut off, or with a few bad bytes
    others = [name for name in declared if name != "utf-8"]
    return body.decode(others[0] if others else "cp1252", "replace")
