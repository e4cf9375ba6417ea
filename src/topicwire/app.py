"""The composition root: builds the parts from the settings and lets the acts work.

What an act needs is imported when it is asked for: a command that lists sources loads no judge.
"""

import contextlib
import random
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from importlib import import_module
from math import inf
from pathlib import Path
from secrets import token_urlsafe
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from topicwire.crew import Crew
from topicwire.errors import StoreError
from topicwire.model.article import ArticleOutcome, Ready
from topicwire.model.catalogue import Source
from topicwire.model.hub import Told, Verified
from topicwire.model.judging import Consulted, Placed
from topicwire.model.push import Subscription
from topicwire.model.report import Pruned
from topicwire.model.status import Status
from topicwire.model.watch import Incident, Work
from topicwire.model.wire import Feed, Polled, PollOutcome, PollState, Request, Response
from topicwire.watch.pace import late, undone
from topicwire.watch.run.status import ROLE, status
from topicwire.world.machine import memory

if TYPE_CHECKING:
    from topicwire.curate.run import Bench
    from topicwire.ingest.opml import Listing
    from topicwire.ingest.run.look import Found
    from topicwire.publish.run.overview import Overview
    from topicwire.publish.run.site import Building


TURN = (  # what the acts of a turn are made of
    "topicwire.curate.run",
    "topicwire.ingest.run.articles",
    "topicwire.ingest.run.polls",
    "topicwire.ingest.run.settle",
    "topicwire.publish.run.announce",
)


