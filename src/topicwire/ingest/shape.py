"""The shape of a feed document: what stays alike as long as its publisher makes it the same way."""

from statistics import median

from topicwire.model.wire import Feed, Shape


def shape(feed: Feed) -> Shape | None:
    """Return what a document is like, None when nothing is in it."""
    entries = feed.entries
    if not entries:
        return None
    count = len(entries)
    return Shape(
        format=feed.format,
        entries=count,
        length=round(median(len(entry.text) for entry in entries)),
        dated=sum(entry.published is not None for entry in entries) / count,
        signed=sum(bool(entry.authors) for entry in entries) / count,
        lang=feed.lang,
    )
