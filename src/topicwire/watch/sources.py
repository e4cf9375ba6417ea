"""What is wrong with a source: what its last polls say, and its silence."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from topicwire.model.watch import About, Incident, Kind
from topicwire.model.wire import Health, Polled
from topicwire.watch.baseline import WEEK, rhythm
from topicwire.words import counted, length

PATIENCE = timedelta(days=1)  # a source may fail so long before it is an incident
FEWEST = 5  # sources below which it is no outage that most of them fail
SAME_TIME = timedelta(hours=6)  # within which an outage lets sources fail
PROBE = timedelta(minutes=15)  # between two sources that are asked whether an outage is over


def wrong(polled: Polled, *, now: datetime) -> Iterator[Incident]:
    """Yield what the last polls of a source came to, where that is not well."""
    state, name = polled.state, polled.source.id
    since = state.failing_since or now
    reason = state.error or "it gives no reason"
    match state.health:
        case Health.GONE:
            yield _of(
                name,
                Kind.GONE,
                began=since,
                what="Its server says that it is gone for good; it is not polled any more.",
                mend=f"Look for its new address: `topicwire source discover`. Or remove it from the"
                f" catalogue: `topicwire source remove {name}`.",
            )
        case Health.MERGED:
            yield _of(
                name,
                Kind.MERGED,
                began=now,
                what=f"It moved to the address of {polled.merged_into}, which is polled in its place.",
                mend=f"Nothing is lost; to tidy up: `topicwire source remove {name}`.",
            )
        case Health.DEAD:
            yield _of(
                name,
                Kind.DEAD,
                began=since,
                what=f"There has been nothing for a month, and it is asked once a week: {reason}.",
                mend=f"Look at {polled.url}; then `topicwire source check` or"
                f" `topicwire source remove {name}`.",
            )
        case Health.FAILING if now - since >= PATIENCE:
            yield _of(
                name,
                Kind.FAILING,
                began=since,
                what=f"It has given nothing for {length(now - since)}: {reason}.",
                mend=f"`topicwire source check {polled.url}` shows what it answers now.",
            )
        case _:
            pass
    if state.moved_url is not None and state.health is not Health.MERGED:
        yield _of(
            name,
            Kind.MOVED,
            began=state.last_poll or now,
            what=f"It has moved for good to {state.moved_url}, where it is polled now.",
            mend=f"Let the catalogue say so: `topicwire source edit {name} --url {state.moved_url}`.",
        )


def silent(
    polled: Polled, counts: Sequence[int], *, is_known: bool, now: datetime
) -> Incident | None:
    """Return that a source which answers has had nothing new for longer than it ever does.

    `counts` are its new entries by day, the latest last. `is_known` says that it was silent when
    it was last looked at: it is until something comes.
    """
    if polled.state.health is not Health.OK:
        return None
    quiet = next((back for back, count in enumerate(reversed(counts)) if count), len(counts))
    usual = rhythm(counts)
    has_gone_quiet = usual is not None and quiet > usual.most
    if not has_gone_quiet and not (is_known and quiet >= WEEK):
        return None
    return _of(
        polled.source.id,
        Kind.SILENT,
        began=now - timedelta(days=quiet),
        what=f"It answers, but has had nothing new for {counted(quiet, 'day')};"
        f" before, never more than {counted(usual.longest if usual else 0, 'day')} passed without"
        " anything.",
        cause="It may have stopped, or go on at another address.",
        mend=f"Look at {polled.site or polled.url}, and for another feed there:"
        f" `topicwire source discover {polled.site or polled.url}`.",
    )


def outage(sources: Sequence[Polled], *, now: datetime) -> Incident | None:
    """Return that most sources began to be out of reach at the same time, if so."""
    active = [
        each
        for each in sources
        if not each.source.paused and each.state.health in {Health.OK, Health.FAILING}
    ]
    reached = min(now, max(filter(None, map(_reached, active)), default=now))
    lost = [each for each in active if _is_lost(each, reached=reached)]
    if len(active) < FEWEST or len(lost) * 2 <= len(active):
        return None
    since = min(each.state.failing_since or now for each in lost)
    return Incident(
        about=About.SITE,
        name="",
        kind=Kind.OUTAGE,
        began=since,
        what=f"{len(lost)} of {len(active)} sources cannot be reached: {lost[0].state.error}.",
        cause="So many at once fail because of the network here, rather than each for itself.",
        mend="Check this machine's network and its name server: `topicwire doctor`.",
    )


def to_probe(sources: Sequence[Polled], *, now: datetime) -> tuple[str, ...]:
    """Return whom to ask whether an outage is over: of all that fail, who was asked longest ago.

    They would be asked ever less often, as if it were their fault.
    """
    asked = sorted(
        (each.state.last_poll or now, each.source.id) for each in unreached(sources, now=now)
    )
    return (asked[0][1],) if asked and now - asked[-1][0] >= PROBE else ()


def unreached(sources: Sequence[Polled], *, now: datetime) -> list[Polled]:
    """Return the sources from which no answer of any kind comes, and which may be asked."""
    return [
        each
        for each in sources
        if not each.source.paused
        and each.state.health is Health.FAILING
        and each.state.http_status is None
        and (each.state.not_before or now) <= now
    ]


def _reached(polled: Polled) -> datetime | None:
    """Return when a source answered last, with whatever; files are here and tell nothing."""
    if polled.source.is_file:
        return None
    state = polled.state
    return state.last_success if state.http_status is None else state.last_poll


def _is_lost(polled: Polled, *, reached: datetime) -> bool:
    """Whether no answer of any kind comes from a source, since about when one came from any."""
    state = polled.state
    has_begun = state.failing_since is not None and reached - state.failing_since < SAME_TIME
    return bool(state.failures) and state.http_status is None and has_begun


def _of(
    name: str, kind: Kind, *, began: datetime, what: str, mend: str, cause: str = ""
) -> Incident:
    return Incident(About.SOURCE, name, kind, began=began, what=what, cause=cause, mend=mend)
