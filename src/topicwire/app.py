"""The composition root: builds the parts from the settings and lets the acts work."""

import contextlib
import random
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import cached_property, partial
from importlib.metadata import version
from pathlib import Path
from secrets import token_urlsafe
from typing import Self
from urllib.parse import urlsplit

from topicwire.bell import Act, Bell
from topicwire.config import Settings
from topicwire.curate.appoint import Appointed, Meaning, Post
from topicwire.curate.consult import Consulting, Reader
from topicwire.curate.define import definitions
from topicwire.curate.judge import Judge
from topicwire.curate.prove import Proof, flips, proven
from topicwire.curate.run import Bench, appointed, curate, meaning, post
from topicwire.errors import CatalogueError, StoreError
from topicwire.ingest.opml import Listing
from topicwire.ingest.politeness import after, objection
from topicwire.ingest.run.articles import complete
from topicwire.ingest.run.backfill import backfill
from topicwire.ingest.run.lists import fetch, follow
from topicwire.ingest.run.look import Found, check_pages, discover, look
from topicwire.ingest.run.polls import ingest
from topicwire.ingest.run.push import Callbacks, read_deliveries, subscribe
from topicwire.ingest.run.settle import settle
from topicwire.model.article import ArticleOutcome
from topicwire.model.catalogue import Catalogue, Concept, Definition, Source, Topic
from topicwire.model.hub import Told, Verified
from topicwire.model.judging import Consulted, Placed, StandingTopic
from topicwire.model.push import Subscription
from topicwire.model.report import Change
from topicwire.model.status import Status
from topicwire.model.watch import Incident, Work
from topicwire.model.wire import Feed, Polled, PollOutcome, PollState, Response
from topicwire.publish import hub
from topicwire.publish.compose import Site
from topicwire.publish.pack import packed
from topicwire.publish.run.announce import announce
from topicwire.publish.run.documents import Publisher
from topicwire.publish.run.hub import Hub
from topicwire.publish.run.overview import Overview
from topicwire.publish.run.readers import Readers
from topicwire.publish.run.site import Building
from topicwire.store.store import Store
from topicwire.watch.pace import late
from topicwire.watch.run.look import watch
from topicwire.watch.run.status import ROLE, status
from topicwire.world.ask import Server
from topicwire.world.catalogue import load
from topicwire.world.files import Files
from topicwire.world.guard import Guard
from topicwire.world.hosts import Hosts
from topicwire.world.lock import Lock
from topicwire.world.machine import memory
from topicwire.world.site import Folder
from topicwire.world.web import Web, WebLimits
from topicwire.world.workers import Workers


