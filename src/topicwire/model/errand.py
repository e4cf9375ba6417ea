"""Errands: acts to be done once, each by whoever takes it."""

from dataclasses import dataclass, replace
from enum import StrEnum
from zlib import crc32


class Act(StrEnum):
    """What there is to do, each again and again."""

    POLL = "poll"
    PUSH = "push"  # read what hubs have delivered
    SUBSCRIBE = "subscribe"
    BACKFILL = "backfill"  # a document more of new sources' archives
    COMPLETE = "complete"  # articles' pages
    JUDGE = "judge"
    CONSULT = "consult"  # the second reader
    VERIFY = "verify"  # callbacks
    ANNOUNCE = "announce"
    WRITE_SITE = "write_site"
    WATCH = "watch"
    KEEP_HOUSE = "keep_house"


# So many turns of these may be under way: who answers slowly holds back no other, and claims in
# the store keep the turns apart.
ABREAST = {Act.VERIFY: 6, Act.ANNOUNCE: 6}


@dataclass(frozen=True, slots=True)
class Errand:
    """An act to be done: all of it that there is, or only for the sources or topics of `names`.

    The tables stay the truth of what is to do, so that an errand may be done twice, or be lost.
    `part` tells errands of one act apart that may be done beside each other.
    """

    act: Act
    names: tuple[str, ...] = ()
    part: str = ""

    @property
    def key(self) -> str:
        """What it is known by: of each there is one under way, and one more that waits."""
        return f"{self.act}:{self.part}" if self.part else self.act.value

    @property
    def singles(self) -> tuple["Errand", ...]:
        """An errand for each of its names, none where it cannot be divided."""
        if len(self.names) < 2:  # noqa: PLR2004 (one is whole)
            return ()
        return tuple(replace(self, names=(name,), part=veiled(name)) for name in self.names)


def veiled(name: str) -> str:
    """Return a part for a name: everybody may read what an errand is called, and topics be private."""
    return f"{crc32(name.encode()):08x}"


class Stage(StrEnum):
    """How far an errand has come."""

    WAITING = "waiting"
    DOING = "doing"
    SET_ASIDE = "set aside"  # it failed again and again; somebody has to see to it


@dataclass(frozen=True, slots=True)
class Taken:
    """An errand that the engine has; `number` is the engine's, `tries` counts those that failed."""

    number: int
    errand: Errand
    stage: Stage
    tries: int = 0
