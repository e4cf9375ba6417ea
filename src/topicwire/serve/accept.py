"""What a client can take: content codings and media types with their weights."""

from functools import lru_cache

from topicwire.model.document import Format

_OFFERS = {
    Format.HTML: "text/html",
    Format.ATOM: "application/atom+xml",
    Format.RSS: "application/rss+xml",
    Format.JSON: "application/feed+json",
}


@lru_cache(maxsize=256)
def takes_gzip(accept_encoding: bytes) -> bool:
    """Return whether gzip is welcome (RFC 9110 section 12.5.3)."""
    weights = _weights(accept_encoding)
    named = weights.get("gzip", weights.get("x-gzip"))
    return (weights.get("*", 0.0) if named is None else named) > 0.0


@lru_cache(maxsize=256)
def preferred(accept: bytes) -> Format:
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


def _weights(header: bytes) -> dict[str, float]:
    weights = {}
    for part in header.decode("latin-1").lower().split(","):
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
