"""The network: whether the public address, the hub and a source answer, and what time they have."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from topicwire.cli.doctor.finding import Finding, wrong_clock
from topicwire.cli.door import Door, clock
from topicwire.config import PREFIX
from topicwire.errors import TopicwireError
from topicwire.model.waits import http_date
from topicwire.model.wire import Health, Response

if TYPE_CHECKING:
    from topicwire.app import App

SKEW = timedelta(minutes=2)  # by which clocks may differ


def network_found(door: Door) -> Iterator[Finding]:
    """Ask what the settings name, and one source that answered last time for its robots.txt."""
    try:
        with door.app() as app:
            yield from _public_address(app)
            yield from _elsewhere(app)
    except TopicwireError:
        return  # what is wrong with the database is said already


def _public_address(app: "App") -> Iterator[Finding]:
    base_url = app.settings.base_url
    if not base_url:
        return
    answer = app.ask(f"{base_url}/livez")
    if answer.body.strip() == b"alive":
        yield Finding(ok=True, what=f"{base_url} leads here")
        return
    reason = answer.error or f"HTTP {answer.status}"
    yield Finding(
        ok=False,
        what=f"{base_url} does not lead here: {reason}",
        mend=f"Start the daemon (`topicwire run`), see that the proxy hands on to"
        f" {app.settings.listen}, and that the name is this machine's; or correct {PREFIX}BASE_URL.",
    )


def _elsewhere(app: "App") -> Iterator[Finding]:
    """Ask somebody else's server; any answer tells the time."""
    hub = app.settings.hub
    if hub not in {"builtin", "off"}:
        answer = app.ask(hub)
        yield _hub(hub, answer)
    else:
        source = next((url for url in _healthy(app)), None)
        if source is None:
            return
        answer = app.ask(urljoin(source, "/robots.txt"))
        if answer.status is None:
            what = f"{answer.url} cannot be reached, where a source answered last time"
            mend = f"{answer.error}. Check this machine's network and its name server."
            yield Finding(ok=False, what=what, mend=mend)
    yield from _skew(answer, now=clock())


def _healthy(app: "App") -> Iterator[str]:
    for each in app.store.sources():
        if each.state.health is Health.OK and each.url.startswith("http"):
            yield each.url


def _hub(hub: str, answer: Response) -> Finding:
    if answer.status is not None:
        return Finding(ok=True, what=f"the hub {hub} answers")
    return Finding(
        ok=False,
        what=f"the hub {hub} cannot be reached: {answer.error}",
        mend=f"Correct {PREFIX}HUB, or use the one that is built in: `export {PREFIX}HUB=builtin`."
        " Readers go on to poll meanwhile.",
    )


def _skew(answer: Response, *, now: datetime) -> Iterator[Finding]:
    theirs = http_date(answer.header("date") or "")
    if theirs is None:
        return
    skew = now - theirs
    if abs(skew) > SKEW:
        yield wrong_clock(skew, whose=answer.url)
    else:
        yield Finding(ok=True, what=f"the clock here agrees with that of {answer.url}")
