"""The ASGI application: finds what a path leads to and answers with it."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Iterable

from topicwire import observe
from topicwire.errors import NotFoundError, StoreError, TopicwireError
from topicwire.ingest.run.push import Callbacks
from topicwire.publish.run.documents import Publisher
from topicwire.publish.run.hub import Hub
from topicwire.publish.run.readers import Readers
from topicwire.serve import callback, feedback, hub
from topicwire.serve.accept import preferred, takes_gzip
from topicwire.serve.asgi import Answer, Headers, Receive, Scope, Send
from topicwire.serve.conditions import is_unchanged
from topicwire.serve.prepare import Prepared
from topicwire.serve.routes import Kind, Route, route
from topicwire.serve.shelf import Shelf

TICK = 1.0  # seconds between two looks at which editions are current

_ALLOW = (b"allow", b"GET, HEAD, OPTIONS")
_ALLOW_POST = (b"allow", b"GET, HEAD, POST")
_PREFLIGHT: Headers = (
    _ALLOW,
    (b"access-control-allow-origin", b"*"),
    (b"access-control-allow-methods", b"GET, HEAD"),
    (b"access-control-allow-headers", b"If-None-Match, If-Modified-Since"),
    (b"access-control-max-age", b"86400"),
)
_RETRY_AFTER = (b"retry-after", b"10")


class Site:
    """The whole site as one ASGI callable."""

    def __init__(
        self,
        shelf: Shelf,
        *,
        ready: Callable[[], bool],
        callbacks: Callbacks | None = None,
        readers: Readers | None = None,
        hub: Hub | None = None,
    ) -> None:
        self._shelf = shelf
        self._hub = hub
        self._callbacks = callbacks
        self._readers = readers
        self._ready = ready
        self._log = observe.logger(role="serve")
        self._is_away = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request, or live through the server's life."""
        if scope["type"] == "http":
            status, headers, body = await self._answer(scope, receive)
            shown = b"" if scope["method"] == "HEAD" else body
            await send({"type": "http.response.start", "status": status, "headers": headers})
            await send({"type": "http.response.body", "body": shown})
        elif scope["type"] == "lifespan":
            await self._live(receive, send)

    async def _answer(self, scope: Scope, receive: Receive) -> Answer:
        found = route(scope["path"])
        if found is None:
            return _nothing()
        if found.kind is Kind.CALLBACK:
            return await self._called_back(found.name, scope, receive)
        if found.kind in {Kind.HUB, Kind.FEEDBACK}:
            return await self._safely(self._heard(found, scope, receive), found)
        if scope["method"] == "OPTIONS":
            return 204, _PREFLIGHT, b""
        if scope["method"] not in {"GET", "HEAD"}:
            return _words(405, b"This address answers GET and HEAD.\n", _ALLOW)
        return await self._safely(self._get(found, _fields(scope["headers"])), found)

    async def _called_back(self, token: str, scope: Scope, receive: Receive) -> Answer:
        if self._callbacks is None:
            return _nothing()
        try:
            fields = _fields(scope["headers"])
            return await callback.answer(self._callbacks, token, scope, fields, receive)
        except StoreError:
            return _away()
        except Exception:  # noqa: BLE001 (the door: one fault must not end the server)
            self._log.exception("callback.failed")
            return _words(500, b"This cannot be done; the operator's log says why.\n")

    async def _safely(self, answering: Awaitable[Answer], found: Route) -> Answer:
        try:
            return await answering
        except NotFoundError:
            return _nothing()
        except StoreError:
            return _away()
        except Exception:  # noqa: BLE001 (the door: one fault must not end the server)
            self._log.exception("request.failed", path=found.path)
            return _words(500, b"This cannot be shown; the operator's log says why.\n")

    async def _get(self, found: Route, fields: dict[bytes, bytes]) -> Answer:
        match found.kind:
            case Kind.LIVE:
                return _words(200, b"alive\n")
            case Kind.READY:
                is_ready = await asyncio.to_thread(self._ready)
                return _words(200, b"ready\n") if is_ready else _away()
            case Kind.ROBOTS:
                return _words(200, b"User-agent: *\nAllow: /\n")
            case Kind.OWN:
                return await self._own(found, fields)
            case _:
                return await self._document(found, fields)

    async def _own(self, found: Route, fields: dict[bytes, bytes]) -> Answer:
        """Answer with somebody's own feed; a token that opens nothing is an address of nothing."""
        if self._readers is None:
            return _nothing()
        client = fields.get(b"user-agent", b"").decode("latin-1")
        reader = await asyncio.to_thread(
            self._readers.admit, found.token, client=client, topic_id=found.name
        )
        if reader is None:
            return _nothing()
        return _choose(await self._shelf.get(found.for_reader(reader)), fields)

    async def _heard(self, found: Route, scope: Scope, receive: Receive) -> Answer:
        if found.kind is Kind.HUB:
            return await self._asked(scope, receive)
        if self._readers is None:
            return _nothing()
        answer = await feedback.answer(self._readers, found.name, scope["method"])
        return answer or _words(405, b"This address answers GET, HEAD and POST.\n", _ALLOW_POST)

    async def _asked(self, scope: Scope, receive: Receive) -> Answer:
        if self._hub is None:
            return _nothing()
        if scope["method"] != "POST":
            return _words(405, b"This is a WebSub hub; it answers POST.\n", (b"allow", b"POST"))
        fields = _fields(scope["headers"])
        body = await callback.read_body(fields, receive, largest=hub.LARGEST)
        if body is None:
            return _words(413, b"This is more than a hub is asked.\n")
        content_type = fields.get(b"content-type", b"").decode("latin-1")
        return await hub.answer(self._hub, content_type=content_type, body=body)

    async def _document(self, found: Route, fields: dict[bytes, bytes]) -> Answer:
        if not found.is_negotiable:
            return _choose(await self._shelf.get(found), fields)
        chosen = found.in_format(preferred(fields.get(b"accept", b"")))
        status, headers, body = _choose(await self._shelf.get(chosen), fields)
        return status, _negotiated(headers, chosen) if chosen.is_feed else headers, body

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        await self._refresh()
        keeper = asyncio.create_task(self._keep_fresh())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        keeper.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await keeper
        await send({"type": "lifespan.shutdown.complete"})

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
    ready: Callable[[], bool],
    callbacks: Callbacks | None = None,
    readers: Readers | None = None,
    hub: Hub | None = None,
) -> Site:
    """Return the site over what a publisher renders.

    `base_url` is the public address, without a slash at its end. `ready` says whether the
    database answers; it is called in a thread. `callbacks` answers hubs, None where there are none.
    `readers` knows those who read with a feed of their own, None where nobody does.
    `hub` takes in who wants to be told of topics, None where another hub does, or none.
    """
    shelf = Shelf(publisher, base_url=base_url)
    return Site(shelf, ready=ready, callbacks=callbacks, readers=readers, hub=hub)


