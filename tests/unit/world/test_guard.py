"""The guard: which addresses may be dialled."""

import pytest

from topicwire.errors import ConfigError, GuardError
from topicwire.world.guard import Guard, is_public

REFUSED = {
    "unspecified": "0.0.0.0",
    "loopback": "127.0.0.1",
    "loopback-far": "127.255.255.254",
    "private-10": "10.1.2.3",
    "private-172": "172.16.0.1",
    "private-192": "192.168.1.1",
    "cgnat": "100.64.0.1",
    "link-local": "169.254.0.1",
    "cloud-metadata": "169.254.169.254",
    "benchmark": "198.18.0.1",
    "documentation": "203.0.113.5",
    "multicast": "224.0.0.1",
    "multicast-wide": "239.255.255.250",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "v6-unspecified": "::",
    "v6-loopback": "::1",
    "v6-mapped-loopback": "::ffff:127.0.0.1",
    "v6-mapped-private": "::ffff:10.0.0.1",
    "v6-compatible-loopback": "::127.0.0.1",
    "v6-unique-local": "fd00::1",
    "v6-link-local": "fe80::1",
    "v6-link-local-zone": "fe80::1%eth0",
    "v6-site-local": "fec0::1",
    "v6-multicast": "ff02::1",
    "v6-multicast-global": "ff0e::1",
    "nat64-loopback": "64:ff9b::7f00:1",
    "nat64-private": "64:ff9b::a00:1",
    "nat64-local-prefix": "64:ff9b:1::1",
    "nat64-local-public": "64:ff9b:1::808:808",
    "6to4-loopback": "2002:7f00:1::",
    "6to4-private": "2002:a00:1::1",
    "teredo": "2001:0:4136:e378:8000:63bf:3fff:fdd2",
    "v6-documentation": "2001:db8::1",
    "v6-discard": "100::1",
}

PUBLIC = {
    "v4": "93.184.216.34",
    "v6": "2606:4700::6810:84e5",
    "v6-mapped": "::ffff:93.184.216.34",
    "nat64": "64:ff9b::5db8:d822",
    "6to4": "2002:5db8:d822::1",
}


@pytest.mark.parametrize("address", REFUSED.values(), ids=REFUSED.keys())
def test_address_inside_a_network_is_refused(address: str) -> None:
    """S3, C10: no address that is not of the open internet passes, however it is wrapped."""
    with pytest.raises(GuardError, match="is private; allow it with TOPICWIRE_ALLOW_PRIVATE="):
        Guard().check("feeds.example", address, 443)


@pytest.mark.parametrize("address", PUBLIC.values(), ids=PUBLIC.keys())
def test_public_address_passes(address: str) -> None:
    """S3: what is public passes, also where a network translates IPv4 into IPv6."""
    assert is_public(address)
    Guard().check("feeds.example", address, 443)


@pytest.mark.parametrize(
    ("port", "passes"),
    [(80, True), (443, True), (8080, True), (8443, True), (22, False), (6379, False), (0, False)],
    ids=str,
)
def test_unusual_port_is_refused(port: int, passes: bool) -> None:  # noqa: FBT001 (a table)
    """S1: only the usual ports of the web are dialled."""
    guard = Guard()
    if passes:
        guard.check("feeds.example", "93.184.216.34", port)
    else:
        with pytest.raises(GuardError, match=f"the port {port} is not one of 80, 443"):
            guard.check("feeds.example", "93.184.216.34", port)


ALLOWED = {
    "network": ("127.0.0.0/8", "x.example", "127.3.2.1", 9999, True),
    "network-v6": ("fd00::/8", "x.example", "fd12::1", 80, True),
    "network-other": ("127.0.0.0/8", "x.example", "10.0.0.1", 80, False),
    "address": ("127.0.0.1", "127.0.0.1", "127.0.0.1", 9999, True),
    "address-other": ("127.0.0.1", "127.0.0.2", "127.0.0.2", 80, False),
    "address-mapped": ("127.0.0.1", "::ffff:127.0.0.1", "::ffff:127.0.0.1", 80, True),
    "address-port": ("127.0.0.1:8081", "127.0.0.1", "127.0.0.1", 8081, True),
    "address-other-port": ("127.0.0.1:8081", "127.0.0.1", "127.0.0.1", 80, False),
    "v6-port": ("[::1]:8081", "::1", "::1", 8081, True),
    "v6-other-port": ("[::1]:8081", "::1", "::1", 8082, False),
    "host": ("intranet.example", "intranet.example", "10.0.0.1", 9999, True),
    "host-case-and-dot": ("Intranet.Example", "intranet.EXAMPLE.", "10.0.0.1", 80, True),
    "host-other": ("intranet.example", "x.intranet.example", "10.0.0.1", 80, False),
    "host-port": ("intranet.example:8081", "intranet.example", "10.0.0.1", 8081, True),
    "host-other-port": ("intranet.example:8081", "intranet.example", "10.0.0.1", 80, False),
    "host-international": ("bücher.example", "xn--bcher-kva.example", "10.0.0.1", 80, True),
    "public-port": ("feeds.example:8000", "feeds.example", "93.184.216.34", 8000, True),
}


@pytest.mark.parametrize(
    ("entry", "host", "address", "port", "passes"), ALLOWED.values(), ids=ALLOWED.keys()
)
def test_operator_allows_what_is_named_and_nothing_else(
    entry: str,
    host: str,
    address: str,
    port: int,
    passes: bool,  # noqa: FBT001 (a table)
) -> None:
    """S6: the allow list lets through exactly its hosts, networks and ports."""
    guard = Guard((entry,))
    if passes:
        guard.check(host, address, port)
    else:
        with pytest.raises(GuardError):
            guard.check(host, address, port)


@pytest.mark.parametrize(
    "entry",
    ["", "http://x.example", "10.0.0.1/8", "10.0.0.0/99", "300.1.1.1", "x.example:99999", "a b"],
    ids=["empty", "url", "host-bits", "mask", "no-address", "port", "space"],
)
def test_entry_that_means_nothing_stops_the_start(entry: str) -> None:
    """S6: a mistyped entry is named rather than ignored."""
    with pytest.raises(ConfigError) as caught:
        Guard((entry,))
    assert f"TOPICWIRE_ALLOW_PRIVATE: {entry!r} is no host" in str(caught.value)
