"""Answers in plain words, which never repeat anything of the request."""

from http import HTTPStatus

from topicwire.serve.wire import Answer, Headers

ALLOW = ("allow", "GET, HEAD, OPTIONS")
ALLOW_FEEDBACK = ("allow", "GET, HEAD, POST")
ALLOW_POST = ("allow", "POST")

_PREFLIGHT: Headers = (
    ALLOW,
    ("access-control-allow-origin", "*"),
    ("access-control-allow-methods", "GET, HEAD"),
    ("access-control-allow-headers", "If-None-Match, If-Modified-Since"),
    ("access-control-max-age", "86400"),
)
_AGAIN = 10  # seconds after which to ask a database that is away


def words(status: int, text: str, *extra: tuple[str, str]) -> Answer:
    """Answer with a line of text that nobody keeps."""
    return fresh(status, "text/plain; charset=utf-8", text.encode(), *extra)


def fresh(status: int, media_type: str, body: bytes, *extra: tuple[str, str]) -> Answer:
    """Answer with what nobody keeps."""
    headers = (
        ("content-type", media_type),
        ("content-length", str(len(body))),
        ("cache-control", "no-store"),
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        *extra,
    )
    return int(status), headers, body


def preflight() -> Answer:
    """Let pages of other sites ask, also conditionally."""
    return HTTPStatus.NO_CONTENT, _PREFLIGHT, b""


def nothing() -> Answer:
    """Say that the address leads nowhere."""
    return words(HTTPStatus.NOT_FOUND, "There is nothing at this address.\n")


def gone() -> Answer:
    """Say that a topic was here and is no more."""
    return words(HTTPStatus.GONE, "This topic is no longer published.\n")


def moved(location: str, *, caching: str) -> Answer:
    """Send on for good; `location` is an address of ours."""
    status, headers, body = words(
        HTTPStatus.PERMANENT_REDIRECT,
        "This topic goes on under another name.\n",
        ("location", location),
        ("access-control-allow-origin", "*"),
    )
    kept = (pair if pair[0] != "cache-control" else (pair[0], caching) for pair in headers)
    return status, tuple(kept), body


def away() -> Answer:
    """Say that the database does not answer now."""
    return words(
        HTTPStatus.SERVICE_UNAVAILABLE,
        "The database is away; please ask again soon.\n",
        ("retry-after", str(_AGAIN)),
    )


def unready(why: str) -> Answer:
    """Say why nobody should be sent here now."""
    retry = ("retry-after", str(_AGAIN))
    return words(HTTPStatus.SERVICE_UNAVAILABLE, f"not ready: {why}\n", retry)


def failed() -> Answer:
    """Say that something went wrong here."""
    return words(
        HTTPStatus.INTERNAL_SERVER_ERROR,
        "This cannot be done; the operator's log says why.\n",
    )


def late() -> Answer:
    """Say that the body did not come in time; the server closes the connection after that."""
    return words(
        HTTPStatus.REQUEST_TIMEOUT,
        "The body did not come in time; please send it anew.\n",
        ("connection", "close"),
    )


def not_allowed(allow: tuple[str, str]) -> Answer:
    """Say which methods an address answers to."""
    return words(
        HTTPStatus.METHOD_NOT_ALLOWED, "This address does not answer to that method.\n", allow
    )


def too_many(seconds: int) -> Answer:
    """Say when to ask again who has asked too often."""
    return words(
        HTTPStatus.TOO_MANY_REQUESTS,
        "Too many requests; please ask again later.\n",
        ("retry-after", str(seconds)),
    )
