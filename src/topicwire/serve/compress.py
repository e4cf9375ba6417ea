"""A document in a content coding."""

from topicwire.publish.pack import QUICK
from topicwire.serve.accept import Coding

LATER = (Coding.ZSTD, Coding.BROTLI)  # packed when they are first asked for


def compressed(body: bytes, coding: Coding) -> bytes:
    """Return a body in a coding."""
    return body if coding is Coding.IDENTITY else QUICK[coding](body)
