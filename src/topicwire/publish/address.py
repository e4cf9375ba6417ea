"""Addresses and ids as they are published: absolute, ASCII, without credentials."""

import re
from functools import lru_cache
from hashlib import blake2b
from unicodedata import is_normalized
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from topicwire.domain import in_ascii
from topicwire.publish.wording import scrubbed

_AUTHORITY = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9.])?(?::[0-9]{1,5})?")
_STRAY_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_SAFE = "/;:@&=+$,-_.!~*'()%"

# The forms of an id that RFC 3986 and RFC 4151 normalisation leave as they are; anything else
# earns NonCanonicalURI, InvalidFullLink, InvalidTAG or InvalidURN from the W3C validator.
_CHAR = r"(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-F]{2})"
_TAIL = rf"(?:\?(?:{_CHAR}|[/?])*)?(?:\#(?:{_CHAR}|[/?])*)?"
_CANONICAL = re.compile(
    rf"""
    https?://[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?(?::[1-9][0-9]{{0,4}})?(?:/{_CHAR}*)+{_TAIL}
    | tag:(?:[a-z0-9._-]+@)?[a-z0-9.-]+,[0-9]{{4}}(?:-[0-9]{{2}}){{0,2}}:(?:{_CHAR}|/)*{_TAIL}
    | urn:(?!uuid:)[a-z0-9][a-z0-9-]{{1,31}}:(?:[A-Za-z0-9()+,.:=@;$_!*'-]|%[0-9A-F]{{2}})+
    | urn:uuid:[0-9a-fA-F]{{8}}-(?:[0-9a-fA-F]{{4}}-){{3}}[0-9a-fA-F]{{12}}
    """,
    re.VERBOSE,
)
_REDUNDANT = re.compile(
    r"^http:[^/?#]*//[^/?#]*:80(?=/)|^https:[^/?#]*//[^/?#]*:443(?=/)"  # a default port
    r"|/\.\.?(?=[/?#]|$)"  # a dot segment
    r"|%25|%2[DE]|%3[0-9]|%4[1-9A-F]|%5[0-9AF]|%6[1-9A-F]|%7[0-9AE]"  # an escape for nothing
)


@lru_cache(maxsize=4096)
def web_url(url: str | None) -> str | None:
    """Return `url` as an ASCII http(s) URL without credentials, or None when it is none.

    What is already a URI stays as it is; the rest is percent-encoded, the host in IDNA.
    """
    try:
        parts = urlsplit(scrubbed(url or "").strip())
        authority = in_ascii(parts.netloc.rpartition("@")[2])
    except ValueError:
        return None
    if parts.scheme not in {"http", "https"} or not _AUTHORITY.fullmatch(authority):
        return None
    path = parts.path or ("/" if parts.query else "")
    return urlunsplit(
        (parts.scheme, authority, _quoted(path), _quoted(parts.query), _quoted(parts.fragment))
    )


def _quoted(part: str) -> str:
    return quote(_STRAY_PERCENT.sub("%25", part), safe=_SAFE + "?")


def is_canonical(uri: str) -> bool:
    """Whether `uri` may stand as an id as it is: an absolute URI in its normal form."""
    if not _CANONICAL.fullmatch(uri) or _REDUNDANT.search(uri):
        return False
    try:
        return is_normalized("NFC", unquote(uri, errors="strict"))
    except UnicodeDecodeError:
        return False


def permanent_id(given: str, *, tag: str) -> str:
    """Return `given` verbatim when it may stand as an id, else a `tag:` URI made from `tag` and it.

    RFC 4287 section 4.2.6: the id must not change when an entry is republished.
    """
    if is_canonical(given):
        return given
    digest = blake2b(given.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    return f"{tag}/{digest}"
