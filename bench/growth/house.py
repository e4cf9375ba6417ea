"""An open archive, and the steps of the house on it that are measured."""

import asyncio
import os
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from math import inf
from pathlib import Path

from bench.growth import texts
from bench.growth.marks import SHOWN
from bench.growth.texts import BUSY, NOW

from topicwire.curate.run import Judging, curate, post, verdicts_on
from topicwire.ingest.run.polls import ingest
from topicwire.ingest.run.settle import settle
from topicwire.model.document import Format
from topicwire.model.judging import Verdict
from topicwire.model.wire import Entry, Feed, Poll, Polled, Request, Response
from topicwire.publish.compose import Site, topic_path
from topicwire.publish.run.documents import Publisher
from topicwire.serve.routes import route
from topicwire.serve.shelf import Shelf
from topicwire.store.store import Store
from topicwire.watch.run.look import watch
from topicwire.watch.run.status import status
from topicwire.world.files import Files
from topicwire.world.guard import Guard
from topicwire.world.web import Web, WebLimits
from topicwire.world.workers import Workers

SITE = "https://wire.example"
TURN = 500  # sources that are due at once,
APART = timedelta(minutes=1)  # and after how long the next
LISTED = 20
DENSE = 1_600  # characters of a text, in more of which its topics are not said often enough


class Gzip:
    """The headers of a reader that takes gzip."""

    def get(self, key: str, default: str | None = None) -> str | None:
        """Return the value of a header."""
        return "gzip" if key == "accept-encoding" else default

    def get_all(self, key: str) -> list[str]:
        """Return all values of a header."""
        return [found] if (found := self.get(key)) else []


GZIP = Gzip()


class Unchanged(Web):
    """A web on which nothing is ever new."""

    def __init__(self) -> None:
        super().__init__(WebLimits("Topicwire"), Guard())

    def arrivals(
        self, requests: Iterable[Request], *, tick: float | None = None, most: float = inf
    ) -> Generator[tuple[Response, ...]]:
        """Yield each answer at once."""
        del tick, most
        for each in requests:
            yield (Response(each.key, each.url, 304),)


