"""Errands: acts to be done once, each by whoever takes it."""

from dataclasses import dataclass
from enum import StrEnum


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


@dataclass(frozen=True, slots=True)
class Errand:
    """An act to be done: all of it that there is, or only for what is named.

    The tables stay the truth of what is to do, so that an errand may be done twice, or be lost.
    """

    act: Act
    names: tuple[str, ...] = ()
