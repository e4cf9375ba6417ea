"""Addresses as anybody may see them: without the secrets in them, wherever they stand."""

import re
from urllib.parse import unquote_plus

HIDDEN = "***"

# Up to the last "@": whoever forgot to escape one, or a slash, has it in the password. What stands
# in brackets is an IPv6 address, and its colons begin no password.
_PASSWORD = re.compile(
    r"^([^/]*//(?!\[[0-9a-f:.]+\](?:[:/?]|$))[^/@:]*):.*@", re.DOTALL | re.IGNORECASE
)
_QUERY = re.compile(r"(?<=[?&])([^=&]*)=[^&]*")
_SECRET = re.compile(r"password|secret|scram_\w+_key", re.IGNORECASE)  # passfile is no secret
_DATABASE = re.compile(
    r"sqlite:///.*"
    r"|[\w+]+://(?:[^:/?@]*(?::\*\*\*)?@)?(?:\[[0-9a-fA-F:.]+\]|[^:/?@]*)(?::[0-9]*)?"
    r"(?:/[^:?@]*)?(?:\?.*)?",
    re.DOTALL,
)


def veiled(address: str) -> str:
    """Return an address without the password in it, nor those in its query."""
    return _QUERY.sub(_pair, _PASSWORD.sub(rf"\1:{HIDDEN}@", address))


def veiled_database(url: str) -> str:
    """Return a database's address without secrets; of what is none, no more than its scheme."""
    shown = veiled(url)
    if _DATABASE.fullmatch(shown):
        return shown
    scheme, is_given, _ = url.partition(":")
    return f"{scheme}:…" if is_given and re.fullmatch(r"[\w+]+", scheme) else "…"


def _pair(found: re.Match[str]) -> str:
    """Return a name of a query with its value, unless that is a secret."""
    is_secret = _SECRET.search(unquote_plus(found[1]))
    return f"{found[1]}={HIDDEN}" if is_secret else found[0]