class House:
    """What works on an archive; each method is a step, and those of the road follow one another."""

    def __init__(self, store: Store, loop: asyncio.Runner) -> None:
        self._store = store
        self._loop = loop
        self._shelf = Shelf(Publisher(store, Site(SITE, "0")), base_url=SITE)
        (newest,) = store.entries(limit=1)
        self._turn = count()
        self._backs = count(int(newest.entry.uid.rpartition("/")[2]) - 1, -1)
        self._now = NOW
        self._due: tuple[Polled, ...] = ()
        self._poll: Poll | None = None
        self._judged: tuple[Judging, list[tuple[int, Verdict]]] | None = None
        self._topics: tuple[str, ...] = ()

    # ---- what is not measured ------------------------------------------------------------

    def prepare(self) -> None:
        """Let time go on by a turn, for which other sources are due."""
        turn = next(self._turn)
        self._now = NOW + turn * APART
        names = [polled.source.id for polled in self._store.sources()]
        first = turn * TURN % len(names)
        self._store.ask_poll(names[first : first + TURN], now=self._now)

    def write(self) -> None:
        """Let a source that often has something new write an entry on two topics."""
        while True:
            found = texts.written(next(self._backs))
            is_dense = len(found.entry.text) < DENSE
            if found.source < BUSY and len(found.topics) == 2 and is_dense:
                break
        self._topics = tuple(map(texts.topic_id, found.topics))
        name = texts.source_id(found.source)
        (polled,) = self._store.polled([name])
        known = [each.entry for each in self._store.entries(source=name, limit=SHOWN - 1)]
        new = replace(found.entry, published=self._now)
        self._poll = _changed(polled, (new, *known), now=self._now)

    def refresh(self) -> None:
        """Learn which topics have changed."""
        self._loop.run(self._shelf.refresh())

    # ---- the road ------------------------------------------------------------------------

    def due(self) -> None:
        """Look which sources are due."""
        self._due = self._store.due(self._now, limit=TURN)

    def poll(self) -> None:
        """Poll them, and find them all unchanged."""
        with Workers(1, seconds=60) as workers:
            outcomes = ingest(
                self._due,
                store=self._store,
                web=Unchanged(),
                files=Files(Path(), allowed=False),
                workers=workers,
                clock=self._clock,
                jitter=lambda: 0.5,
                min_interval=3_600,
            )
            assert not [each for each in outcomes if each.error]

    def save(self) -> None:
        """Save a document with one new entry among known ones."""
        assert self._poll is not None
        (outcome,) = self._store.save_polls([self._poll], now=self._now)
        assert outcome.new == 1

    def settle(self) -> None:
        """Tell the new entry from its furniture, and from what was told before."""
        assert len(list(settle(self._store, clock=self._clock))) == 1

    def is_unjudged(self) -> None:
        """Look whether there is something to judge."""
        assert self._store.has_unjudged()

    def judge(self) -> None:
        """Read the entry back, and judge it by all topics."""
        standings = self._store.standing_topics()
        entries = self._store.settled_after(standings[0].judged_seq, limit=500)
        posts = tuple(post(self._store, each, by_meaning=False) for each in standings)
        judging = Judging(posts, entries, {})
        self._judged = judging, verdicts_on(judging)

    def place(self) -> None:
        """Store the verdicts, and what they change in the topics."""
        assert self._judged is not None
        judging, found = self._judged
        given: dict[str, list[Verdict]] = {}
        for number, verdict in found:
            given.setdefault(judging.posts[number].topic.id, []).append(verdict)
        placed = self._store.place_all(
            self._store.standing_topics(),
            given,
            judged={each.id: each.revision for each in judging.entries},
            through=judging.entries[-1].seq,
            now=self._now,
        )
        assert sum(each.entered for each in placed) >= 1

    def curate(self) -> None:
        """Judge and place as the daemon does."""
        assert sum(each.entered for each in curate(self._store, clock=self._clock)) >= 1

    def look(self) -> None:
        """Look, as a server does every second, which topics have changed."""
        self.refresh()

    def atom(self) -> None:
        """Render the Atom document of a topic that the entry has come into."""
        self._get(f"/topics/{self._topics[0]}.atom")

    def page(self) -> None:
        """Render the page of that topic."""
        self._get(f"/topics/{self._topics[0]}")

    # ---- beside the road -----------------------------------------------------------------

    def ready(self) -> None:
        """Answer with what is ready."""
        found = self._shelf.at_hand(f"/topics/{self._topics[0]}.atom")
        assert found is not None
        found.answer(GZIP)

    def newest_archive(self) -> None:
        """Render the newest page of the topic's archive."""
        name = self._topics[0]
        self._get(topic_path(name, Format.ATOM, page=self._shelf.state(name).pages))

    def archive(self) -> None:
        """Render a page from the middle of another topic's archive."""
        name = self._topics[1]
        pages = self._shelf.state(name).pages
        self._get(topic_path(name, Format.ATOM, page=min(pages, pages // 2 + 1)))

    def index(self) -> None:
        """Render the page of all topics."""
        self._get("/")

    def status(self) -> None:
        """Tell how everything is."""
        status(self._store, now=self._now, is_public=True)

    def metrics(self) -> None:
        """Tell the store in numbers."""
        self._store.figures()

    def watch(self) -> None:
        """Look what is wrong."""
        watch(self._store, now=self._now)

    def list_all(self) -> None:
        """List the newest entries."""
        assert self._store.entries(limit=LISTED)

    def list_source(self) -> None:
        """List the newest entries of a source."""
        assert self._poll is not None
        assert self._store.entries(source=self._poll.source_id, limit=LISTED)

    def list_topic(self) -> None:
        """List the newest entries of a topic."""
        assert self._store.entries(topic=self._topics[0], limit=LISTED)

    def prunable(self) -> None:
        """Look what is to be removed of a source that is kept for ten years only."""
        assert not self._store.prunable(self._now, keep_days=0)

    def housekeeping(self) -> None:
        """Keep house, as every night."""
        self._store.housekeeping(self._now)

    def _get(self, path: str) -> None:
        found = route(path)
        assert found is not None
        self._loop.run(self._shelf.get(found))

    def _clock(self) -> datetime:
        return self._now


def _changed(polled: Polled, entries: tuple[Entry, ...], *, now: datetime) -> Poll:
    """Return the poll of a document with these entries."""
    state = replace(polled.state, last_poll=now, last_success=now, last_change=now)
    feed = Feed(format="rss20", title=polled.feed_title, entries=entries)
    return Poll(polled.source.id, state, feed)


@contextmanager
def opened(path: Path, loop: asyncio.Runner) -> Iterator[House]:
    """Give the house of an archive, of which nothing is in the memory of the machine."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    with closing(Store.open(f"sqlite:///{path}")) as store:
        yield House(store, loop)
