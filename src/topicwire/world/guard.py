"""The guard: which addresses a request may reach.

It judges the address that is dialled, not the name, so no answer of a name server and no
redirect leads into the operator's own network (STANDARDS S1 to S6).
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import (
    IPv4Address,
    IPv4Network,
    IPv6Address,
    IPv6Network,
    ip_address,
    ip_network,
)

from topicwire.domain import in_ascii
from topicwire.errors import ConfigError, GuardError

PORTS = (80, 443, 8080, 8443)
SETTING = "TOPICWIRE_ALLOW_PRIVATE"

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052; the last 32 bits are an IPv4 address
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_.-]*[a-z0-9_])?")
_HOST_PORT = re.compile(r"\[?(?P<host>[^\[\]/]+?)\]?:(?P<port>[0-9]{1,5})")
_LAST_PORT = 65535


@dataclass(frozen=True, slots=True)
class _Rule:
    """One entry of the allow list: a host or a network, on one port or on all."""

    host: str | None
    network: Network | None
    port: int | None

    def allows(self, host: str, address: Address, port: int) -> bool:
        if self.port not in {None, port}:
            return False
        return self.host == host if self.network is None else address in self.network


class Guard:
    """Refuses addresses that are not public, and unusual ports, unless they are allowed.

    `allowed` holds hosts, networks and host:port: `intranet.example`, `10.0.0.0/8`,
    `127.0.0.1:8081`. A host or network allows every port there, host:port that port alone.

    Raises:
        ConfigError: an entry is none of these.
    """

    def __init__(self, allowed: Iterable[str] = ()) -> None:
        self._rules = tuple(_rule(entry) for entry in allowed)

    def check(self, host: str, address: str, port: int) -> None:
        """Refuse to dial `address` on `port` for `host`, unless it is public or allowed.

        Raises:
            GuardError: it may not be dialled.
        """
        dialled = unwrapped(address)
        name = host.rstrip(".").lower()
        if any(rule.allows(name, dialled, port) for rule in self._rules):
            return
        if not is_public(address):
            raise GuardError(f"the address {dialled} is private; allow it with {SETTING}={dialled}")
        if port not in PORTS:
            usual = ", ".join(map(str, PORTS))
            shown = f"[{name}]" if ":" in name else name
            raise GuardError(
                f"the port {port} is not one of {usual}; allow it with {SETTING}={shown}:{port}"
            )


@lru_cache(maxsize=4096)
def unwrapped(address: str) -> Address:
    """Return the address that packets to `address` end up at.

    IPv4 inside IPv6 is taken out: mapped, NAT64 and 6to4 addresses (RFC 4291, 6052, 3056).
    """
    found = ip_address(address)
    if isinstance(found, IPv6Address):
        if found in _NAT64:
            return IPv4Address(int(found) & 0xFFFFFFFF)
        return found.ipv4_mapped or found.sixtofour or found
    return found


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """Whether the address is one of the open internet.

    `is_global` alone lets through multicast, site-local and reserved ranges, among them
    IPv4-compatible addresses and the local NAT64 prefix of RFC 8215.
    """
    found = unwrapped(address)
    if not found.is_global or found.is_multicast or found.is_reserved:
        return False
    return not (isinstance(found, IPv6Address) and found.is_site_local)


def _rule(entry: str) -> _Rule:
    """Return the rule that an entry of the allow list stands for."""
    wanted = entry.strip().lower()
    if (network := _network(wanted)) is not None:
        return _Rule(host=None, network=network, port=None)
    host, port = wanted, None
    if found := _HOST_PORT.fullmatch(wanted):
        host, port = found["host"], int(found["port"])
    network = _network(host) if port is not None and "/" not in host else None
    if (network is None and not _is_host(host)) or (
        port is not None and not 0 < port <= _LAST_PORT
    ):
        raise ConfigError(
            f"{SETTING}: {entry!r} is no host, host:port or network; "
            "write for example intranet.example, 127.0.0.1:8081 or 10.0.0.0/8"
        )
    return _Rule(host=None if network else _ascii(host), network=network, port=port)


def _network(text: str) -> Network | None:
    try:
        return ip_network(text)
    except ValueError:
        return None


def _ascii(host: str) -> str:
    return in_ascii(host.rstrip("."))


def _is_host(host: str) -> bool:
    """Whether this can be a host's name: one letter at least, else it is an address gone wrong."""
    try:
        name = _ascii(host)
    except UnicodeError:
        return False
    return bool(_HOST.fullmatch(name)) and not name.replace(".", "").isdigit()
