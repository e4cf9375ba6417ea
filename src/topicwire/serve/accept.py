"""What a client can take: content codings and media types with their weights."""

from enum import StrEnum
from functools import lru_cache

from topicwire.model.document import Format


class Coding(StrEnum):
    """The content codings of a document."""

    ZSTD = "zstd"
    BROTLI = "br"
    GZIP = "gzip"
    IDENTITY = "identity"


# Of equals the first: measured on feeds, zstd packs closest for its time, then brotli.
_PACKED = (Coding.ZSTD, Coding.BROTLI, Coding.GZIP)

_LONGEST = 1000  # characters of a header that are read

_OFFERS = {
    Format.HTML: "text/html",
    Format.ATOM: "application/atom+xml",
    Format.RSS: "application/rss+xml",
    Format.JSON: "application/feed+json",
}


@lru_cache(maxsize=1024)
def codings(accept_encoding: str) -> tuple[Coding, ...]:
    """Return the codings that are welcome, the best first (RFC 9110 section 12.5.3).

    Identity closes the list even when it is refused: a document that has no other form is better
    than none. Who takes just anything (`*`) gets gzip, which all know.
    """
    weights = _weights(accept_encoding)
    weights.setdefault("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    plain = weights.get(Coding.IDENTITY, 0.0)
    welcome = [each for each in _PACKED if weights.get(each, 0.0) > 0.0]
    welcome.sort(key=lambda each: -weights[each])
    better = [each for each in welcome if weights[each] >= plain]
    return (*better, Coding.IDENTITY)


@lru_cache(maxsize=1024)
def preferred(accept: str) -> Format:
    """Return the format of a topic that Accept weighs most (RFC 9110 section 12.5.1).

    Of equals the first wins, and when nothing offered is acceptable the page is sent all the
    same: it links to the feeds, which helps more than a refusal.
    """
    ranges = _weights(accept)
    weighed = {offer: _weight(media_type, ranges) for offer, media_type in _OFFERS.items()}
    best = max(weighed, key=weighed.__getitem__)
    return best if weighed[best] > 0.0 else Format.HTML


def _weight(media_type: str, ranges: dict[str, float]) -> float:
    main = media_type.partition("/")[0]
    for name in (media_type, f"{main}/*", "*/*"):
        if name in ranges:
            return ranges[name]
    return 0.0


def _weights(header: str) -> dict[str, float]:
    weights = {}
    for part in header[:_LONGEST].lower().split(","):
        name, *parameters = (piece.strip() for piece in part.split(";"))
        if name:
            weights[name] = _quality(parameters)
    return weights


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
