"""What the catalogue wants: judges for its topics, and the way into the database."""

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from topicwire.errors import CatalogueError
from topicwire.home import is_ours
from topicwire.model.catalogue import Catalogue, Concept, Definition, Source, Topic
from topicwire.model.judging import StandingTopic
from topicwire.model.report import Change
from topicwire.parts import Parts

if TYPE_CHECKING:
    from topicwire.curate.appoint import Appointed
    from topicwire.curate.judge import Judge
    from topicwire.curate.prove import Proof


class Wanted(Parts):
    """The parts of the house, with what the catalogue wants of them."""

    def appoint(
        self, wanted: Topic, concepts: Sequence[Concept], *, by_rule: bool = False
    ) -> "Appointed":
        """Return the judge of a topic, with what it has learned unless the rule alone is asked.

        Raises:
            QueryError: its query cannot be read.
        """
        from topicwire.curate.appoint import Post
        from topicwire.curate.run import appointed

        standing = {each.topic.id: each for each in self.store.standing_topics()}.get(wanted.id)
        number = standing.model if standing and not by_rule else 0
        model = self.store.model(wanted.id, number) if number else None
        by_meaning = self.settings.similarity
        return appointed(Post(wanted, tuple(concepts), model, by_meaning=by_meaning))

    def appoint_standing(self, standing: StandingTopic) -> "Appointed":
        """Return the judge of a topic as it stands, with the models that decide and are heard.

        Raises:
            QueryError: its query cannot be read: another version of this program wrote it.
        """
        from topicwire.curate.run import appointed, post

        return appointed(post(self.store, standing, by_meaning=self.settings.similarity))

    def catalogue(self) -> Catalogue:
        """Read and check the catalogue.

        Raises:
            CatalogueError: a file is wrong; every problem is named.
        """
        from topicwire.ingest.run.look import check_pages
        from topicwire.world.catalogue import load

        found = load(self.settings.catalogue)
        check_pages(found.sources)
        return found

    @property
    def own_catalogue(self) -> Path:
        """The folder of the catalogue, to be edited.

        Raises:
            CatalogueError: it came with the program, and an upgrade would undo what is edited.
        """
        if is_ours(self.settings.catalogue):
            problem = (
                f"the starter catalogue {self.settings.catalogue} is part of the program, and is "
                "not edited; make one of your own: topicwire init"
            )
            raise CatalogueError((problem,))
        return self.settings.catalogue

    def plan(self) -> tuple[Change, ...]:
        """Return what applying the catalogue would change."""
        catalogue = self.catalogue()
        return self.store.plan(catalogue.sources, self._definitions(catalogue))

    def flips(self) -> "tuple[Proof, ...]":
        """Return the examples that come out wrong in topics that applying would change."""
        from topicwire.curate.prove import flips

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
        from topicwire.curate.prove import flips

        catalogue = self.catalogue()
        defined, standing = self._definitions(catalogue), self.store.standing_topics()
        wrong = () if despite_examples else flips(defined, standing, judging=self._judge)
        if wrong:
            raise CatalogueError((*map(str, wrong), _mend(wrong)))
        return self._mirror(catalogue.sources, defined)

    def keep_up(
        self, *, despite: Collection[str] = ()
    ) -> "tuple[tuple[Change, ...], tuple[Proof, ...]]":
        """Mirror all of the catalogue but the topics whose examples come out wrong.

        Those stay as they stand, and new ones out, but for the topics named by `despite`. Returns
        what changed, and the examples that held a topic back.
        """
        from topicwire.curate.prove import flips, proven

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

    def _judge(self, definition: Definition) -> "Judge":
        return self.appoint(definition.topic, definition.concepts).judge

    def _definitions(self, catalogue: Catalogue) -> tuple[Definition, ...]:
        from topicwire.curate.define import definitions

        return definitions(catalogue, embedder=self.meaning.name if self.meaning else "")


def _mend(wrong: "Sequence[Proof]") -> str:
    first = wrong[0]
    return (
        f"Nothing was changed. `topicwire topic explain {first.topic_id} --example {first.number}` "
        "shows why; mend the topic or the example, or apply with --despite-examples."
    )
