"""Our hub: takes in who wants to be told of a topic, once their callback has confirmed it."""

from collections.abc import Callable, Generator
from contextlib import closing
from datetime import datetime, timedelta
from http import HTTPStatus

from topicwire.model.hub import Intent, Verified
from topicwire.model.wire import Response
from topicwire.publish import hub
from topicwire.publish.compose import Site
from topicwire.publish.hub import NO_TOPIC, Refusal
from topicwire.store.store import Store
from topicwire.world.web import Web

CLAIM = timedelta(minutes=2)  # longer than a batch can take
BATCH = 100
TICK = 0.5  # seconds between two looks at whether to stop

ACCEPTED = "The callback will be asked whether it meant it."


class Hub:
    """A hub of our own topics; its methods may be called from any thread.

    `mint` gives texts that nobody can guess. `ring` is called when there is something to verify.
    """

    def __init__(
        self,
        store: Store,
        web: Web,
        site: Site,
        *,
        clock: Callable[[], datetime],
        mint: Callable[[], str],
        ring: Callable[[], None],
    ) -> None:
        self._store = store
        self._web = web
        self._site = site
        self._clock = clock
        self._mint = mint
        self._ring = ring

    def request(self, form: bytes, content_type: str | None) -> tuple[int, str]:
        """Take in what is asked; return status and words, which depend on no callback.

        Raises:
            StoreError: the database is away.
        """
        asked = hub.read(form, content_type, self._site, now=self._clock())
        refusal = asked if isinstance(asked, Refusal) else self._taken_in(asked)
        if refusal is not None:
            return refusal.status, refusal.reason
        self._ring()
        return HTTPStatus.ACCEPTED, ACCEPTED

    def _taken_in(self, asked: Intent) -> Refusal | None:
        load = self._store.hub_load(asked.topic_id, asked.format, host=asked.host)
        overload = hub.overload(load, asked.mode)
        if overload is not None:
            return overload
        return None if self._store.ask(asked) else NO_TOPIC

    def verify(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Verified]:
        """Ask callbacks whether they meant it; yield what came of each, until `stopping` is true.

        Several may verify at once: each takes what no other has.
        """
        now = self._clock()
        intents = self._store.claim_intents(now, until=now + CLAIM, limit=BATCH)
        asked = {str(number): (each, self._mint()) for number, each in enumerate(intents)}
        requests = [
            hub.verification(each, self._site, key=key, challenge=challenge)
            for key, (each, challenge) in asked.items()
        ]
        with closing(self._web.arrivals(requests, tick=TICK)) as arrivals:
            for responses in arrivals:
                for response in responses:
                    intent, challenge = asked[response.key]
                    yield self._verified(intent, response, challenge)
                if stopping():
                    break

    def _verified(self, intent: Intent, response: Response, challenge: str) -> Verified:
        now = self._clock()
        denial = hub.denial(response, challenge=challenge)
        if denial is None:
            until = now + timedelta(seconds=intent.lease)
            self._store.verified(intent, now=now, until=until)
        else:
            self._store.put_off(intent, hub.again(intent, response, now=now))
        return Verified(intent, error=denial)
