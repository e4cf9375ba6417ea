"""Lint: what an editor would want to know of a topic that reads well and does not do what it says.

What its form tells is said of any query; what is counted, only once there are texts enough.
"""

from collections.abc import Iterator, Sequence

from topicwire.curate.census import Census
from topicwire.curate.concepts import ENOUGH, Finding
from topicwire.curate.judge import judge
from topicwire.curate.locate import leaves, positions
from topicwire.curate.query import Boost, Named, Node, Not, Or, children, clause
from topicwire.curate.shadow import implies, impossible
from topicwire.curate.text import Reading, read_example
from topicwire.errors import QueryError
from topicwire.model.catalogue import Concept, Topic

OFTEN = 0.5  # the share of the texts above which a term tells little
SOME = 5  # texts with a term from which on "always" means something
_MOST_BRANCHES = 300  # of one OR that are compared with one another


class Lint:
    """A topic under the lens: shown texts one by one, then asked for its findings."""

    def __init__(self, topic: Topic, concepts: Sequence[Concept]) -> None:
        self._topic = topic
        self._file = f"topics/{topic.id}.toml"
        self._census: Census | None = None
        self._error: QueryError | None = None
        try:
            judging = judge(topic, concepts)
        except QueryError as error:
            self._error = error
            return
        self._root = judging.matcher.node
        self._positions = positions(topic.query, self._root)
        self._census = Census(judging)
        for example in topic.examples:
            self._census.count(read_example(example), is_example=True)

    @property
    def concepts(self) -> tuple[Named, ...]:
        """The concepts that the query names; none when it cannot be read."""
        if self._census is None:
            return ()
        return tuple(leaf for leaf in leaves(self._root) if isinstance(leaf, Named))

    def look(self, reading: Reading) -> None:
        """Count a text."""
        if self._census is not None:
            self._census.count(reading)

    def findings(self) -> tuple[Finding, ...]:
        """Return what was found, each once, in the order of the query."""
        if self._census is None:
            return tuple(self._unreadable())
        found = [*self._structure(), *self._examples()]
        if self._census.texts >= ENOUGH:
            found += self._counts(self._census)
        in_order = sorted(found, key=lambda each: each.place or (0, 0))
        return tuple(dict.fromkeys(in_order))

    # ---- what the form tells --------------------------------------------------------------

    def _unreadable(self) -> Iterator[Finding]:
        error = self._error
        if error is not None:
            place = (error.line, error.column)
            yield Finding("query", self._file, "", error.message, error.hint, place)

    def _structure(self) -> Iterator[Finding]:
        for node in _all(self._root):
            why = impossible(node)
            if why:
                mend = "Correct it: nothing can match it."
                yield self._of(node, "impossible", f"can hold nowhere: {why}", mend)
            if isinstance(node, Or):
                yield from self._shadows(node)

    def _shadows(self, either: Or) -> Iterator[Finding]:
        items = either.items[:_MOST_BRANCHES]
        for number, item in enumerate(items):
            over = next(
                (
                    other
                    for place, other in enumerate(items)
                    if place != number and _shadows(other, item, later=place > number)
                ),
                None,
            )
            if over is not None:
                says = f"adds nothing: wherever it holds, {clause(over)} holds too"
                yield self._of(item, "shadowed", says, "Remove one of the two.")

    def _examples(self) -> Iterator[Finding]:
        topic = self._topic
        for expect, name in ((True, "belongs"), (False, "does not belong")):
            if not any(example.expect is expect for example in topic.examples):
                says = f"there is no example of what {name}"
                mend = f"Add an [[example]] with expect = {str(expect).lower()}."
                yield Finding("examples", self._file, "", says, mend)
        if not topic.about:
            says = "`about` is missing"
            yield Finding("about", self._file, "", says, "Say in sentences what belongs.")
        if topic.min_score >= 1:
            says = "min_score is 1, which no text reaches"
            yield Finding("min_score", self._file, "", says, "Lower it: 0.5 is usual.")

    # ---- what the counts tell -------------------------------------------------------------

    def _counts(self, counted: Census) -> Iterator[Finding]:
        yield from self._whole(counted)
        told: set[tuple[str, str]] = set()
        for number, ask in enumerate(counted.asks):
            count = counted.asked.get(number, 0)
            name = (clause(ask.leaf), ask.zone)
            if name in told:
                continue  # the query asks for it more than once
            told.add(name)
            where = f" in the {ask.zone}" if ask.zone else ""
            if number not in counted.asked:
                says = f"stands{where} in none of {counted.texts} texts"
                mend = "Correct its spelling, or remove it."
                yield self._of(ask.leaf, "never", says, mend, count=0, texts=counted.texts)
            elif count > OFTEN * counted.texts:
                says = f"stands{where} in {count} of {counted.texts} texts, so it tells little"
                mend = "Ask for something beside it, or for a rarer word."
                yield self._of(ask.leaf, "often", says, mend, count=count, texts=counted.texts)
        for number, branch in enumerate(counted.branches):
            count = counted.branched.get(number, 0)
            if count > OFTEN * counted.texts:
                says = f"lets in {count} of {counted.texts} texts by itself"
                mend = "Narrow this branch of the OR."
                yield self._of(branch, "often", says, mend, count=count, texts=counted.texts)
        for number, exclusion in enumerate(counted.exclusions):
            if number not in counted.excluded:
                says = f"keeps nothing out, in {counted.texts} texts and the examples"
                mend = "Remove it, or add an example that needs it."
                yield self._of(exclusion.clause, "idle", says, mend, count=0, texts=counted.texts)
        yield from self._counted_shadows(counted)

    def _whole(self, counted: Census) -> Iterator[Finding]:
        texts, matched = counted.texts, counted.matched
        if not matched:
            says = f"matches none of {texts} texts"
            mend = "`topicwire topic explain` shows what a text that belongs lacks."
            yield self._of(self._root, "never", says, mend, count=0, texts=texts)
        elif matched >= SOME and counted.best < self._topic.min_score < 1:
            says = (
                f"{matched} texts match, but none reaches {self._topic.min_score:g}; "
                f"the best has {counted.best:.2f}"
            )
            mend = "Lower min_score, or ask for what the texts are about."
            yield Finding("min_score", self._file, "", says, mend, count=matched, texts=texts)

    def _counted_shadows(self, counted: Census) -> Iterator[Finding]:
        for one, others in counted.within.items():
            count = counted.asked.get(one, 0)
            leaf = counted.asks[one].leaf
            # Two that stand only with each other are told once, of the later.
            over = next(
                (
                    counted.asks[other].leaf
                    for other in sorted(others)
                    if not (one < other and one in counted.within.get(other, ()))
                ),
                None,
            )
            if over is None or count < SOME or implies(leaf, over):
                continue
            says = f"stood only where {clause(over)} did, in all {count} texts that have it"
            mend = "Remove it, if that is so everywhere."
            yield self._of(leaf, "shadowed", says, mend, count=count, texts=counted.texts)

    def _of(
        self,
        node: Node,
        kind: str,
        says: str,
        mend: str,
        *,
        count: int | None = None,
        texts: int | None = None,
    ) -> Finding:
        """Return a finding of a clause of the query, at its first term."""
        first = next((id(leaf) for leaf in leaves(node)), 0)
        place = self._positions.get(first)
        return Finding(kind, self._file, clause(node), says, mend, place, count, texts)


def _shadows(over: Node, item: Node, *, later: bool) -> bool:
    """Whether a branch is not needed beside another; of two that are alike the later is not."""
    if _weight(item) > _weight(over) or not implies(item, over):
        return False
    is_alike = implies(over, item) and _weight(over) == _weight(item)
    return not (is_alike and later)


def _weight(node: Node) -> float:
    return node.weight * _weight(node.item) if isinstance(node, Boost) else 1.0


def _all(node: Node) -> Iterator[Node]:
    """Yield a clause and all within it, but for what is forbidden."""
    yield node
    if not isinstance(node, Not):
        for child in children(node):
            yield from _all(child)
