"""The status as JSON: the same facts as on the page, for programs."""

import json
from dataclasses import asdict
from datetime import datetime

from topicwire.model.status import Fleet, SourceStatus, Status, TopicStatus, Way
from topicwire.model.watch import Hour, Incident

Facts = dict[str, object]


def facts(status: Status) -> Facts:
    """Return the status as plain values: times in ISO 8601, lengths of time in seconds."""
    return {
        "at": status.at.isoformat(),
        "well": not status.wrong,
        "wrong": status.wrong,
        "beat": _time(status.beat),
        "late": status.late,
        "next_poll": _time(status.next_due),
        "unjudged": status.unjudged,
        "fleet": status.fleet and _fleet(status.fleet),
        "entries": status.counts.entries,
        "placements": status.counts.placements,
        "bytes": status.counts.size,
        "paused": status.counts.paused,
        "health": {health.value: count for health, count in status.counts.sources},
        "incidents": [_incident(each) for each in status.incidents],
        "seconds_to_readers": _way(status.to_readers),
        "seconds_within": _way(status.within),
        "seconds_to_readers_by_day": status.to_readers_by_day,
        "topics": [_topic(each) for each in status.topics],
        "sources": [_source(each) for each in status.sources],
        "hours": [_hour(each) for each in status.hours],
    }


def render(status: Status) -> bytes:
    """Return the status as a JSON document in UTF-8."""
    return json.dumps(facts(status), ensure_ascii=False, indent=1).encode()


def _fleet(fleet: Fleet) -> Facts:
    """Return who works, but not where: everybody may read it."""
    return asdict(fleet) | {"leader": fleet.leader is not None}


def _incident(incident: Incident) -> Facts:
    return {
        "about": incident.about.value,
        "name": incident.name,
        "kind": incident.kind.value,
        "began": incident.began.isoformat(),
        "told": _time(incident.told),
        "ended": _time(incident.ended),
        "what": incident.what,
        "cause": incident.cause,
        "mend": incident.mend,
    }


def _way(way: Way) -> Facts:
    return {"median": way.median, "most": way.most, "entries": way.entries}


def _topic(topic: TopicStatus) -> Facts:
    return {
        "id": topic.standing.topic.id,
        "placements": topic.total,
        "edition": topic.standing.edition,
        "edition_time": topic.standing.edition_time.isoformat(),
        "daily": topic.daily,
        "misses": topic.misses,
    }


def _source(source: SourceStatus) -> Facts:
    state = source.polled.state
    return {
        "id": source.polled.source.id,
        "title": source.polled.title,
        "health": state.health.value,
        "paused": source.polled.source.paused,
        "well": source.is_well,
        "error": state.error,
        "failures": state.failures,
        "entries": source.polled.entries,
        "last_poll": _time(state.last_poll),
        "last_new": _time(state.last_change),
        "next_poll": state.next_poll.isoformat(),
        "daily": source.daily,
    }


def _hour(hour: Hour) -> Facts:
    return {"began": hour.began.isoformat(), **asdict(hour.work), "size": hour.size}


def _time(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat()
