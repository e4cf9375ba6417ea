"""Addresses as people write them, made addresses of the web."""

import re

_FEED = re.compile(r"(?i)feed:(?://)?")


def without_feed(url: str) -> str:
    """Return the address without the `feed:` that some programs put before a subscription."""
    found = _FEED.match(url)
    if found is None:
        return url
    rest = url[found.end() :]
    return rest if rest.lower().startswith(("http:", "https:")) else f"http://{rest.lstrip('/')}"
