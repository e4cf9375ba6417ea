"""Documents in every content coding, the levels chosen by measurement (`bench/render.py`)."""

from concurrent.futures import ThreadPoolExecutor
from sys import version_info

import brotli
from isal import igzip

from topicwire.serve.accept import Coding

if version_info >= (3, 14):
    from compression import zstd
else:
    from backports import zstd

# A tenth larger than zlib's usual level, in a twelfth of its time.
_GZIP_LEVEL = 3
_BROTLI_QUALITY = 2
_ZSTD_LEVEL = 3

# Compression releases the interpreter's lock: three at once are as slow as the slowest.
_threads = ThreadPoolExecutor(3, thread_name_prefix="compress")


def compressed(body: bytes) -> dict[Coding, bytes]:
    """Return the forms of a body that are smaller than it, the same each time."""
    packing = {coding: _threads.submit(pack, body) for coding, pack in PACKERS.items()}
    packed = {coding: job.result() for coding, job in packing.items()}
    return {coding: form for coding, form in packed.items() if len(form) < len(body)}


def _gzip(body: bytes) -> bytes:

    return bytes(igzip.compress(body, compresslevel=_GZIP_LEVEL, mtime=0))


def _brotli(body: bytes) -> bytes:
    return bytes(brotli.compress(body, quality=_BROTLI_QUALITY))


def _zstd(body: bytes) -> bytes:
    return bytes(zstd.compress(body, _ZSTD_LEVEL))


PACKERS = {Coding.BROTLI: _brotli, Coding.ZSTD: _zstd, Coding.GZIP: _gzip}
