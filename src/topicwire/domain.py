"""Names of hosts as the web's programs ask for them.

The only user of idna.
"""

import re

_LABELS = re.compile(r"[^.]{1,63}(?:\.[^.]{1,63})*\.?")  # RFC 1035


def in_ascii(name: str) -> str:
    """Return a host's name in ASCII as browsers write it: by UTS 46, so `faß.de` is not `fass.de`.

    Signs that no registry sells stay possible, such as `☃.net`; what is in ASCII stays as it is.

    Raises:
        UnicodeError: no host has such a name.
    """
    found = name if name.isascii() else _converted(name)
    if not _LABELS.fullmatch(found):
        raise UnicodeError(f"{name!r} is no host's name")
    return found


def _converted(name: str) -> str:
    import idna  # noqa: PLC0415 (a twentieth of a second, which only names in other letters need)

    labels = idna.uts46_remap(name, std3_rules=False).split(".")
    return ".".join(each if each.isascii() else _punycode(each) for each in labels)


def _punycode(label: str) -> str:
    return f"xn--{label.encode('punycode').decode('ascii')}"
