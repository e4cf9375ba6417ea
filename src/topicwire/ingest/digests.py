"""Digests by which what was read is known again, and by which like texts are found.

They are quick, and no proof: who makes two documents of one digest keeps his own feed from being
read, and nobody else's. The only user of xxhash.
"""

from xxhash import xxh3_64_intdigest, xxh3_128_hexdigest


def of(body: bytes) -> str:
    """Return the digest of a body, 32 hexadecimal digits."""
    return xxh3_128_hexdigest(body)


def of_text(text: str) -> str:
    """Return the digest of a text, as long."""
    return of(_bytes(text))


def number(text: str) -> int:
    """Return the hash of a text that is counted with others, 64 bits."""
    return xxh3_64_intdigest(_bytes(text))


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "replace")
