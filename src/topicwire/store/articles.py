"""The pages of articles: which are to be fetched, and what they gave."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, case, func, select, update

from topicwire.model.article import Article, ArticleCounts, ArticleOutcome
from topicwire.store import rows
from topicwire.store.arrivals import unsettled_seqs
from topicwire.store.sources import POLLED, in_turn, sliced
from topicwire.store.tables import articles, entries, sources

LOOKED = 10_000  # pages whose time has come, among which those of different hosts are found


def due(connection: Connection, now: datetime, *, limit: int) -> tuple[Article, ...]:
    """Return the pages whose time has come, those of different hosts in turn."""
    waiting = (
        select(entries.c.id, entries.c.url)
        .join(articles, articles.c.entry_id == entries.c.id)
        .join(sources, sources.c.id == entries.c.source_id)
        .where(articles.c.due <= now, sources.c.removed.is_(False), sources.c.paused.is_(False))
        .order_by(articles.c.due, articles.c.entry_id)
        .limit(LOOKED)
    )
    keys = in_turn((str(row.id), row.url) for row in connection.execute(waiting))[:limit]
    query = (
        select(entries, articles.c.tries)
        .join(articles, articles.c.entry_id == entries.c.id)
        .where(entries.c.id.in_([int(key) for key in keys]))
    )
    found = {str(row.id): row for row in connection.execute(query)}
    names = {row.source_id for row in found.values()}
    polled = {
        row.id: rows.polled_of(row)
        for part in sliced(sorted(names))
        for row in connection.execute(select(*POLLED).where(sources.c.id.in_(part)))
    }
    return tuple(
        Article(
            entry_id=found[key].id,
            source=polled[found[key].source_id],
            entry=rows.entry_of(found[key]),
            url=found[key].url,
            tries=found[key].tries,
        )
        for key in keys
    )


def save(connection: Connection, outcomes: Sequence[ArticleOutcome]) -> None:
    """Save what the pages gave; an entry with a new text is to be settled and judged again."""
    done = [
        {
            "where_id": each.entry_id,
            "due": each.next_try,
            "http_status": each.http_status,
            "error": each.error,
        }
        for each in outcomes
    ]
    if not done:
        return
    tried = articles.c.tries + 1
    is_this = articles.c.entry_id == bindparam("where_id")
    connection.execute(update(articles).where(is_this).values(tries=tried), done)
    read = [each for each in outcomes if each.page is not None]
    seqs = unsettled_seqs(connection, len(read))
    for seq, each in zip(seqs, read, strict=True):
        assert each.page is not None
        values = rows.full_values(each.page)
        if each.page.text:
            values["seq"] = seq
        connection.execute(update(entries).where(entries.c.id == each.entry_id).values(values))
    _pause(connection, outcomes)


def _pause(connection: Connection, outcomes: Sequence[ArticleOutcome]) -> None:
    """Leave the other pages of a source alone whose site has refused us."""
    for each in outcomes:
        if each.pause_until is not None:
            connection.execute(
                update(articles)
                .where(articles.c.source_id == each.source_id, articles.c.due < each.pause_until)
                .values(due=each.pause_until)
            )


def counts(connection: Connection, source_id: str) -> ArticleCounts:
    """Return what came of the pages of a source's articles."""
    is_waiting = articles.c.due.is_not(None)
    has_failed = articles.c.due.is_(None) & articles.c.error.is_not(None)
    mine = articles.c.source_id == source_id
    row = connection.execute(
        select(
            func.count().label("every"),
            func.coalesce(func.sum(case((is_waiting, 1), else_=0)), 0).label("waiting"),
            func.coalesce(func.sum(case((has_failed, 1), else_=0)), 0).label("failed"),
        ).where(mine)
    ).one()
    last = select(articles.c.error).where(mine, articles.c.error.is_not(None))
    error = connection.scalar(last.order_by(articles.c.entry_id.desc()).limit(1))
    return ArticleCounts(row.every - row.waiting - row.failed, row.waiting, row.failed, error)
