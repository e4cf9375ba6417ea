"""The token that a request brings as a password (RFC 7617), since many readers ask for one."""

from base64 import b64decode

_SCHEME = "basic "


def password(authorization: str | None) -> str | None:
    """Return the password of Basic authentication, whatever the name; None where there is none."""
    if authorization is None or not authorization.lower().startswith(_SCHEME):
        return None
    try:
        decoded = b64decode(authorization[len(_SCHEME) :].strip(), validate=True)
    except ValueError:
        return None
    _, colon, given = decoded.partition(b":")  # the name may be in any encoding
    return given.decode(errors="replace") if colon else None
