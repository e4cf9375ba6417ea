"""The site: finds what a path leads to and answers with it, whatever brings the request."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from time import perf_counter
from urllib.parse import urlsplit

from topicwire import observe
from topicwire.errors import LateError, NotFoundError, StoreError, TooManyError, TopicwireError
from topicwire.ingest.run.push import Callbacks
from topicwire.measure.metrics import Metrics
from topicwire.measure.process import Process
from topicwire.publish.headers import CACHING, escaped
from topicwire.publish.places import ROBOTS
from topicwire.publish.run.documents import Publisher
from topicwire.publish.run.overview import Overview
from topicwire.publish.run.readers import Readers
from topicwire.serve import callback, feedback, hub, words
from topicwire.serve.accept import preferred
from topicwire.serve.admission import Admission
from topicwire.serve.board import Board
from topicwire.serve.credentials import password
from topicwire.serve.hub import Hub
from topicwire.serve.limits import Limit, Proxies
from topicwire.serve.prepare import Prepared
from topicwire.serve.routes import Kind, Route, route
from topicwire.serve.shelf import Shelf
from topicwire.serve.wire import Answer, Chunks, Headers, Request, field

TICK = 1.0  # seconds between two looks at which editions are current
PATIENCE = 8.0  # seconds that a reader waits for a database that hangs; clients wait some ten


class Site:
    """The whole site: `at_once` answers what can be answered at once, `answer` everything."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        base_url: str,
        unready: Callable[[], str | None],
        limits: tuple[Limit, Proxies] | None = None,
        callbacks: Callbacks | None = None,
        readers: Readers | None = None,
        admission: Admission | None = None,
        hub: Hub | None = None,
        overview: Overview | None = None,
        metrics: Metrics | None = None,
        counted: Process | None = None,
    ) -> None:
        self._shelf = shelf
        self._base_url = base_url
        self._unready = unready
        self._limits = limits
        self._callbacks = callbacks
        self._readers = readers
        self._admission = admission
        self._hub = hub
        self._board = Board(overview, base_url=base_url)
        self._metrics = metrics
        self._counted = counted or Process()
        self._at_once = self._counted.requests.at_once
        self._log = observe.logger(role="serve")
        self._is_away = False

    def at_once(self, request: Request) -> Answer | None:
        """Return what is at hand, or that somebody asks too often; None for `answer` to answer.

        One thread asks at a time.
        """
        if self._limits is not None:
            limit, proxies = self._limits
            asker = proxies.asker(request)
            waiting = 0 if asker is None else limit.take(asker)
            if waiting:
                self._at_once["limited"][429] += 1
                return words.too_many(waiting)
        if request.method == "GET":
            prepared = self._shelf.at_hand(request.path)
            if prepared is not None:
                answer = prepared.answer(request.headers)
                if answer is not None:
                    self._at_once[prepared.kind][answer[0]] += 1
                return answer
        return None

    async def answer(self, request: Request, chunks: Chunks) -> Answer:
        """Answer one request; `chunks` is its body."""
        began = perf_counter()
        found = route(request.path)
        answered = words.nothing() if found is None else await self._safely(found, request, chunks)
        status, headers, body = answered
        kind = "nothing" if found is None else found.kind.value
        self._counted.answered(kind, status, perf_counter() - began)
        return status, headers, b"" if request.method == "HEAD" else body

    async def _safely(self, found: Route, request: Request, chunks: Chunks) -> Answer:
        try:
            return await self._answer(found, request, chunks)
        except NotFoundError:
            return words.nothing()
        except LateError:
            return words.late()
        except TooManyError as error:
            return words.too_many(error.seconds)
        except StoreError:
            return words.away()
        except Exception:  # noqa: BLE001 (the door: one fault must not end the server)
            self._log.exception("request.failed", path=found.path)
            return words.failed()

    async def _answer(self, found: Route, request: Request, chunks: Chunks) -> Answer:
        match found.kind:
            case Kind.CALLBACK if self._callbacks is not None:
                return await callback.answer(self._callbacks, found.name, request, chunks)
            case Kind.HUB if self._hub is not None:
                return await hub.answer(self._hub, request, chunks)
            case Kind.FEEDBACK if self._readers is not None:
                return await feedback.answer(self._readers, found.name, request.method)
            case Kind.CALLBACK | Kind.HUB | Kind.FEEDBACK:
                return words.nothing()
            case _:
                return await self._shown(found, request)

    async def _shown(self, found: Route, request: Request) -> Answer:
        if request.method == "OPTIONS":
            return words.preflight()
        if request.method not in {"GET", "HEAD"}:
            return words.not_allowed(words.ALLOW)
        try:
            async with asyncio.timeout(PATIENCE):
                return await self._get(found, request)
        except TimeoutError:
            return words.away()

    async def _get(self, found: Route, request: Request) -> Answer:
        match found.kind:
            case Kind.LIVE | Kind.READY:
                return await self._healthy(found)
            case Kind.METRICS:
                return await self._measured(request)
            case Kind.ROBOTS:
                return words.words(200, ROBOTS.decode())
            case Kind.OWN:
                await self._shelf.look_for(found)
                return await self._own(found, request)
            case Kind.TOPIC:
                await self._shelf.look_for(found)
                return await self._topic(found, request)
            case _:
                is_of_now = found.kind in {Kind.STATUS, Kind.OPS}
                kept = await (self._board if is_of_now else self._shelf).get(found)
                return await _sent(kept, request)

    async def _healthy(self, found: Route) -> Answer:
        if found.kind is Kind.LIVE:
            return words.words(200, "alive\n")
        why = await asyncio.to_thread(self._unready)
        return words.words(200, "ready\n") if why is None else words.unready(why)

    async def _measured(self, request: Request) -> Answer:
        """Answer with the metrics, unless they are served elsewhere."""
        if self._metrics is None:
            return words.nothing()
        accept = field(request.headers, "accept") or ""
        media_type, body = await asyncio.to_thread(self._metrics.text, accept)
        return words.fresh(200, media_type, body)

    async def _own(self, found: Route, request: Request) -> Answer:
        """Answer with somebody's own feed; a token that opens nothing is an address of nothing.

        Under an earlier id of a topic too: to send a reader on would show the token once more.
        """
        if self._admission is None:
            return words.nothing()
        state = self._shelf.heir(self._shelf.state(found.name))
        reader = await self._admission.admit(found.token, request, topic_id=state.id)
        if reader is None:
            return words.nothing()
        if state.is_removed:
            return words.gone()
        own = found.of_topic(state.id).for_reader(reader)
        return await _sent(await self._shelf.get(own), request)

    async def _topic(self, found: Route, request: Request) -> Answer:
        """Answer at the ordinary address of a topic, or where it goes on."""
        state = self._shelf.state(found.name)
        heir = self._shelf.heir(state)
        is_public = not (state.is_private or heir.is_private)
        shown = found if is_public else await self._opened(found, request, heir.id)
        if shown is None:
            return words.nothing()
        if heir.is_removed:
            return words.gone()
        if heir is not state:
            location = escaped(self._base_url + found.of_topic(heir.id).path)
            return words.moved(location, caching=CACHING)
        return await self._negotiated(found, shown, request)

    async def _opened(self, found: Route, request: Request, topic_id: str) -> Route | None:
        """Return the route to a private topic for whom their password opens it, else None.

        Nobody is asked for one: that would tell that there is something to open.
        """
        token = password(request.headers.get("authorization"))
        if token is None or self._admission is None:
            return None
        reader = await self._admission.admit(token, request, topic_id=topic_id)
        return None if reader is None else found.for_reader(reader)

    async def _negotiated(self, found: Route, shown: Route, request: Request) -> Answer:
        """Answer in the format that Accept prefers, where the address leaves that open."""
        if not found.is_negotiable:
            return await _sent(await self._shelf.get(shown), request)
        form = preferred(field(request.headers, "accept") or "")
        prepared = await self._shelf.get(shown.in_format(form))
        status, headers, body = await _sent(prepared, request)
        chosen = found.in_format(form)
        alone = urlsplit(self._base_url).path + chosen.path if chosen.is_feed else None
        return status, _varied(headers, alone), body

    @contextlib.asynccontextmanager
    async def open(self) -> AsyncIterator[None]:
        """Look at which editions are current before anybody asks, and every second from then on."""
        await self._refresh()
        keeper = asyncio.create_task(self._keep_fresh())
        try:
            yield
        finally:
            keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await keeper

    async def _keep_fresh(self) -> None:
        while True:
            await asyncio.sleep(TICK)
            await self._refresh()

    async def _refresh(self) -> None:
        try:
            await self._shelf.refresh()
        except TopicwireError as error:
            if not self._is_away:  # said once, not every second
                self._log.error("store.away", error=str(error))
            self._is_away = True
        except Exception:  # noqa: BLE001 (the door: the next look may succeed)
            self._log.exception("refresh.failed")
        else:
            if self._is_away:
                self._log.info("store.back")
            self._is_away = False


