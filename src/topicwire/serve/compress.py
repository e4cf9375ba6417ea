"""A document in every content coding, made side by side."""

from concurrent.futures import ThreadPoolExecutor

from topicwire.publish.pack import QUICK
from topicwire.serve.accept import Coding

# Packing releases the interpreter's lock: three at once take as long as the slowest of them.
_threads = ThreadPoolExecutor(len(QUICK), thread_name_prefix="pack")


def compressed(body: bytes) -> dict[Coding, bytes]:
    """Return the forms of a body that are smaller than it."""
    packing = {Coding(name): _threads.submit(pack, body) for name, pack in QUICK.items()}
    forms = {coding: job.result() for coding, job in packing.items()}
    return {coding: form for coding, form in forms.items() if len(form) < len(body)}
