"""Errands that workers could not do, whatever they tried."""

from datetime import datetime

from topicwire.model.watch import About, Incident, Kind


def set_aside(key: str, reason: str = "", *, at: datetime) -> Incident:
    """Return that the errand of this key was set aside, for a reason where one is known."""
    return Incident(
        about=About.SITE,
        name=key,
        kind=Kind.SET_ASIDE,
        began=at,
        what="What was to be done failed again and again, and was set aside.",
        cause=reason,
        mend=f"See the workers' logs; then have it tried again: `topicwire errand retry {key}`.",
    )
