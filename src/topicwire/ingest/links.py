"""Addresses as readers may follow them: absolute, http or https, and telling nobody who reads."""

import re
from collections.abc import Sequence
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from topicwire.domain import in_ascii

LONGEST = 8_000  # characters: more than that few servers take (RFC 9110 section 4.1)
SCHEMES = ("http", "https")
PORTS = {"http": 80, "https": 443}
TRACKING = re.compile(
    r"(?i)(utm_|mtm_|pk_(?:campaign|kwd|source|medium)|hsa_|_hs(?:enc|mi)|at_(?:medium|campaign)|fbclid|gclid|dclid|gbraid|wbraid|yclid"
    r"|msclkid|twclid|igshid|mc_[ce]id|mkt_tok|oly_\w+_id|vero_id|wickedid|xtor=)"
)
TRACKERS = re.compile(
    r"(?i)//(feeds\d*\.feedburner\.com/~|[\w.-]*\bfeedsportal\.com/|pixel\.wp\.com/|pixel\."
    r"|stats\.wordpress\.com/|b\.scorecardresearch\.com/|www\.google-analytics\.com/"
    r"|(api|www)\.flattr\.com/|share\.[\w-]+\.com/|feeds\.wordpress\.com/1\.0/"
    r"|[\w.-]*\baddtoany\.com/|[\w.-]*\bsharethis\.com/|[\w.-]*\bdoubleclick\.net/)"
)
BLANKS = re.compile(r"[\x00-\x20\x7f-\xa0\u200b\u2028\u2029\ufeff]+")
NICKNAME = re.compile(r"^(?:www\d?|m|amp|mobile)\.(?=[^.]+\.)")
PAGE_END = re.compile(r"(?i)(?:/(?:amp|index\.(?:html?|php)))?/*$")
AMP = frozenset({"amp", "amp=1", "outputType=amp"})
LONGEST_HEADER = 10_000  # characters
LINK = re.compile(
    r"<([^<>]*)>((?:\s*;\s*[\w!#$%&'*+.^`|~-]+\s*(?:=\s*(?:\"[^\"]*\"|[^\s\",;]+))?)*)"
)
REL = re.compile(r"(?i);\s*rel\s*=\s*(?:\"([^\"]*)\"|([^\s\",;]+))")
SAFE = "!#$%&'()*+,/:;=?@[]~"  # what RFC 3986 lets stand, and escapes that are there already


def url(address: str | None, *, base: str | None = None) -> str | None:
    """Return the address as an absolute http(s) URL in ASCII, None when it is none.

    It is resolved against `base`; user names, blanks and what serves only tracking go. Never
    apply it to an id: those are kept as given.
    """
    if not address or len(address) > LONGEST:
        return None
    try:
        whole = urljoin(_resolvable(base), BLANKS.sub(_blank, address.strip()))
        parts = urlsplit(whole)
        if parts.scheme not in SCHEMES or not parts.hostname:
            return None
        found = _assembled(parts)
    except ValueError:  # a port or an IPv6 address that is none; a name that no host has
        return None
    return found if len(found) <= LONGEST else None  # escapes made it longer


def key(address: str | None) -> str | None:
    """Return what is left of an address when all that names the same page is made one.

    Scheme, `www.`, `m.` and `amp.`, a slash or `/amp` at the end, tracking and the fragment go. None for
    a home page, which is no column's own.
    """
    parts = urlsplit(url(address) or "")
    host = NICKNAME.sub("", parts.netloc)
    path = PAGE_END.sub("", parts.path)
    query = "&".join(sorted(part for part in parts.query.split("&") if part not in AMP))
    return f"{host}{path}" + f"?{query}" * bool(query) if path or query else None


def named(headers: Sequence[str], relation: str) -> str | None:
    """Return the first address that Link headers name in that relation (RFC 8288)."""
    for address, parameters in LINK.findall(", ".join(headers)[:LONGEST_HEADER]):
        relations = REL.search(parameters)
        if relations and relation in (relations[1] or relations[2]).lower().split():
            return str(address).strip()
    return None


def is_tracker(address: str) -> bool:
    """Whether an image's address serves to count readers or to make them share."""
    return TRACKERS.search(address) is not None


def _resolvable(base: str | None) -> str:
    return base if base and base.partition(":")[0].lower() in SCHEMES else ""


def _blank(found: re.Match[str]) -> str:
    """Keep a space as `%20`; browsers ignore tabs and line breaks in an address."""
    return "%20" if set(found.group()) == {" "} else ""


def _assembled(parts: SplitResult) -> str:
    assert parts.hostname is not None
    host = _host(parts.hostname)
    port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
    query = "&".join(part for part in parts.query.split("&") if not TRACKING.match(part))
    fragment = "" if TRACKING.match(parts.fragment) else parts.fragment
    tail = f"?{query}" * bool(query) + f"#{fragment}" * bool(fragment)
    path = quote(parts.path or "/", safe=SAFE.replace("?", "").replace("#", ""))
    return f"{parts.scheme}://{host}{port}{path}{quote(tail, safe=SAFE)}"


def _host(name: str) -> str:
    """Return the host in ASCII (IDNA); IPv6 addresses in brackets."""
    if ":" in name:
        return f"[{quote(name, safe=':.')}]"
    host = in_ascii(name)
    if not re.fullmatch(r"[\w.-]+", host, re.ASCII):
        raise ValueError(host)
    return host.lower()
