"""What is answered to one request: its head, and as much of its body as is wanted."""

import re
from collections.abc import Callable
from dataclasses import dataclass

_FOLDED = re.compile(r"\r?\n[ \t]+")
_DIGITS = 18  # of a length that are read; it is too long with fewer


@dataclass(frozen=True, slots=True)
class Head:
    """The status and the headers of an answer, in order, with lower-case names.

    What is no UTF-8 in a value stands there as lone surrogates.
    """

    status: int
    headers: tuple[tuple[str, str], ...]

    def values(self, name: str) -> tuple[str, ...]:
        """Return all values of the header of that lower-case name."""
        return tuple(value for key, value in self.headers if key == name)

    @property
    def is_success(self) -> bool:
        """Whether what was asked for is in the body."""
        return 200 <= self.status < 300  # noqa: PLR2004 (the successes of RFC 9110)

    @property
    def length(self) -> int:
        """How many bytes are announced, 0 when that is not said."""
        said = next(iter(self.values("content-length")), "")
        return int(said[:_DIGITS]) if said.isascii() and said.isdigit() else 0


Wanted = Callable[[Head], int]  # how many bytes of the body are wanted; may raise WebError


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered: the decoded body as far as it is wanted, `is_cut` when there is more."""

    head: Head
    body: bytes
    is_cut: bool


def read_head(lines: list[bytes]) -> Head:
    """Return what the lines of a head say, continued ones (RFC 9112 section 5.2) put together."""
    whole = b"".join(lines).decode("utf-8", "surrogateescape")
    first, *rest = _FOLDED.sub(" ", whole).rstrip("\r\n").split("\n")
    fields = (line.partition(":") for line in rest)
    headers = tuple((name.strip().lower(), value.strip()) for name, _, value in fields)
    return Head(int(first.split()[1]), headers)
