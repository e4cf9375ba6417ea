"""How often one address or token may ask: a bucket each that fills again as time goes by."""

from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from math import ceil
from time import monotonic

from topicwire.serve.wire import Request, field

MINUTE = 60.0
GUESSES = 10  # wrong tokens a minute of one address
LARGEST = 20_000  # buckets that are kept
_ROUNDING = 1e-6  # seconds by which sums of fractions may be off


class Limit:
    """At most `rate` a minute, all at once or one by one; 0 is no limit.

    A bucket is kept as the time at which it is full again (the generic cell rate algorithm), and
    forgotten when that has come or room is needed. Each method may be called from any thread.
    """

    def __init__(self, rate: int, *, largest: int = LARGEST) -> None:
        self._each = MINUTE / rate if rate else 0.0
        self._largest = largest
        self._full_at: dict[str, float] = {}  # least recently used first

    def take(self, key: str, *, now: float | None = None) -> int:
        """Take one from a bucket; return 0, or the seconds until there is one to take."""
        now = monotonic() if now is None else now
        waiting = self.wait(key, now=now)
        if self._each and not waiting:
            after = max(self._full_at.get(key, now), now) + self._each
            self._full_at.pop(key, None)
            self._full_at[key] = after
            if len(self._full_at) > self._largest:
                self._forget(now)
        return waiting

    def wait(self, key: str, *, now: float | None = None) -> int:
        """Return the seconds until there is one to take from a bucket, and take none."""
        now = monotonic() if now is None else now
        after = max(self._full_at.get(key, now), now) + self._each
        return max(0, ceil(after - now - MINUTE - _ROUNDING))

    def _forget(self, now: float) -> None:
        """Forget what is full, and a tenth in any case, so that this is seldom done."""
        kept = [(key, at) for key, at in tuple(self._full_at.items()) if at > now]
        self._full_at = dict(kept[-(self._largest * 9 // 10) :])


class Proxies:
    """Those in front of us, of whom we believe for whom they ask."""

    def __init__(self, networks: tuple[str, ...]) -> None:
        self._networks = tuple(ip_network(each) for each in networks)
        self._known = lru_cache(maxsize=4096)(self._known_by)

    def asker(self, request: Request) -> str | None:
        """Return by what a request is counted: an address, or of IPv6 the network (/64) of a site.

        That is the peer's, or where a proxy asks the last address that no proxy of ours has
        (X-Forwarded-For: what stands before it, anybody may have written). None is for what a
        proxy asks for itself.
        """
        peer = self._known(request.client.rpartition(":")[0])
        if peer is not None:
            return peer
        forwarded = request.headers.get("x-forwarded-for")
        if forwarded is None:
            return None
        said = field(request.headers, "x-forwarded-for") or ""
        askers = (self._known(each.strip()) for each in reversed(said.split(",")))
        return next((each for each in askers if each is not None), None)

    def _known_by(self, host: str) -> str | None:
        """Return by what an address is counted, None for a proxy's; all that is none is one."""
        address = _address(host)
        if address is None:
            return "unknown"
        if any(address in network for network in self._networks):
            return None
        if isinstance(address, IPv6Address):
            return str(ip_network((address, 64), strict=False))
        return str(address)


def _address(host: str) -> IPv4Address | IPv6Address | None:
    """Return the address that is written, with or without brackets and port."""
    for written in (host.strip("[]"), host.rpartition(":")[0].strip("[]")):
        try:
            address = ip_address(written.partition("%")[0])
        except ValueError:
            continue
        mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
        return mapped or address
    return None
