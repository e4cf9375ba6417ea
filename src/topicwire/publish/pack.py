"""Documents packed for the wire: quickly while readers wait, else as small as it goes."""

import gzip
from collections.abc import Callable
from sys import version_info

import brotli
from isal import igzip

if version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# Measured on feeds (`bench/render.py`): a tenth larger than at zlib's usual level, in a twelfth of
# its time.
_QUICK_GZIP = 3
_QUICK_BROTLI = 2
_QUICK_ZSTD = 3

# Brotli's best takes a millisecond a kilobyte and saves a sixth over its quick levels: what is
# written once an edition is sent to every reader.
_GZIP_LEVEL = 9
_BROTLI_QUALITY = 11
_ZSTD_LEVEL = 19

_TEXTS = frozenset(("html", "atom", "rss", "json", "opml", "css", "svg", "txt"))

# By content coding, what packs a document while somebody waits for it; the same at every time.
QUICK: dict[str, Callable[[bytes], bytes]] = {
    "br": lambda body: bytes(brotli.compress(body, quality=_QUICK_BROTLI)),
    "zstd": lambda body: zstd.compress(body, _QUICK_ZSTD),
    "gzip": lambda body: igzip.compress(body, _QUICK_GZIP, mtime=0),
}


def packed(name: str, body: bytes) -> dict[str, bytes]:
    """Return by suffix the packed forms of a file that are smaller than it.

    They are the same at every time. What is no text, or is not sent, has none.
    """
    if name.rpartition(".")[2] not in _TEXTS:
        return {}
    forms = {
        ".gz": gzip.compress(body, _GZIP_LEVEL, mtime=0),
        ".br": bytes(brotli.compress(body, quality=_BROTLI_QUALITY)),
        ".zst": zstd.compress(body, _ZSTD_LEVEL),
    }
    return {suffix: form for suffix, form in forms.items() if len(form) < len(body)}
