"""The shape of a feed document: what stays alike as long as its publisher makes it the same way."""

from collections.abc import Sequence
from statistics import median

from topicwire.model.wire import Item, Shape


def shape(items: Sequence[Item], *, form: str, lang: str | None) -> Shape | None:
    """Return what a document is like, None when nothing is in it; `form` is its format."""
    if not items:
        return None
    count = len(items)
    return Shape(
        format=form,
        entries=count,
        length=round(median(each.length for each in items)),
        dated=sum(each.published is not None for each in items) / count,
        signed=sum(each.is_signed for each in items) / count,
        lang=lang,
    )
