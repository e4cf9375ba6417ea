"""A source in plain words: what it does, why it is asked when it is, and what was cleaned away."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from topicwire.words import ago, be, counted, length

if TYPE_CHECKING:
    from topicwire.model.article import ArticleCounts, Memory
    from topicwire.model.wire import Feed, Polled, PollState, Response

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
FORMATS = {
    "atom03": "Atom 0.3",
    "atom10": "Atom 1.0",
    "json10": "JSON Feed 1.0",
    "json11": "JSON Feed 1.1",
    "page": "a page read by selectors",
    "rss10": "RSS 1.0",
    "rss20": "RSS 2.0",
    "sitemap": "a sitemap",
}
ADVICE = {
    "gone": "Its server says it is gone. Remove it, give it another address, or poll it by name.",
    "dead": "Nothing has been there for a month. Remove it, or give it another address.",
    "merged": "It moved onto the address of another source, which is polled instead. Remove it.",
}
LABEL = 13  # characters of the first column


def lines(
    polled: "Polled", memory: "Memory", articles: "ArticleCounts", *, now: datetime
) -> Iterator[str]:
    """Yield what there is to say of a source, a line each."""
    source, state = polled.source, polled.state
    yield f"{polled.title} ({source.id})"
    yield from _labelled(
        ("address", source.url),
        (
            "moved to",
            state.moved_url
            and f"{state.moved_url}; correct the catalogue: "
            f"topicwire source edit {source.id} --url {state.moved_url}",
        ),
        ("merged into", polled.merged_into),
        (
            "perhaps moved",
            state.move_target
            and f"{state.move_target}, seen {counted(state.move_count, 'time')}; "
            "believed after three days",
        ),
        ("home page", polled.site or "not known"),
        ("health", _health(polled, now)),
        ("what to do", ADVICE.get(state.health)),
        ("trouble", state.error and _times(state)),
        ("format", FORMATS.get(polled.feed_format, polled.feed_format) or "not known yet"),
        ("entries", f"{polled.entries}"),
        (
            "last poll",
            ago(state.last_poll, now)
            + (f", answer {state.http_status}" if state.http_status else ""),
        ),
        ("last change", ago(state.last_change, now)),
        ("next poll", _next(polled, now)),
        ("rhythm", state.gap and f"one entry in {length(timedelta(seconds=state.gap))}"),
        ("validators", not source.is_file and validators(state.etag, state.last_modified)),
        ("asks us", "; ".join(hints(state.ttl, state.skip_hours, state.skip_days))),
        ("push", _push(polled)),
        (
            "archive",
            state.older_left
            and state.older_url
            and f"reading older entries from {state.older_url}, "
            f"at most {counted(abs(state.older_left), 'document')}"
            + (", after the next poll" if state.older_left < 0 else ""),
        ),
        ("full text", _articles(polled, articles)),
        ("republished", source.republish),
    )
    for warning in polled.feed_warnings:
        yield from _labelled(("warning", warning))
    yield from furniture(memory)


def furniture(memory: "Memory") -> Iterator[str]:
    """Yield what stands in several entries of a source and is not judged."""
    if not memory.furniture:
        return
    count = len(memory.furniture)
    sentences = f"{counted(count, 'sentence')} that {'stands' if count == 1 else 'stand'}"
    yield f"  set aside    {sentences} in several entries:"
    often = sorted(memory.furniture, key=lambda each: (-each.count, each.words))
    for each in often[:10]:
        yield f"  {each.count:>9} x  {each.words[:100]}"


def checked(response: "Response", feed: "Feed", state: "PollState") -> Iterator[str]:
    """Yield what a source answers now, and what that means for how it is asked.

    `state` is what would be remembered of it.
    """
    kind = FORMATS.get(feed.format, feed.format)
    yield f"{feed.title or 'A feed without a title'}: {entries(len(feed.entries))}, {kind}."
    languages = sorted({each.lang for each in feed.entries if each.lang})
    etag, modified = response.header("etag"), response.header("last-modified")
    yield from _labelled(
        ("address", response.url),
        ("moved", response.permanent_url and f"for good to {response.permanent_url}; use that"),
        ("home page", feed.site or "not named"),
        ("language", ", ".join(languages) or "not known"),
        ("validators", "://" in response.url and validators(etag, modified)),
        ("asks us", "; ".join(hints(feed.ttl, feed.skip_hours, feed.skip_days)) or "nothing"),
        (
            "interval",
            f"{length(state.next_poll - (state.last_poll or state.next_poll))}: {state.pacing}",
        ),
        ("push", feed.hub and f"by the hub {feed.hub}"),
        ("archive", feed.older and f"older entries at {feed.older}"),
        ("full text", feed.wanted and _cut_off(len(feed.wanted))),
    )
    for warning in feed.warnings:
        yield from _labelled(("warning", warning))


def entries(count: int) -> str:
    """Say how many entries there are."""
    return f"{count} entr{'y' if count == 1 else 'ies'}"


def hints(
    ttl: int | None, skip_hours: tuple[int, ...], skip_days: tuple[int, ...]
) -> Iterator[str]:
    """Yield what a feed asks of those who poll it."""
    if ttl:
        yield f"{length(timedelta(seconds=ttl))} between polls"
    if skip_hours:
        yield f"no polls at {', '.join(f'{hour}:00' for hour in skip_hours)} UTC"
    if skip_days:
        yield f"no polls on {', '.join(DAYS[day] for day in skip_days)}"


def validators(etag: str | None, last_modified: str | None) -> str:
    """Say by what an unchanged document is known."""
    named = (("ETag", etag), ("Last-Modified", last_modified))
    found = [name for name, value in named if value]
    return " and ".join(found) or "none, so it is asked once a day at most"


def next_poll(polled: "Polled", now: datetime) -> str:
    """Return how far its next poll is, "none" where it waits for somebody to say so."""
    if polled.source.paused or (polled.state.health in ADVICE and polled.state.health != "dead"):
        return "none"
    return ago(polled.state.next_poll, now)


def row(polled: "Polled") -> dict[str, object]:
    """Return a source with its state as JSON has it."""
    source, state = polled.source, polled.state
    told = asdict(source) | {"title": polled.title, "site": polled.site}
    return (
        told
        | asdict(state)
        | {
            "format": polled.feed_format,
            "entries": polled.entries,
            "hub": polled.feed_hub,
            "pushed": polled.pushed,
            "merged_into": polled.merged_into,
            "warnings": polled.feed_warnings,
        }
    )


def _cut_off(count: int) -> str:
    pages = "its page" if count == 1 else "their pages"
    return f"{counted(count, 'recent entry')} {be(count)} cut off; {pages} would be read"


def _labelled(*given: tuple[str, object]) -> Iterator[str]:
    for label, value in given:
        if value:
            yield f"  {label:<{LABEL}}{value}"


def _health(polled: "Polled", now: datetime) -> str:
    state = polled.state
    if polled.source.paused:
        return "paused"
    since = f", since {ago(state.failing_since, now)}" if state.failing_since else ""
    return f"{state.health}{since}"


def _times(state: "PollState") -> str:
    again = f" ({state.failures} times in a row)" if state.failures > 1 else ""
    return f"{state.error}{again}"


def _next(polled: "Polled", now: datetime) -> str:
    when, why = next_poll(polled, now), polled.state.pacing
    return f"{when}: {why}" if why and when != "none" else when


def _push(polled: "Polled") -> str:
    if not polled.feed_hub:
        return ""
    state = "told at once by" if polled.pushed else "not (yet) told by"
    return f"{state} the hub {polled.feed_hub}"


def _articles(polled: "Polled", counts: "ArticleCounts") -> str:
    total = counts.read + counts.waiting + counts.given_up
    if not total:
        return f"{polled.source.full_text}; no page was wanted"
    last = f" (the last: {counts.last_error})" if counts.last_error else ""
    return (
        f"{polled.source.full_text}; {counted(counts.read, 'page')} read, {counts.waiting} waiting, "
        f"{counts.given_up} given up{last}"
    )
