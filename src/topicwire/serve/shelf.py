"""The shelf: documents rendered once an edition and kept in memory, ready to be sent."""

import asyncio
from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass

from topicwire.errors import NotFoundError, StoreError
from topicwire.model.document import Document
from topicwire.publish.run.documents import Publisher
from topicwire.serve.prepare import Prepared, prepare
from topicwire.serve.routes import Kind, Route

LIMIT = 256 * 1024 * 1024  # bytes of bodies that are kept

_OF_TOPICS = frozenset((Kind.TOPIC, Kind.OWN))

Version = Hashable


@dataclass(frozen=True, slots=True)
class _Kept:
    route: Route
    version: Version
    prepared: Prepared


class Shelf:
    """Documents by path, each with the version it shows.

    Everything happens in the event loop but for the publisher's work, which threads do. An
    outdated document stays until its successor is there, and serves while the database is away.
    """

    def __init__(self, publisher: Publisher, *, base_url: str, limit: int = LIMIT) -> None:
        self._publisher = publisher
        self._base_url = base_url
        self._limit = limit
        self._size = 0
        self._editions: dict[str, int] | None = None  # None until the database was first read
        self._kept: OrderedDict[str, _Kept] = OrderedDict()  # least recently asked for first
        self._rendering: dict[str, asyncio.Task[Prepared]] = {}

    async def refresh(self) -> None:
        """Learn the current editions, and forget the documents of topics that are no more.

        Raises:
            StoreError: the database is away; what is known goes on being served.
        """
        states = await asyncio.to_thread(self._publisher.topics)
        editions = {each.id: each.edition for each in states if not each.is_removed}
        for kept in tuple(self._kept.values()):
            if kept.route.kind in _OF_TOPICS and kept.route.name not in editions:
                self._forget(kept.route.path)
        self._editions = editions

    async def get(self, route: Route) -> Prepared:
        """Return the route's document, rendered first if this version of it is not kept.

        Raises:
            NotFoundError: there is no such topic or asset.
            StoreError: the database is away and no earlier version is kept.
        """
        version = self._version(route)
        kept = self._kept.get(route.path)
        if kept is not None and kept.version == version:
            self._kept.move_to_end(route.path)
            return kept.prepared
        try:
            return await self._render_once(route, version)
        except StoreError:
            if kept is None:
                raise
            return kept.prepared

    def _version(self, route: Route) -> Version:
        if route.kind is Kind.ASSET:
            return None
        if self._editions is None:
            raise StoreError("the database has not been read yet; see the log")
        if route.kind not in _OF_TOPICS:
            return tuple(self._editions.items())
        if route.name not in self._editions:
            raise NotFoundError(f"there is no topic {route.name}; see `topicwire topic list`")
        return self._editions[route.name]

    async def _render_once(self, route: Route, version: Version) -> Prepared:
        """Render in a thread; all who ask meanwhile wait for the same result."""
        task = self._rendering.get(route.path)
        if task is None:
            task = asyncio.create_task(self._render(route, version))
            self._rendering[route.path] = task
            task.add_done_callback(lambda _: self._rendering.pop(route.path))
        return await asyncio.shield(task)  # one client that leaves must not take it from others

    async def _render(self, route: Route, version: Version) -> Prepared:
        prepared = await asyncio.to_thread(self._prepare, route)
        self._keep(_Kept(route, version, prepared))
        return prepared

    def _prepare(self, route: Route) -> Prepared:
        return prepare(self._document(route), route, base_url=self._base_url)

    def _document(self, route: Route) -> Document:
        match route.kind:
            case Kind.TOPIC:
                return self._publisher.topic(route.name, route.format)
            case Kind.OWN:
                return self._publisher.topic(route.name, route.format, reader=route.reader)
            case Kind.INDEX:
                return self._publisher.index()
            case Kind.OPML:
                return self._publisher.opml()
            case _:
                return self._publisher.asset(route.name)

    def _keep(self, kept: _Kept) -> None:
        self._forget(kept.route.path)
        self._kept[kept.route.path] = kept
        self._size += kept.prepared.size
        while self._size > self._limit:
            self._forget(next(iter(self._kept)))

    def _forget(self, path: str) -> None:
        kept = self._kept.pop(path, None)
        if kept is not None:
            self._size -= kept.prepared.size
