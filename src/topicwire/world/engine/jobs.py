"""Errands as the engine's jobs: how they are kept, in which lane, and how often they are tried."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from procrastinate import BaseRetryStrategy, RetryDecision
from procrastinate.jobs import Job

from topicwire.model.errand import ABREAST, Act, Errand, Stage, Taken

TASK = "errand"
# Polls wait for others most of the time: in a lane of their own they hold up nothing else.
POLLS, ACTS = "polls", "acts"
LANES = {POLLS: 4, ACTS: 12}  # errands of a lane that a process does at once
# What readers wait for goes before what nobody waits for; the others are between.
_PRIORITY = {Act.PUSH: 2, Act.ANNOUNCE: 2, Act.VERIFY: 2, Act.JUDGE: 1, Act.KEEP_HOUSE: -1}
# Before another try; together much shorter than a source may wait for its poll unnoticed.
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=5))
LIVES = 2  # processes that an errand may end before it is set aside

_STAGES = {"todo": Stage.WAITING, "doing": Stage.DOING, "failed": Stage.SET_ASIDE}


def configured(errand: Errand) -> dict[str, Any]:
    """Return how the engine is to keep an errand."""
    is_behind = errand.act is Act.JUDGE and bool(errand.names)
    return {
        "queue": POLLS if errand.act is Act.POLL else ACTS,
        "queueing_lock": errand.key,
        "lock": None if errand.act in ABREAST else errand.key,
        "priority": 0 if is_behind else _PRIORITY.get(errand.act, 0),
    }


def arguments(errand: Errand) -> dict[str, Any]:
    """Return an errand as the engine keeps it."""
    return {"act": errand.act.value, "names": list(errand.names), "part": errand.part}


def errand_of(given: Mapping[str, Any]) -> Errand:
    """Return the errand that was kept."""
    return Errand(Act(given["act"]), tuple(given["names"]), given["part"])


def taken_of(job: Job) -> Taken | None:
    """Return an errand as it stands, None for what is none any more."""
    stage = _STAGES.get(job.status or "")
    if stage is None or job.task_name != TASK or job.id is None:
        return None
    return Taken(job.id, errand_of(job.task_kwargs), stage, job.attempts)


class Patience(BaseRetryStrategy):
    """Tries what failed again after longer and longer waits, then no more."""

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Return when to try again, None to set it aside."""
        del exception
        if is_last(job):
            return None
        return RetryDecision(retry_in={"seconds": int(WAITS[job.attempts].total_seconds())})


def is_last(job: Job) -> bool:
    """Whether a job that fails now is not tried again."""
    return job.attempts >= len(WAITS)
