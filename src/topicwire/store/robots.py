"""robots.txt by origin, as it was last fetched."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sqlalchemy import Connection, delete, insert, select

from topicwire.model.article import RobotsFile
from topicwire.store.sources import sliced
from topicwire.store.tables import robots


def kept(connection: Connection, origins: Iterable[str]) -> dict[str, RobotsFile]:
    """Return what is kept of the origins, by origin."""
    return {
        row["origin"]: RobotsFile(**row)
        for part in sliced(sorted(set(origins)))
        for row in connection.execute(select(robots).where(robots.c.origin.in_(part))).mappings()
    }


def keep(connection: Connection, files: Sequence[RobotsFile]) -> None:
    """Keep the files instead of those that were there."""
    if files:
        names = [each.origin for each in files]
        connection.execute(delete(robots).where(robots.c.origin.in_(names)))
        connection.execute(insert(robots), [asdict(each) for each in files])
