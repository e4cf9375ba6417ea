"""The settings: which there are, and those that cannot be meant."""

from collections.abc import Iterator
from pathlib import Path

from topicwire.cli.doctor.finding import LOOPBACK, Finding
from topicwire.config import PREFIX, Settings, origin, shown, unknown_names
from topicwire.errors import nearest


def settings_table(settings: Settings, config: Path | None) -> Iterator[tuple[str, str, str, str]]:
    """Yield name, value, origin and help of every setting."""
    for name, field in Settings.model_fields.items():
        value = getattr(settings, name)
        said = shown(name, ", ".join(value) if isinstance(value, tuple) else str(value))
        yield PREFIX + name.upper(), said, origin(name, config), field.description or ""


def settings_found(settings: Settings) -> Iterator[Finding]:
    """Look at names that are none, at who publishers can write to, and at the public address."""
    known = [PREFIX + name.upper() for name in Settings.model_fields]
    for name in unknown_names():
        near = nearest(name, known, most=1)
        meant = f"Did you mean {near}? Else `unset {name}`." if near else f"`unset {name}`"
        yield Finding(ok=False, what=f"{name} is no setting, and changes nothing", mend=meant)
    if settings.contact:
        yield Finding(ok=True, what=f"publishers can reach you at {settings.contact}")
    else:
        yield Finding(
            ok=True,
            what="publishers who see the requests cannot tell whose they are",
            mend=f"Set {PREFIX}CONTACT to a web page or e-mail address of yours.",
        )
    yield _address(settings)


def _address(settings: Settings) -> Finding:
    if settings.address[0] not in LOOPBACK and not settings.base_url:
        return Finding(
            ok=False,
            what=f"feeds name {settings.public_url} as their address",
            mend=f"Set {PREFIX}BASE_URL to the address that readers use.",
        )
    return Finding(ok=True, what=f"feeds name {settings.public_url} as their address")