class App(Crew):
    """The whole house: every act, to be called by the doors; a context manager."""

    def load(self) -> None:
        """Import what the acts of a turn need, so that the first turn need not wait for it."""
        self._workers.prepare()
        for module in TURN:
            import_module(module)

    def unjudged(self) -> int:
        """Return how many judgements are left to make, over all topics."""
        return self.store.left_count()

    def ingest(
        self,
        polled: Sequence[Polled],
        *,
        force: bool = False,
        most: float = inf,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Generator[PollOutcome]:
        """Poll the sources; yield each outcome once it is stored, until `stopping` is true.

        After `most` seconds nobody is asked any more; who was not is still due.
        """
        from topicwire.ingest.run.polls import ingest

        return ingest(
            polled,
            store=self.store,
            web=self._web,
            files=self._files,
            workers=self._workers,
            clock=self.clock,
            jitter=random.random,
            min_interval=self.settings.min_interval,
            force=force,
            most=most,
            stopping=stopping,
        )

    def objection(self, polled: Polled, *, force: bool = False) -> str | None:
        """Return in words why a source must not be asked now, None when it may be."""
        from topicwire.ingest.politeness import objection

        return objection(
            polled, now=self.clock(), min_interval=self.settings.min_interval, force=force
        )

    def look(self, source: Source) -> tuple[Response, Feed]:
        """Return what a source answers and the feed in it, without storing anything.

        Raises:
            WebError: no document came.
            ParseError: it is no feed that can be read.
        """
        from topicwire.ingest.run.look import look

        return look(
            source,
            store=self.store,
            web=self._web,
            files=self._files,
            workers=self._workers,
            now=self.clock(),
        )

    def forecast(self, source: Source, response: Response, feed: Feed) -> PollState:
        """Return what would be remembered of a source after this answer: when it is asked again."""
        from topicwire.ingest.politeness import after

        now = self.clock()
        new = Polled(source, PollState(next_poll=now), tag="")
        return after(
            new, response, now=now, jitter=0, min_interval=self.settings.min_interval, feed=feed
        )

    def discover(self, url: str, *, guess: bool = False) -> "tuple[Found, ...]":
        """Return the feeds that a web page names, each looked at.

        Raises:
            WebError: the page cannot be had.
        """
        from topicwire.ingest.run.look import discover

        return discover(
            url,
            store=self.store,
            web=self._web,
            workers=self._workers,
            now=self.clock(),
            guess=guess,
        )

    def ask(self, url: str) -> Response:
        """Return what an address that the settings name, or a source's host, answers."""
        from topicwire.world.guard import Guard
        from topicwire.world.web import Web, WebLimits

        host = urlsplit(url).hostname or ""
        settings = self.settings
        named = (settings.base_url, settings.hub, f"http://{settings.listen}")
        own = {urlsplit(each).hostname for each in named}
        allowed = (*settings.allow_private, *({host} & own))
        web = Web(WebLimits(self._user_agent, connect_seconds=5, total_seconds=10), Guard(allowed))
        (response,) = web.fetch([Request(key=url, url=url)])
        return response

    def fetch_list(self, url: str) -> "Listing":
        """Return the subscription list at an address.

        Raises:
            WebError: no document came.
            ParseError: it is no subscription list.
        """
        from topicwire.ingest.run.lists import fetch

        return fetch(url, self._web)

    def follow_lists(self, listing: "Listing") -> "tuple[Listing, ...]":
        """Return a subscription list with those that it points to.

        Raises:
            WebError, ParseError: as in fetch_list, for one of them.
        """
        from topicwire.ingest.run.lists import follow

        return follow(listing, self._web)

    def complete(
        self, *, stopping: Callable[[], bool] = lambda: False
    ) -> Generator[ArticleOutcome]:
        """Fetch the articles' pages that are due; yield each outcome once it is stored."""
        from topicwire.ingest.run.articles import complete

        return complete(self.store, self._web, self._workers, clock=self.clock, stopping=stopping)

    def subscribe(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Subscription]:
        """Ask hubs to tell us of new entries; yield what came of each, nothing where push is off.

        What was agreed with hubs before it was switched off ends.
        """
        from topicwire.ingest.run.push import subscribe

        if not self.settings.is_pushed:
            self.store.end_leases(self.clock(), are_wanted=False)
            return
        yield from subscribe(
            self.store,
            self._web,
            clock=self.clock,
            mint=partial(token_urlsafe, 32),
            base_url=self.settings.public_url,
            min_interval=self.settings.min_interval,
            stopping=stopping,
        )

    def read_deliveries(self) -> Generator[PollOutcome]:
        """Read what hubs have delivered; yield what each brought once it is stored."""
        from topicwire.ingest.run.push import read_deliveries

        return read_deliveries(
            self.store,
            self._workers,
            clock=self.clock,
            min_interval=self.settings.min_interval,
        )

    def backfill(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[PollOutcome]:
        """Read one more document of each new source's archive; yield what each brought."""
        from topicwire.ingest.run.backfill import backfill

        return backfill(self.store, self._web, self._workers, clock=self.clock, stopping=stopping)

    def settle(self, *, stopping: Callable[[], bool] = lambda: False) -> tuple[Ready, ...]:
        """Make what has come ready to be judged; return it by batches."""
        from topicwire.ingest.run.settle import settle

        return tuple(settle(self.store, clock=self.clock, stopping=stopping))

    def curate(self) -> Generator[Placed]:
        """Judge what is unjudged; yield each batch's result once it is stored.

        Where workers live, topics that are far behind are left to those who judge these.
        """
        from topicwire.curate.run import curate

        behind = self.unjudged_topics()[1] if self.settings.is_shared and self.working() else ()
        return curate(self.store, clock=self.clock, bench=self._bench, leave=behind)

    def catch_up(self, topics: Collection[str]) -> Generator[Placed]:
        """Judge what these topics have not judged, as `curate` does."""
        from topicwire.curate.run import curate

        return curate(self.store, clock=self.clock, bench=self._bench, only=topics)

    @property
    def _bench(self) -> "Bench":
        from topicwire.curate.run import Bench

        reader = self.second_reader
        return Bench(
            by_meaning=self.settings.similarity,
            reader=reader.model if reader else None,
            workers=self._workers,
        )

    def verify(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Verified]:
        """Ask who wants to be told whether they meant it; yield what came of each once stored."""
        if self.hub is not None:
            yield from self.hub.verify(stopping=stopping)

    def announce(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Told]:
        """Tell subscribers of new editions; yield what came of each once it is stored."""
        from topicwire.publish.run.announce import announce

        return announce(
            self.store,
            self.publisher,
            self._courier,
            self._site,
            clock=self.clock,
            stopping=stopping,
        )

    def consult(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Consulted]:
        """Ask the second reader of what is uncertain; yield each answer once it is stored."""
        if self._consulting is not None:
            yield from self._consulting.consult(stopping=stopping)

    def prune(self) -> Generator[Pruned]:
        """Remove what is older than it is to be kept; yield what each batch removed."""
        yield from self.store.prune(self.clock(), keep_days=self.settings.keep_days)

    @contextlib.contextmanager
    def building(
        self, root: Path, *, full: bool = False, force: bool = False
    ) -> "Generator[Building]":
        """Give a build of the static site into the folder at `root`.

        A `full` one renders also what has not changed; with `force` the folder may hold files of
        others.

        Raises:
            BusyError: another process builds into it.
            SiteError: it cannot be written, or holds files of others.
        """
        from topicwire.publish.pack import packed
        from topicwire.publish.run.site import Building
        from topicwire.world.site import Folder

        with Folder(root, pack=packed, doubts=full, force=force) as folder:
            yield Building(self.publisher, self._site, folder)

    def watch(self) -> tuple[Incident, ...]:
        """Look at everything; return what has begun to be wrong, or is over, once it is stored."""
        from topicwire.watch.run.look import watch

        window = self.settings.min_interval
        return watch(self.store, self.aside(), now=self.clock(), window=window)

    def status(self, *, is_public: bool = False) -> Status:
        """Return how everything is; where it is for everybody, private topics are not named."""
        return status(self.store, now=self.clock(), is_public=is_public, fleet=self.fleet())

    @cached_property
    def overview(self) -> "Overview":
        """What everybody is told of how everything is."""
        from topicwire.publish.run.overview import Overview

        return Overview(partial(self.status, is_public=True), self._site)

    def beat(self, work: Work, *, role: str = ROLE) -> None:
        """Note that a role works, and what it did since it last said so."""
        self.store.beat(role, replace(work, memory=memory()), now=self.clock())

    def unready(self) -> str | None:
        """Return in words, fit for everybody, why turns are not on time; None when they are."""
        try:
            beat, next_due = self.store.last_beat(ROLE), self.store.next_due()
            workers = len(self.working()) if self.settings.is_shared else None
        except StoreError:
            return "The database does not answer."
        return late(beat=beat, next_due=next_due, now=self.clock()) or undone(workers)
