"""The parts of the house, built from the settings."""

import contextlib
from collections.abc import Callable
from datetime import datetime
from functools import cached_property, partial
from importlib.metadata import version
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Self

from topicwire.bell import Bell
from topicwire.config import Settings
from topicwire.model.errand import Act
from topicwire.publish.compose import Site
from topicwire.store.store import Store
from topicwire.trace.wanted import is_installed, is_wanted
from topicwire.world.lock import Lock

if TYPE_CHECKING:
    from topicwire.curate.appoint import Meaning
    from topicwire.curate.consult import Consulting, Reader
    from topicwire.ingest.run.push import Callbacks
    from topicwire.publish.run.documents import Publisher
    from topicwire.publish.run.hub import Hub
    from topicwire.publish.run.readers import Readers
    from topicwire.trace.spans import Tracer
    from topicwire.world.engine.engine import Engine
    from topicwire.world.files import Files
    from topicwire.world.hosts import TakesTurns
    from topicwire.world.web import Web
    from topicwire.world.workers import Workers

MOST_TRACED = 100  # entries that one delivery is put down to


class Parts:
    """The parts of the house, each built when first asked for; a context manager.

    `clock` returns the time, as an aware datetime in UTC.
    """

    def __init__(self, settings: Settings, store: Store, *, clock: Callable[[], datetime]) -> None:
        self.settings = settings
        self.store = store
        self.clock = clock
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
    def bell(self) -> Bell:
        """What is rung when an act has work; where there are workers, these hear it."""
        bell = Bell()
        if self.engine is not None:
            bell.heard_by(self.engine.ring)
        return bell

    @cached_property
    def engine(self) -> "Engine | None":
        """What takes errands to workers, None where one process does everything."""
        if not self.settings.is_shared:
            return None
        from topicwire.world.engine.engine import Engine

        engine = Engine(self.settings.database_url)
        self._open.callback(engine.close)
        return engine

    @cached_property
    def tracer(self) -> "Tracer | None":
        """The traces of columns, None where nobody wants them or their extra is not installed."""
        if not (is_wanted() and is_installed()):
            return None
        from topicwire.trace.spans import Tracer

        entered = partial(self.store.entered, limit=MOST_TRACED)
        tracer = Tracer(self.settings.public_url, entered=entered)
        self._open.callback(tracer.close)
        return tracer

    @cached_property
    def publisher(self) -> "Publisher":
        """The maker of documents."""
        from topicwire.publish.run.documents import Publisher

        return Publisher(self.store, self._site)

    @cached_property
    def readers(self) -> "Readers":
        """Those who read with a feed of their own."""
        from topicwire.publish.run.readers import Readers

        return Readers(self.store, self._site, clock=self.clock)

    @property
    def hub_url(self) -> str | None:
        """The address of the hub that tells of our topics, None where none does."""
        return self._site.hub

    @property
    def foreign_hub(self) -> str | None:
        """Somebody else's hub that tells of our topics, None where ours does or none."""
        return None if self.settings.hub in {"builtin", "off"} else self.settings.hub

    def lead(self) -> contextlib.AbstractContextManager[object]:
        """Return what lets one process alone poll for this database.

        Raises (on entering it):
            BusyError: another process does.
        """
        path = self.store.lock_path
        if path is not None:
            return Lock(path)
        from topicwire.world.engine.lead import alone

        return alone(self.settings.database_url)

    @cached_property
    def meaning(self) -> "Meaning | None":
        """The model of meaning, None where none is installed or it is not wanted."""
        from topicwire.curate.run import meaning

        return meaning() if self.settings.similarity else None

    @cached_property
    def callbacks(self) -> "Callbacks":
        """What hubs ask and deliver."""
        from topicwire.ingest.run.push import Callbacks

        return Callbacks(
            self.store,
            clock=self.clock,
            min_interval=self.settings.min_interval,
            ring=partial(self.bell.ring, Act.PUSH),
        )

    @cached_property
    def hub(self) -> "Hub | None":
        """The hub of our own topics, None where the settings name another or none."""
        if self.settings.hub != "builtin":
            return None
        from topicwire.publish.run.hub import Hub

        return Hub(
            self.store,
            self._courier,
            self._site,
            clock=self.clock,
            mint=partial(token_urlsafe, 32),
            ring=partial(self.bell.ring, Act.VERIFY),
        )

    @cached_property
    def second_reader(self) -> "Reader | None":
        """The second reader, None where the settings name none."""
        settings = self.settings
        if not settings.second_reader_url:
            return None
        from topicwire.curate.consult import Reader
        from topicwire.world.ask import Server

        server = Server(
            settings.second_reader_url,
            user_agent=self._user_agent,
            key=settings.second_reader_key.get_secret_value(),
            seconds=settings.second_reader_seconds,
        )
        model, budget = settings.second_reader_model, settings.second_reader_budget
        return Reader(server.ask, model=model, budget=budget)

    @cached_property
    def _consulting(self) -> "Consulting | None":
        """The consulting of the second reader, None where the settings name none."""
        from topicwire.curate.consult import Consulting

        reader = self.second_reader
        return None if reader is None else Consulting(self.store, reader, clock=self.clock)

    @cached_property
    def _site(self) -> Site:
        from topicwire.publish import hub

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
    def _user_agent(self) -> str:
        contact = f" (+{self.settings.contact})" if self.settings.contact else ""
        return f"Topicwire/{version('topicwire')}{contact}"

    @cached_property
    def _web(self) -> "Web":
        from topicwire.world.guard import Guard
        from topicwire.world.web import Web, WebLimits

        limits = WebLimits(
            user_agent=self._user_agent,
            connections=self.settings.connections,
            spacing=self.settings.host_spacing,
        )
        return Web(limits, Guard(self.settings.allow_private), self._hosts)

    @cached_property
    def _hosts(self) -> "TakesTurns":
        """Who keeps requests to one host apart: files on one machine, the database on many."""
        path = self.store.lock_path
        if path is not None:
            from topicwire.world.hosts import Hosts

            return Hosts(path.with_suffix(".hosts"))
        from topicwire.world.engine.schema import check
        from topicwire.world.engine.turnstile import Turnstile

        check(self.settings.database_url)
        turnstile = Turnstile(self.settings.database_url)
        self._open.callback(turnstile.close)
        return turnstile

    @cached_property
    def _courier(self) -> "Web":
        """The web that hub and subscribers meet on: nobody waits there for anybody else."""
        from topicwire.publish import hub
        from topicwire.world.guard import Guard
        from topicwire.world.web import Web, WebLimits

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
    def _files(self) -> "Files":
        from topicwire.world.files import Files

        return Files(self.settings.catalogue, allowed=self.settings.allow_files)

    @cached_property
    def _workers(self) -> "Workers":
        from topicwire.world.workers import Workers

        workers = Workers(self.settings.workers, seconds=self.settings.parse_seconds)
        self._open.callback(workers.close)
        return workers
