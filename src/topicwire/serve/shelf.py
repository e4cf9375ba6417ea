"""The shelf: documents rendered once an edition and kept in memory, ready to be sent."""

import asyncio
from collections.abc import Hashable
from contextlib import suppress
from dataclasses import dataclass

from topicwire.errors import NotFoundError, StoreError
from topicwire.model.document import Document, TopicState, heir
from topicwire.publish.run.documents import Publisher
from topicwire.serve.prepare import Prepared, prepare
from topicwire.serve.routes import Kind, Route

LIMIT = 256 * 1024 * 1024  # bytes of bodies that are kept
PATIENCE = 2.0  # seconds that a document may take while there is an earlier one

_OF_TOPICS = frozenset((Kind.TOPIC, Kind.OWN))

Version = Hashable


@dataclass(frozen=True, slots=True)
class _UnderWay:
    """A rendering, and from when on nobody waits for it who may have an earlier version."""

    task: asyncio.Task[Prepared]
    is_late_at: float  # in the loop's time


@dataclass(slots=True)
class _Kept:
    """A document on the shelf; `was_asked` for again since there was last a search for room."""

    route: Route
    version: Version
    prepared: Prepared
    was_asked: bool = False


class Shelf:
    """Documents by path, each with the version it shows.

    Everything happens in the event loop but for the publisher's work, which threads do, and
    `at_hand`, which any thread may ask. An outdated document stays until its successor is there,
    and serves while the database is away.
    """

    def __init__(
        self, publisher: Publisher, *, base_url: str, hub: str | None = None, limit: int = LIMIT
    ) -> None:
        self._publisher = publisher
        self._base_url = base_url
        self._hub = hub
        self._limit = limit
        self._size = 0
        self._states: dict[str, TopicState] | None = None  # None until the database was first read
        self._pulse: Hashable = None
        self._changes = 0
        self._kept: dict[str, _Kept] = {}
        self._at_hand: dict[str, _Kept] = {}
        self._rendering: dict[str, _UnderWay] = {}

    async def refresh(self) -> None:
        """Learn the state of the topics, and forget the documents of those that are no more.

        Raises:
            StoreError: the database is away; what is known goes on being served.
        """
        pulse = await asyncio.to_thread(self._publisher.pulse)
        if self._states is not None and pulse == self._pulse:
            return
        known = self._states or {}
        states, changed = await asyncio.to_thread(self._read, known)
        self._states, self._pulse = states, pulse
        if changed:
            self._changes += 1
            self._outdate(changed)

    async def look_for(self, route: Route) -> None:
        """Learn the state of the topics at once if the route is to one, or a page, not known yet.

        Another server, or a document that was rendered a moment ago, may lead there already.
        """
        state = (self._states or {}).get(route.name)
        if state is None or route.page > state.pages:
            with suppress(StoreError):  # then what is known is all there is to say
                await self.refresh()

    def _read(self, known: dict[str, TopicState]) -> tuple[dict[str, TopicState], set[str]]:
        """Return the states by id, and the ids of those that are not what they were."""
        states = {each.id: each for each in self._publisher.topics()}
        changed = {name for name, state in states.items() if known.get(name) != state}
        return states, changed | (known.keys() - states.keys())

    def _outdate(self, changed: set[str]) -> None:
        for path, kept in tuple(self._at_hand.items()):
            if kept.route.name in changed or kept.route.kind not in {*_OF_TOPICS, Kind.ASSET}:
                del self._at_hand[path]
        for kept in tuple(self._kept.values()):
            if kept.route.name in changed and kept.route.kind in _OF_TOPICS and self._is_over(kept):
                self._forget(kept.route.path)

    def _is_over(self, kept: _Kept) -> bool:
        """Whether nobody may have a document any more under its path."""
        state = self._of(kept.route.name)
        is_public = kept.route.kind is Kind.TOPIC
        return state is None or state.is_removed or (is_public and state.is_private)

    def _of(self, topic_id: str) -> TopicState | None:
        if self._states is None:
            raise StoreError("the database has not been read yet; see the log")
        return self._states.get(topic_id)

    def state(self, topic_id: str) -> TopicState:
        """Return the state of a topic, also of one that is no more.

        Raises:
            NotFoundError: there never was one.
            StoreError: the database has not been read yet.
        """
        found = self._of(topic_id)
        if found is None:
            raise NotFoundError(f"there is no topic {topic_id}; see `topicwire topic list`")
        return found

    def heir(self, state: TopicState) -> TopicState:
        """Return the topic as which a topic goes on in the end: itself, if it was not renamed."""
        return heir(state, self._of)

    def at_hand(self, path: str) -> Prepared | None:
        """Return what everybody may have at a path, if it is current; any thread may ask."""
        kept = self._at_hand.get(path)
        if kept is None:
            return None
        kept.was_asked = True
        return kept.prepared

    async def get(self, route: Route) -> Prepared:
        """Return the route's document, rendered first if this version of it is not kept.

        An earlier version is returned where the database is away, or does not answer in time; for
        an answer that is late already nobody waits any more.

        Raises:
            NotFoundError: there is no such topic, page or asset.
            StoreError: the database is away and no earlier version is kept.
        """
        version = self._version(route)
        kept = self._kept.get(route.path)
        if kept is not None and kept.version == version:
            kept.was_asked = True
            return kept.prepared
        rendering = self._begun(route, version)
        try:
            async with asyncio.timeout_at(None if kept is None else rendering.is_late_at):
                return await asyncio.shield(rendering.task)  # others may wait for it as well
        except (StoreError, TimeoutError):
            if kept is None:
                raise
            return kept.prepared

    def _version(self, route: Route) -> Version:
        if route.kind is Kind.ASSET:
            return None
        if route.kind not in _OF_TOPICS:
            self._of("")
            return self._changes
        state = self.state(route.name)
        if state.is_removed or route.page > state.pages:
            raise NotFoundError(f"there is no page {route.page} of the topic {route.name}")
        return state.edition, state.edition_time

    def _begun(self, route: Route, version: Version) -> _UnderWay:
        """Render in a thread; all who ask meanwhile wait for the same result."""
        found = self._rendering.get(route.path)
        if found is None:
            task = asyncio.create_task(self._render(route, version))
            found = _UnderWay(task, asyncio.get_running_loop().time() + PATIENCE)
            self._rendering[route.path] = found
            task.add_done_callback(lambda _: self._rendering.pop(route.path))
        return found

    async def _render(self, route: Route, version: Version) -> Prepared:
        prepared = await asyncio.to_thread(self._prepare, route)
        self._keep(_Kept(route, version, prepared))
        return prepared

    def _prepare(self, route: Route) -> Prepared:
        return prepare(self._document(route), route, base_url=self._base_url, hub=self._hub)

    def _document(self, route: Route) -> Document:
        match route.kind:
            case Kind.TOPIC | Kind.OWN:
                reader = route.reader or None
                return self._publisher.topic(
                    route.name, route.format, page=route.page, reader=reader
                )
            case Kind.INDEX:
                return self._publisher.index()
            case Kind.ABOUT:
                return self._publisher.about()
            case Kind.OPML:
                return self._publisher.opml()
            case _:
                return self._publisher.asset(route.name)

    def _keep(self, kept: _Kept) -> None:
        self._forget(kept.route.path)
        self._kept[kept.route.path] = kept
        self._size += kept.prepared.size
        if self._is_for_all(kept):
            self._at_hand[kept.route.path] = kept
        while self._size > self._limit:
            self._make_room()

    def _is_for_all(self, kept: _Kept) -> bool:
        """Whether its path alone says that a document may be sent, as long as it is current."""
        route = kept.route
        if route.kind is Kind.OWN or route.is_negotiable:
            return False
        try:
            is_public = route.kind is not Kind.TOPIC or not self.state(route.name).is_private
            return is_public and self._version(route) == kept.version
        except NotFoundError:  # the topic left while its document was rendered
            return False

    def _make_room(self) -> None:
        """Forget the first that nobody has asked for in the meantime (a second chance for others)."""
        path = next(iter(self._kept))
        kept = self._kept[path]
        if kept.was_asked:
            kept.was_asked = False
            self._kept[path] = self._kept.pop(path)
        else:
            self._forget(path)

    def _forget(self, path: str) -> None:
        self._at_hand.pop(path, None)
        kept = self._kept.pop(path, None)
        if kept is not None:
            self._size -= kept.prepared.size