def _choose(prepared: Prepared, fields: dict[bytes, bytes]) -> Answer:
    coded = prepared.identity
    if prepared.gzip is not None and takes_gzip(fields.get(b"accept-encoding", b"")):
        coded = prepared.gzip
    if is_unchanged(fields, known=prepared.tags, modified=prepared.modified):
        return 304, coded.unchanged, b""
    return 200, coded.whole, coded.body


def _negotiated(headers: Headers, chosen: Route) -> Headers:
    """Say which address has this format alone, and that other requests may get another."""
    return (
        *(header for header in headers if header[0] != b"vary"),
        (b"vary", b"Accept, Accept-Encoding"),
        (b"content-location", chosen.path.encode()),
    )


def _fields(headers: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Return the headers by name, those that came several times as one list."""
    fields: dict[bytes, bytes] = {}
    for name, value in headers:
        fields[name] = fields[name] + b", " + value if name in fields else value
    return fields


def _nothing() -> Answer:
    return _words(404, b"There is nothing at this address.\n")


def _away() -> Answer:
    return _words(503, b"The database is away; please ask again soon.\n", _RETRY_AFTER)


def _words(status: int, text: bytes, *extra: tuple[bytes, bytes]) -> Answer:
    """Answer in plain words, which never repeat anything of the request."""
    headers = (
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(text)),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"no-referrer"),
        *extra,
    )
    return status, headers, text
