"""Whether a source's feed is of another kind than it was, so that rules or readers may miss it."""

from collections.abc import Iterator
from datetime import datetime

from topicwire.model.watch import About, Incident, Kind
from topicwire.model.wire import Shape
from topicwire.words import counted

FEW = 3  # entries of which nothing can be said
FACTOR = 4  # by which texts must be longer or shorter than before
SHORT = 100  # characters: texts shorter than that are headlines, whatever their length
MOST, LEAST = 0.8, 0.2  # shares of entries that count as all, and as none


def reshaped(source_id: str, now: Shape, usual: Shape, *, at: datetime) -> Incident | None:
    """Return that a source's documents are no longer what they were, None when they are."""
    if min(now.entries, usual.entries) < FEW:
        return None
    changes = tuple(_changes(now, usual))
    if not changes:
        return None
    return Incident(
        about=About.SOURCE,
        name=source_id,
        kind=Kind.RESHAPED,
        began=at,
        ended=at,
        what=f"Its feed has changed: {'; '.join(changes)}.",
        cause="Its publisher made it anew, or it is another feed at the same address.",
        mend=f"See that its entries still come right: `topicwire entry list --source {source_id}`.",
    )


def _changes(now: Shape, usual: Shape) -> Iterator[str]:
    if _family(now.format) != _family(usual.format):
        yield f"it was {usual.format}, and is {now.format}"
    if now.length * FACTOR <= usual.length and usual.length > SHORT:
        yield f"its texts had {usual.length:,} characters, and have {counted(now.length, 'character')}"
    elif usual.length * FACTOR <= now.length and now.length > SHORT:
        yield f"its texts had {counted(usual.length, 'character')}, and have {now.length:,}"
    for share, before, noun in (
        (now.dated, usual.dated, "dates"),
        (now.signed, usual.signed, "authors"),
    ):
        if before >= MOST and share <= LEAST:
            yield f"its entries had {noun}, and have none"
    if now.lang and usual.lang and _tongue(now.lang) != _tongue(usual.lang):
        yield f"its language was {usual.lang}, and is {now.lang}"


def _family(form: str) -> str:
    """Return what kind of feed it is, whatever the version of that kind: rss, atom, json."""
    return form.rstrip("0123456789.")


def _tongue(lang: str) -> str:
    return lang.partition("-")[0].casefold()