def application(
    publisher: Publisher,
    *,
    base_url: str,
    unready: Callable[[], str | None],
    callbacks: Callbacks | None = None,
    readers: Readers | None = None,
    hub_url: str | None = None,
    hub: Hub | None = None,
    overview: Overview | None = None,
    rate_limit: int = 0,
    trusted_proxies: tuple[str, ...] = (),
    metrics: Metrics | None = None,
    counted: Process | None = None,
) -> Site:
    """Return the site over what a publisher renders.

    `base_url` is the public address, without a slash at its end. `unready` says in
    words why nobody should be sent here, None where all is well; it is called in a thread. `callbacks` answers hubs, None where there are none.
    `readers` knows those who read with a feed of their own, None where nobody does. `hub_url` is
    the address of the hub that tells of new entries, and `hub` the one that is here, if any.
    `overview` says how everything is, None where nobody is told.
    `rate_limit` is the most requests a minute of one address or token, 0 for no limit.
    `metrics` are shown, None where they are to be seen elsewhere; requests are `counted`.
    """
    proxies = Proxies(trusted_proxies)
    return Site(
        Shelf(publisher, base_url=base_url, hub=hub_url),
        base_url=base_url,
        unready=unready,
        limits=(Limit(rate_limit), proxies) if rate_limit else None,
        callbacks=callbacks,
        readers=readers,
        admission=Admission(readers, proxies, rate=rate_limit) if readers else None,
        hub=hub,
        overview=overview,
        metrics=metrics,
        counted=counted,
    )


async def _sent(prepared: Prepared, request: Request) -> Answer:
    """Answer with a document, in a coding that may have to be packed first."""
    answer = prepared.answer(request.headers)
    if answer is None:
        await asyncio.to_thread(prepared.pack, prepared.chosen(request.headers))
        answer = prepared.answer(request.headers)
    assert answer is not None
    return answer


def _varied(headers: Headers, alone: str | None) -> Headers:
    """Say that other requests may get another format, and which address has this feed alone."""
    named = dict(headers)
    if not named["vary"].startswith("Accept,"):
        named["vary"] = f"Accept, {named['vary']}"
    if alone is not None:
        named["content-location"] = alone
    return tuple(named.items())
