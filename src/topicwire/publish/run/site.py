"""The public site as static files: the same documents at the same addresses as from our server."""

from collections.abc import Iterator
from hashlib import blake2b

from topicwire.model.document import TopicState
from topicwire.model.report import SiteReport
from topicwire.publish import hosts, html, nginx
from topicwire.publish.compose import Site
from topicwire.publish.places import ROBOTS, file_of, moves, places, public
from topicwire.publish.run.documents import Publisher
from topicwire.world.site import Folder

# The parts of the folder beside the topics; no id has a slash.
_SHARED = "/shared"
_LISTS = "/lists"
_HOSTS = "/hosts"

File = tuple[str, bytes]


class Building:
    """One build of the site into its folder; nothing of it shows before it is finished.

    Topics whose edition did not move are not rendered again, unless what all documents share has
    changed: the site's address, the program's version, its looks.
    """

    def __init__(self, publisher: Publisher, site: Site, folder: Folder) -> None:
        self._publisher = publisher
        self._site = site
        self._folder = folder
        self._shared = tuple(_shared(publisher, site))
        states = publisher.topics()
        self.topics: tuple[TopicState, ...] = public(states)
        self._moves = moves(states)
        folder.begin(_digest(repr(site), *(each for file in self._shared for each in file)))

    def stage(self) -> Iterator[TopicState]:
        """Stage what has changed, in the order in which it is to be seen; yield each topic after.

        Raises:
            SiteError: a file cannot be written.
            StoreError: the database is away.
        """
        self._folder.put(_SHARED, "shared", self._shared)
        for state in self.topics:
            mark = f"edition {state.edition} of {state.edition_time.isoformat()}"
            self._keep_or_put(state.id, mark, self._documents(state))
            yield state
        every = _digest(repr((self.topics, self._moves)))
        self._keep_or_put(_LISTS, every, self._lists())
        self._keep_or_put(_HOSTS, every, self._for_hosts())

    def finish(self) -> SiteReport:
        """Let the site be seen as it was staged.

        Raises:
            SiteError: a file cannot be written.
        """
        return self._folder.finish()

    def _keep_or_put(self, part: str, mark: str, files: Iterator[File]) -> None:
        """Render the files, which comes with asking for them, only where they have changed."""
        if not self._folder.keep(part, mark):
            self._folder.put(part, mark, files)

    def _documents(self, state: TopicState) -> Iterator[File]:
        for place in places(state):
            document = self._publisher.topic(place.topic_id, place.form, page=place.page)
            yield place.file, document.body

    def _lists(self) -> Iterator[File]:
        yield file_of("/topics.opml"), self._publisher.opml().body
        yield file_of("/"), self._publisher.index().body

    def _for_hosts(self) -> Iterator[File]:
        assets = {name: self._publisher.asset(name).media_type for name in self._publisher.assets()}
        everywhere = (place for state in self.topics for place in places(state))
        yield "_headers", hosts.headers_file(everywhere, self._site, assets=assets)
        yield "_redirects", hosts.redirects_file(self._moves, self._site)
        yield "nginx.conf", nginx.settings(self._site, self._moves, assets=assets)


def _shared(publisher: Publisher, site: Site) -> Iterator[File]:
    """Yield what pages refer to, and what is the same whatever the topics are."""
    for name in publisher.assets():
        yield name, publisher.asset(name).body
    yield file_of("/robots.txt"), ROBOTS
    yield file_of("/404"), html.render_missing(site)
    yield file_of("/about"), publisher.about().body


def _digest(*parts: str | bytes) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(b"%d " % len(raw) + raw)
    return digest.hexdigest()
