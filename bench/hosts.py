"""The hosts of the origin that pollers are measured on, as those see them who ask it."""

import http.client


def host(number: int) -> str:
    """Return the address of a host: all are this machine."""
    return f"127.1.{number // 250}.{number % 250 + 1}"


def address(number: int, port: int) -> str:
    """Return the address of a host's feed."""
    return f"http://{host(number)}:{port}/feed"


def part(number: int, count: int, parts: int) -> range:
    """Return the hosts of a part, of `count` behind the first one, which is for warming up."""
    return range(1 + number * count // parts, 1 + (number + 1) * count // parts)


def change(port: int) -> None:
    """Let a running origin give every feed one new entry."""
    client = http.client.HTTPConnection(host(0), port)
    client.request("GET", "/change")
    client.getresponse().read()
    client.close()
