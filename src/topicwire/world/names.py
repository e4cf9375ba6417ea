"""Names looked up as the system does it, many at once.

libcurl would do it too, but the names that hang would hold up the others, and its end.
"""

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor

LOOKUPS = 32  # at once; libuv, the loop's own way, manages two


class Names:
    """A resolver that waits for no hanging look-up when it is closed."""

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(LOOKUPS, thread_name_prefix="topicwire-names")

    async def addresses(self, host: str, port: int) -> tuple[str, ...]:
        """Return the addresses of the host, the preferred first; of an address itself.

        Raises:
            OSError: the name does not resolve.
        """
        if is_address(host):
            return (host,)
        loop = asyncio.get_running_loop()
        try:
            return await loop.run_in_executor(self._threads, _looked_up, host, port)
        except UnicodeError as error:  # a label that is empty or too long for the name system
            raise OSError(socket.EAI_NONAME, str(error)) from error

    def close(self) -> None:
        """Start no further look-up."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def is_address(host: str) -> bool:
    """Whether the host is an address rather than a name."""
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in host else socket.AF_INET, host)
    except (OSError, UnicodeError):
        return False
    return True


def _looked_up(host: str, port: int) -> tuple[str, ...]:
    found = socket.getaddrinfo(host, port, socket.AF_UNSPEC, socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(address[0]) for *_, address in found))
