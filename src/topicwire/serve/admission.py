"""Who may read what is not for everybody: tokens, and how often one may guess or ask."""

import asyncio

from topicwire.errors import TooManyError
from topicwire.publish.own import OwnReader
from topicwire.publish.run.readers import Readers
from topicwire.serve.limits import GUESSES, Limit, Proxies
from topicwire.serve.wire import Request


class Admission:
    """Lets in those whose token opens a topic; everything happens in the event loop."""

    def __init__(self, readers: Readers, proxies: Proxies, *, rate: int) -> None:
        self._readers = readers
        self._proxies = proxies
        self._guesses = Limit(GUESSES)
        self._asked = Limit(rate)

    async def admit(self, token: str, request: Request, *, topic_id: str) -> OwnReader | None:
        """Return whose token it is, None when it does not open the topic.

        Raises:
            TooManyError: wrong tokens, or requests with this one, came too often.
            StoreError: the database is away.
        """
        asker = self._proxies.asker(request)
        if asker is not None:
            _check(self._guesses.wait(asker))
        client = request.headers.get("user-agent") or ""
        reader = await asyncio.to_thread(
            self._readers.admit, token, client=client, topic_id=topic_id
        )
        if reader is not None:
            _check(self._asked.take(reader.id))
        elif asker is not None:
            self._guesses.take(asker)
        return reader


def _check(seconds: int) -> None:
    if seconds:
        raise TooManyError(seconds)
