"""The board: how everything is, looked at when somebody asks, and once for all who ask then."""

import asyncio
from dataclasses import dataclass

from topicwire.errors import NotFoundError
from topicwire.model.document import Document, Format
from topicwire.publish.run.overview import Overview
from topicwire.serve.prepare import Prepared, prepare
from topicwire.serve.routes import Kind, Route

FRESH = 5.0  # seconds for which one look serves everybody


@dataclass(frozen=True, slots=True)
class _Pinned:
    """A document, and when it was looked up, on the loop's clock."""

    prepared: Prepared
    at: float


class Board:
    """The documents of an overview by path; everything but rendering happens in the event loop."""

    def __init__(self, overview: Overview | None, *, base_url: str) -> None:
        self._overview = overview
        self._base_url = base_url
        self._pinned: dict[str, _Pinned] = {}
        self._looking = asyncio.Lock()

    async def get(self, route: Route) -> Prepared:
        """Return the route's document as it is now, or was some seconds ago.

        Raises:
            NotFoundError: nobody is told how everything is.
            StoreError: the database is away.
        """
        if self._overview is None:
            raise NotFoundError("nobody is told here how everything is")
        async with self._looking:
            now = asyncio.get_running_loop().time()
            pinned = self._pinned.get(route.path)
            if pinned is None or now - pinned.at >= FRESH:
                prepared = await asyncio.to_thread(self._prepare, self._overview, route)
                pinned = self._pinned[route.path] = _Pinned(prepared, now)
            return pinned.prepared

    def _prepare(self, overview: Overview, route: Route) -> Prepared:
        return prepare(_document(overview, route), route, base_url=self._base_url)


def _document(overview: Overview, route: Route) -> Document:
    if route.kind is Kind.OPS:
        return overview.feed()
    return overview.facts() if route.format is Format.JSON else overview.page()
