"""Push: subscriptions at hubs, what hubs ask us, and what they deliver."""

from collections.abc import Callable, Generator, Mapping
from concurrent.futures import Future
from contextlib import closing
from datetime import datetime, timedelta
from http import HTTPStatus

from topicwire.errors import NotFoundError, StoreError
from topicwire.ingest import politeness, websub
from topicwire.ingest.read import ReadJob, read
from topicwire.ingest.run import faults
from topicwire.model.push import Delivery, PushState, Subscription
from topicwire.model.road import Step
from topicwire.model.wire import Feed, Polled, PollOutcome, Request, Response
from topicwire.store.store import Store
from topicwire.world.web import Web
from topicwire.world.workers import Workers

CALLBACK = "/websub/callback/"
BATCH = 50  # deliveries read at a time
TICK = 0.5  # seconds between two looks at whether to stop
FRESH = timedelta(hours=1)  # age of a poll that tells where the hub is


class Callbacks:
    """What hubs ask and deliver at our callbacks; each method may be called from any thread.

    Each raises StoreError when the database is away. `ring` is called when there is a delivery
    to read.
    """

    def __init__(
        self,
        store: Store,
        *,
        clock: Callable[[], datetime],
        min_interval: int,
        ring: Callable[[], None] = lambda: None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._min_interval = min_interval
        self._ring = ring

    def verify(self, token: str, parameters: Mapping[str, str]) -> tuple[int, str]:
        """Return status and text for a hub that asks whether we meant it."""
        known = self._store.subscription(token)
        answer = websub.verified(parameters, known, now=self._clock())
        if answer.subscription is not None:
            self._store.save_subscription(answer.subscription)
        return answer.status, answer.body

    def refusal(self, token: str) -> int | None:
        """Return the status that refuses a delivery before it is read, None to read it."""
        known = self._store.subscription(token)
        if known is None:
            return HTTPStatus.NOT_FOUND
        return HTTPStatus.GONE if known.state is PushState.ENDED else None

    def deliver(
        self, token: str, body: bytes, *, content_type: str | None, signature: str | None
    ) -> int:
        """Keep what a hub delivers, to be read later; return the status to answer.

        What is not signed as it should be is ignored, and nobody told so.
        """
        known = self._store.subscription(token)
        if known is None:
            return HTTPStatus.NOT_FOUND
        if not websub.is_genuine(body, signature, known.secret):
            return HTTPStatus.ACCEPTED
        delivery = Delivery(0, known.source_id, self._clock(), content_type, body)
        if not self._store.receive(known, delivery):
            return HTTPStatus.SERVICE_UNAVAILABLE
        self._ring()
        return HTTPStatus.ACCEPTED

    def too_large(self, token: str) -> None:
        """Have the source polled, since its hub sends more than is taken."""
        known = self._store.subscription(token)
        polled = None if known is None else _polled(self._store, known.source_id)
        if polled is not None:
            _poll_instead(self._store, polled, now=self._clock(), min_interval=self._min_interval)


def subscribe(
    store: Store,
    web: Web,
    *,
    clock: Callable[[], datetime],
    mint: Callable[[], str],
    base_url: str,
    min_interval: int,
    stopping: Callable[[], bool] = lambda: False,
) -> Generator[Subscription]:
    """Ask hubs for what is not subscribed to, or no longer for long; yield what came of it.

    `mint` gives texts that nobody can guess. Soon after `stopping` is true no hub is waited for.
    """
    now = clock()
    store.end_leases(now)
    wanted: dict[str, Subscription] = {}
    for polled, known in store.pushable():
        if not _is_wanted(polled, known, now=now):
            continue
        if known and _is_read_first(store, polled, known, now=now, min_interval=min_interval):
            continue
        assert polled.feed_hub is not None
        assert polled.feed_self is not None
        new = websub.asked(
            polled.source.id,
            polled.feed_hub,
            polled.feed_self,
            token=mint(),
            secret=mint(),
            now=now,
        )
        store.save_subscription(new)  # the hub may ask before it answers
        wanted[new.token] = new
    requests = [
        Request(
            each.token, each.hub, form=websub.form(each, callback=f"{base_url}{CALLBACK}{token}")
        )
        for token, each in wanted.items()
    ]
    with closing(web.arrivals(requests, tick=TICK)) as arrivals:
        for responses in arrivals:
            for response in responses:
                del wanted[response.key]
                yield _answered(store, response)
            if stopping():
                break
    for token in wanted:
        asked = store.subscription(token)
        if asked is not None and asked.state is PushState.PENDING:
            store.save_subscription(websub.unanswered(asked))


def _is_wanted(polled: Polled, known: tuple[Subscription, ...], *, now: datetime) -> bool:
    if not polled.source.push or polled.source.page is not None:
        return False
    latest = next((each for each in known if each.state is not PushState.ENDED), None)
    if latest is None or latest.hub != polled.feed_hub or latest.topic != polled.feed_self:
        return True
    return websub.is_to_renew(latest, now=now)


def _is_read_first(
    store: Store,
    polled: Polled,
    known: tuple[Subscription, ...],
    *,
    now: datetime,
    min_interval: int,
) -> bool:
    """Whether a feed is to be read before a hub is asked anew: it may have moved to another hub.

    Where a hub tells us that is soon, and not waited for beyond the lease; else with its next poll.
    """
    if polled.state.last_poll is None or now - polled.state.last_poll <= FRESH:
        return False
    leases = (each.lease_until for each in known if each.state is PushState.ACTIVE)
    until = next(leases, None)
    if until is None:
        return True
    return until > _poll_soon(store, polled, now=now, min_interval=min_interval)


def _answered(store: Store, response: Response) -> Subscription:
    """Save what a hub answered, unless it has verified meanwhile."""
    known = store.subscription(response.key)
    assert known is not None
    if known.state is not PushState.PENDING:
        return known
    reason = response.error or response.body.decode("utf-8", "replace")
    after = websub.answered(known, status=response.status, reason=reason)
    if after != known:
        store.save_subscription(after)
    return after


def read_deliveries(
    store: Store, workers: Workers, *, clock: Callable[[], datetime], min_interval: int
) -> Generator[PollOutcome]:
    """Read what hubs have delivered; yield what each brought once it is stored.

    What is stored twice, because the first time was interrupted, changes nothing. One delivery's
    failure, of any kind, is its source's outcome and stops no other.

    Raises:
        StoreError: the database is away.
    """
    while batch := store.deliveries(limit=BATCH):
        reading: list[tuple[Delivery, Polled, Future[Feed]]] = []
        for delivery in batch:
            polled = _polled(store, delivery.source_id)
            if polled is None:  # it left the catalogue meanwhile
                store.delivered(delivery.id)
            else:
                job = _job(delivery, polled)
                reading.append((delivery, polled, workers.submit(read, job)))
        for delivery, polled, future in reading:
            outcome = _read(store, delivery, polled, future, clock=clock)
            if outcome.error is not None:
                _poll_instead(store, polled, now=clock(), min_interval=min_interval)
            yield outcome
            store.delivered(delivery.id)


def _read(
    store: Store,
    delivery: Delivery,
    polled: Polled,
    future: Future[Feed],
    *,
    clock: Callable[[], datetime],
) -> PollOutcome:
    name, health, began = polled.source.id, polled.state.health, clock()
    if fault := future.exception():
        reason = f"what its hub delivered cannot be read: {faults.of_reading(fault)}"
        return PollOutcome(name, health, error=reason)
    parsed = clock()
    try:
        brought = store.save_feed(name, future.result(), now=parsed)
    except StoreError:
        raise
    except Exception as error:  # noqa: BLE001 (a fault over one delivery is that source's)
        return PollOutcome(name, health, error=faults.of_storing(error))
    steps = (
        Step("wait", delivery.received, began),
        Step("parse", began, parsed),
        Step("save", parsed, clock()),
    )
    return PollOutcome(
        name,
        health,
        new=brought.new,
        revised=brought.revised,
        entries=brought.entries,
        steps=steps,
    )


def _job(delivery: Delivery, polled: Polled) -> ReadJob:
    return ReadJob(
        body=delivery.body,
        content_type=delivery.content_type,
        url=polled.feed_self or polled.url,
        site=polled.source.site,
        now=delivery.received,
        full_text=polled.source.full_text,
    )


def _polled(store: Store, name: str) -> Polled | None:
    try:
        return store.polled((name,))[0]
    except NotFoundError:
        return None


def _poll_instead(store: Store, polled: Polled, *, now: datetime, min_interval: int) -> None:
    """Have a poll bring what a delivery would have brought, and its hub not blamed for it."""
    store.excuse(polled.source.id)
    _poll_soon(store, polled, now=now, min_interval=min_interval)


def _poll_soon(store: Store, polled: Polled, *, now: datetime, min_interval: int) -> datetime:
    """Have a source polled earlier, as far as its server and the waits after failures allow.

    Return when that will be.
    """
    to = politeness.sooner(polled, now=now, min_interval=min_interval)
    if to is None:
        return polled.state.next_poll
    store.bring_forward(polled.source.id, to=to, last_poll=polled.state.last_poll)
    return to