class App:
    """The parts of the house, each built when first asked for; a context manager.

    `clock` returns the time, as an aware datetime in UTC.
    """

    def __init__(self, settings: Settings, store: Store, *, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
        self.bell = Bell()
        self._open = contextlib.ExitStack()
        self._open.callback(store.close)

    @classmethod
    def open(cls, settings: Settings, *, clock: Callable[[], datetime]) -> Self:
        """Open the database that the settings name.

        Raises:
            StoreError: it cannot be reached, or its schema is not this version's.
        """
        return cls(settings, Store.open(settings.database_url, create=True), clock=clock)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *failure: object) -> None:
        self._open.close()

    @cached_property
    def publisher(self) -> Publisher:
        """The maker of documents."""
        return Publisher(self.store, self._site)

    @cached_property
    def readers(self) -> Readers:
        """Those who read with a feed of their own."""
        return Readers(self.store, self._site, clock=self.clock)

    @cached_property
    def _site(self) -> Site:
        base_url = self.settings.public_url
        ours = {"builtin": f"{base_url}{hub.PATH}", "off": None}
        address = ours.get(self.settings.hub, self.settings.hub)
        return Site(
            base_url=base_url,
            version=version("topicwire"),
            hub=address,
            contact=self.settings.contact,
        )

    @property
    def hub_url(self) -> str | None:
        """The address of the hub that tells of our topics, None where none does."""
        return self._site.hub

    @property
    def _user_agent(self) -> str:
        contact = f" (+{self.settings.contact})" if self.settings.contact else ""
        return f"Topicwire/{version('topicwire')}{contact}"

    @cached_property
    def _web(self) -> Web:
        limits = WebLimits(
            user_agent=self._user_agent,
            connections=self.settings.connections,
            spacing=self.settings.host_spacing,
        )
        hosts = Hosts(self.store.lock_path.with_suffix(".hosts"))
        return Web(limits, Guard(self.settings.allow_private), hosts)

    @cached_property
    def _courier(self) -> Web:
        """The web that hub and subscribers meet on: nobody waits there for anybody else."""
        limits = WebLimits(
            user_agent=self._user_agent,
            connections=self.settings.connections,
            spacing=0,
            connect_seconds=hub.LONGEST_WAIT,
            read_seconds=hub.LONGEST_WAIT,
            total_seconds=hub.LONGEST_WAIT,
            max_bytes=hub.LONGEST_ANSWER,
            max_hops=0,
            takes_turns=False,
        )
        return Web(limits, Guard(self.settings.allow_private))

    @cached_property
    def _files(self) -> Files:
        return Files(self.settings.catalogue, allowed=self.settings.allow_files)

    @cached_property
    def _workers(self) -> Workers:
        workers = Workers(self.settings.workers, seconds=self.settings.parse_seconds)
        self._open.callback(workers.close)
        return workers

    @cached_property
    def meaning(self) -> Meaning | None:
        """The model of meaning, None where none is installed or it is not wanted."""
        return meaning() if self.settings.similarity else None

    def appoint(
        self, wanted: Topic, concepts: Sequence[Concept], *, by_rule: bool = False
    ) -> Appointed:
        """Return the judge of a topic, with what it has learned unless the rule alone is asked.

        Raises:
            QueryError: its query cannot be read.
        """
        standing = {each.topic.id: each for each in self.store.standing_topics()}.get(wanted.id)
        number = standing.model if standing and not by_rule else 0
        model = self.store.model(wanted.id, number) if number else None
        by_meaning = self.settings.similarity
        return appointed(Post(wanted, tuple(concepts), model, by_meaning=by_meaning))

    def appoint_standing(self, standing: StandingTopic) -> Appointed:
        """Return the judge of a topic as it stands, with the models that decide and are heard.

        Raises:
            QueryError: its query cannot be read: another version of this program wrote it.
        """
        return appointed(post(self.store, standing, by_meaning=self.settings.similarity))

    def lead(self) -> Lock:
        """Return the lock that lets one process alone poll for this database.

        Raises (on entering it):
            BusyError: another process holds it.
        """
        return Lock(self.store.lock_path)

    def catalogue(self) -> Catalogue:
        """Read and check the catalogue.

        Raises:
            CatalogueError: a file is wrong; every problem is named.
        """
        found = load(self.settings.catalogue)
        check_pages(found.sources)
        return found

    def plan(self) -> tuple[Change, ...]:
        """Return what applying the catalogue would change."""
        catalogue = self.catalogue()
        return self.store.plan(catalogue.sources, self._definitions(catalogue))

    def flips(self) -> tuple[Proof, ...]:
        """Return the examples that come out wrong in topics that applying would change."""
        return flips(
            self._definitions(self.catalogue()),
            self.store.standing_topics(),
            judging=self._judge,
        )

    def apply(self, *, despite_examples: bool = False) -> tuple[Change, ...]:
        """Mirror the catalogue into the database; return what changed.

        Raises:
            CatalogueError: examples of a new or changed topic come out wrong; nothing was changed.
        """
        catalogue = self.catalogue()
        defined, standing = self._definitions(catalogue), self.store.standing_topics()
        wrong = () if despite_examples else flips(defined, standing, judging=self._judge)
        if wrong:
            raise CatalogueError((*map(str, wrong), _mend(wrong)))
        return self._mirror(catalogue.sources, defined)

    def keep_up(
        self, *, despite: Collection[str] = ()
    ) -> tuple[tuple[Change, ...], tuple[Proof, ...]]:
        """Mirror all of the catalogue but the topics whose examples come out wrong.

        Those stay as they stand, and new ones out, but for the topics named by `despite`. Returns
        what changed, and the examples that held a topic back.
        """
        catalogue = self.catalogue()
        defined, standing = self._definitions(catalogue), self.store.standing_topics()
        wrong = tuple(
            each
            for each in flips(defined, standing, judging=self._judge)
            if each.topic_id not in despite
        )
        held_back = {flip.topic_id for flip in wrong}
        return self._mirror(catalogue.sources, proven(defined, standing, held_back)), wrong

    def _mirror(
        self, sources: Sequence[Source], defined: Sequence[Definition]
    ) -> tuple[Change, ...]:
        host = urlsplit(self.settings.public_url).hostname or "localhost"
        return self.store.mirror(sources, defined, now=self.clock(), host=host)

    def _judge(self, definition: Definition) -> Judge:
        return self.appoint(definition.topic, definition.concepts).judge

    def _definitions(self, catalogue: Catalogue) -> tuple[Definition, ...]:
        return definitions(catalogue, embedder=self.meaning.name if self.meaning else "")

    def unjudged(self) -> int:
        """Return how many judgements are left to make, over all topics."""
        return self.store.left_count()

    def ingest(
        self,
        polled: Sequence[Polled],
        *,
        force: bool = False,
        stopping: Callable[[], bool] = lambda: False,
    ) -> Generator[PollOutcome]:
        """Poll the sources; yield each outcome once it is stored, until `stopping` is true."""
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
            stopping=stopping,
        )

    def objection(self, polled: Polled, *, force: bool = False) -> str | None:
        """Return in words why a source must not be asked now, None when it may be."""
        return objection(
            polled, now=self.clock(), min_interval=self.settings.min_interval, force=force
        )

    def look(self, source: Source) -> tuple[Response, Feed]:
        """Return what a source answers and the feed in it, without storing anything.

        Raises:
            WebError: no document came.
            ParseError: it is no feed that can be read.
        """
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
        now = self.clock()
        new = Polled(source, PollState(next_poll=now), tag="")
        return after(
            new, response, now=now, jitter=0, min_interval=self.settings.min_interval, feed=feed
        )

    def discover(self, url: str, *, guess: bool = False) -> tuple[Found, ...]:
        """Return the feeds that a web page names, each looked at.

        Raises:
            WebError: the page cannot be had.
        """
        return discover(
            url,
            store=self.store,
            web=self._web,
            workers=self._workers,
            now=self.clock(),
            guess=guess,
        )

    def fetch_list(self, url: str) -> Listing:
        """Return the subscription list at an address.

        Raises:
            WebError: no document came.
            ParseError: it is no subscription list.
        """
        return fetch(url, self._web)

    def follow_lists(self, listing: Listing) -> tuple[Listing, ...]:
        """Return a subscription list with those that it points to.

        Raises:
            WebError, ParseError: as in fetch_list, for one of them.
        """
        return follow(listing, self._web)

    def complete(
        self, *, stopping: Callable[[], bool] = lambda: False
    ) -> Generator[ArticleOutcome]:
        """Fetch the articles' pages that are due; yield each outcome once it is stored."""
        return complete(self.store, self._web, self._workers, clock=self.clock, stopping=stopping)

    @cached_property
    def callbacks(self) -> Callbacks:
        """What hubs ask and deliver."""
        return Callbacks(self.store, clock=self.clock, ring=partial(self.bell.ring, Act.PUSH))

    def subscribe(self) -> Generator[Subscription]:
        """Ask hubs to tell us of new entries; yield what came of each, nothing where push is off."""
        if self.settings.is_pushed:
            yield from subscribe(
                self.store,
                self._web,
                clock=self.clock,
                mint=partial(token_urlsafe, 32),
                base_url=self.settings.public_url,
            )

    def read_deliveries(self) -> Generator[PollOutcome]:
        """Read what hubs have delivered; yield what each brought once it is stored."""
        return read_deliveries(self.store, self._workers, clock=self.clock)

    def backfill(self) -> Generator[PollOutcome]:
        """Read one more document of each new source's archive; yield what each brought."""
        return backfill(self.store, self._web, self._workers, clock=self.clock)

    def settle(self, *, stopping: Callable[[], bool] = lambda: False) -> int:
        """Make what has come ready to be judged; return how many entries that were."""
        return sum(settle(self.store, clock=self.clock, stopping=stopping))

    def curate(self) -> Generator[Placed]:
        """Judge what is unjudged; yield each batch's result once it is stored."""
        reader = self.second_reader
        bench = Bench(
            by_meaning=self.settings.similarity,
            reader=reader.model if reader else None,
            workers=self._workers,
        )
        return curate(self.store, clock=self.clock, bench=bench)

    @cached_property
    def hub(self) -> Hub | None:
        """The hub of our own topics, None where the settings name another or none."""
        if self.settings.hub != "builtin":
            return None
        return Hub(
            self.store,
            self._courier,
            self._site,
            clock=self.clock,
            mint=partial(token_urlsafe, 32),
            ring=partial(self.bell.ring, Act.VERIFY),
        )

    def verify(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Verified]:
        """Ask who wants to be told whether they meant it; yield what came of each once stored."""
        if self.hub is not None:
            yield from self.hub.verify(stopping=stopping)

    def announce(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Told]:
        """Tell subscribers of new editions; yield what came of each once it is stored."""
        return announce(
            self.store,
            self.publisher,
            self._courier,
            self._site,
            clock=self.clock,
            stopping=stopping,
        )

    @cached_property
    def second_reader(self) -> Reader | None:
        """The second reader, None where the settings name none."""
        settings = self.settings
        if not settings.second_reader_url:
            return None
        server = Server(
            settings.second_reader_url,
            user_agent=self._user_agent,
            key=settings.second_reader_key.get_secret_value(),
            seconds=settings.second_reader_seconds,
        )
        model, budget = settings.second_reader_model, settings.second_reader_budget
        return Reader(server.ask, model=model, budget=budget)

    @cached_property
    def _consulting(self) -> Consulting | None:
        """The consulting of the second reader, None where the settings name none."""
        reader = self.second_reader
        return None if reader is None else Consulting(self.store, reader, clock=self.clock)

    def consult(self, *, stopping: Callable[[], bool] = lambda: False) -> Generator[Consulted]:
        """Ask the second reader of what is uncertain; yield each answer once it is stored."""
        if self._consulting is not None:
            yield from self._consulting.consult(stopping=stopping)

    @contextlib.contextmanager
    def building(
        self, root: Path, *, full: bool = False, force: bool = False
    ) -> Generator[Building]:
        """Give a build of the static site into the folder at `root`.

        A `full` one renders also what has not changed; with `force` the folder may hold files of
        others.

        Raises:
            BusyError: another process builds into it.
            SiteError: it cannot be written, or holds files of others.
        """
        with Folder(root, pack=packed, doubts=full, force=force) as folder:
            yield Building(self.publisher, self._site, folder)

    def watch(self) -> tuple[Incident, ...]:
        """Look at everything; return what has begun to be wrong, or is over, once it is stored."""
        return watch(self.store, now=self.clock())

    def status(self, *, is_public: bool = False) -> Status:
        """Return how everything is; where it is for everybody, private topics are not named."""
        return status(self.store, now=self.clock(), is_public=is_public)

    @cached_property
    def overview(self) -> Overview:
        """What everybody is told of how everything is."""
        return Overview(partial(self.status, is_public=True), self._site)

    def beat(self, work: Work) -> None:
        """Note that the daemon works, and what it did since it last said so."""
        self.store.beat(ROLE, replace(work, memory=memory()), now=self.clock())

    def unready(self) -> str | None:
        """Return in words, fit for everybody, why turns are not on time; None when they are."""
        try:
            beat, next_due = self.store.last_beat(ROLE), self.store.next_due()
        except StoreError:
            return "The database does not answer."
        return late(beat=beat, next_due=next_due, now=self.clock())


def _mend(wrong: Sequence[Proof]) -> str:
    first = wrong[0]
    return (
        f"Nothing was changed. `topicwire topic explain {first.topic_id} --example {first.number}` "
        "shows why; mend the topic or the example, or apply with --despite-examples."
    )
