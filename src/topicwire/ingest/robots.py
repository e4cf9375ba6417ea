"""robots.txt (RFC 9309): which pages a site lets us read, and how slowly.

The only user of protego.
"""

from dataclasses import dataclass
from http import HTTPStatus

from protego import Protego

PRODUCT = "Topicwire"  # our product token
LARGEST = 512_000  # bytes that are read of it
SLOWEST = 60.0  # seconds between two pages that a site may ask for


@dataclass(frozen=True, slots=True)
class Rules:
    """What a site's robots.txt says; `text` is None when all, or nothing, is allowed."""

    text: Protego | None
    is_open: bool = True

    def allows(self, url: str) -> bool:
        """Whether the page may be read."""
        return self.is_open if self.text is None else bool(self.text.can_fetch(url, PRODUCT))

    @property
    def reason(self) -> str:
        """Why a page that is not allowed is not."""
        if self.text is None:
            return "its site's robots.txt cannot be had, and without it no page is read"
        return "its site's robots.txt forbids it"

    @property
    def spacing(self) -> float:
        """The seconds that the site wants between two pages, at most a minute."""
        delay = None if self.text is None else self.text.crawl_delay(PRODUCT)
        return min(max(float(delay or 0), 0.0), SLOWEST)


def rules(status: int | None, body: bytes) -> Rules:
    """Return what an answer to the request for robots.txt means.

    A site that has none allows everything, one that fails to say allows nothing.
    """
    if status is None or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Rules(None, is_open=False)
    if status >= HTTPStatus.BAD_REQUEST:
        return Rules(None)
    return Rules(Protego.parse(body[:LARGEST].decode("utf-8-sig", "replace")))
