"""What a build remembers of a static site: which files are its own, and what they show."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from topicwire.errors import SiteError

NAME = ".topicwire.json"
_PARTS = "parts, 1"  # another number for another form, which this version then cannot read


@dataclass(frozen=True, slots=True)
class Part:
    """Files that are rendered together; `mark` says of what, and is empty while that is in doubt.

    `files` are sizes in bytes by name, relative to the site's folder.
    """

    mark: str = ""
    files: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Manifest:
    """The parts of a site by name; `stamp` says what all of them were rendered with."""

    stamp: str = ""
    parts: Mapping[str, Part] = field(default_factory=dict)

    @property
    def files(self) -> frozenset[str]:
        """The names of all files."""
        return frozenset(name for part in self.parts.values() for name in part.files)

    def doubted(self) -> "Manifest":
        """Return the same files, of which nobody knows what they show."""
        return Manifest(self.stamp, {name: Part("", p.files) for name, p in self.parts.items()})

    def under_way_to(self, other: "Manifest") -> "Manifest":
        """Return what holds while this site becomes the other: both's files, the rest in doubt."""
        parts = {}
        for name in {**self.parts, **other.parts}:
            old, new = self.parts.get(name, Part()), other.parts.get(name, Part())
            parts[name] = old if old == new else Part("", {**old.files, **new.files})
        return Manifest(other.stamp, parts)


def written(manifest: Manifest) -> bytes:
    """Return the manifest as it is kept; the same for the same site."""
    parts = {
        name: {"mark": part.mark, "files": dict(sorted(part.files.items()))}
        for name, part in sorted(manifest.parts.items())
    }
    content = {"stamp": manifest.stamp, _PARTS: parts}
    return json.dumps(content, indent=0).encode()


def read(content: bytes, *, where: str) -> Manifest:
    """Return what was kept.

    Raises:
        SiteError: it is none that this version can read.
    """
    try:
        given = json.loads(content)
        parts = {str(name): _part(each) for name, each in given[_PARTS].items()}
        return Manifest(str(given["stamp"]), parts)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise SiteError(
            f"{where} cannot be read, and it says which files are the site's; "
            "build into a new folder"
        ) from error


def _part(given: Any) -> Part:
    files = {str(name): int(size) for name, size in given["files"].items()}
    return Part(str(given["mark"]), files)
