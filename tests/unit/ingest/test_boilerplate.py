"""What is learned of a site's furniture from its columns."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from builders import NOON
from topicwire.ingest.boilerplate import REMEMBERED, blocks, learn
from topicwire.model.article import Memory

BIO = "Ada Writer is the author of three books on cooperation between agencies in orbit."
BOX = "Sign up here to read what NASA and Roscosmos agreed on seat swaps every single week."
STORIES = (
    "The harbour was closed for a week. Ships waited outside in the rain until Friday came.",
    "Bakers in the old town raised their prices. Nobody was surprised by any of it at all.",
    "The choir sang in the hall that burned down. Its roof had been mended only last spring.",
    "A river rose over night and fell again. Farmers moved their cattle up the hill in time.",
)


def texts(*furniture: str) -> dict[int, tuple[str, str]]:
    """Return the stories, each with the furniture below it."""
    return {
        n: (f"Story {'abcd'[n]}", "\n\n".join((story, *furniture)))
        for n, story in enumerate(STORIES)
    }


def own(given_texts: dict[int, tuple[str, str]]) -> list[str]:
    """Return what is left of each text."""
    learned = learn(Memory("press"), given_texts, now=NOON)
    left = []
    for number, (_, text) in given_texts.items():
        kept = text
        for start, end in reversed(learned.spans[number]):
            kept = kept[:start] + kept[end:]
        left.append(" ".join(kept.split()))
    return left


def test_what_stands_in_every_column_is_furniture() -> None:
    """A bio and a box below each column are not its author's; the columns are."""
    assert own(texts(BIO, BOX)) == list(STORIES)


def test_furniture_may_stand_anywhere() -> None:
    """Above the column, within it and in its last paragraph."""
    given_texts = {
        n: ("abcd"[n], f"{BIO}\n\n{story.replace('. ', f'. {BOX} ')}")
        for n, story in enumerate(STORIES)
    }

    assert own(given_texts) == list(STORIES)


def test_two_columns_are_enough_at_their_edges() -> None:
    """A long sentence that ends two different columns word for word was not written twice."""
    two = {n: value for n, value in texts(BIO).items() if n < 2}

    assert own(two) == list(STORIES[:2])


def test_numbers_make_no_other_sentence() -> None:
    """Counters and dates in furniture change; it is the same furniture."""
    given_texts = {
        n: (
            "abcd"[n],
            f"{story}\n\nThis page was read {n * 17} times since the {n + 2}nd of May 2026.",
        )
        for n, story in enumerate(STORIES)
    }

    assert own(given_texts) == list(STORIES)


def test_a_column_posted_again_is_no_furniture() -> None:
    """The same story three times, under one title or hardly changed, keeps its words."""
    same = dict.fromkeys(range(3), ("The same title", STORIES[0] + "\n\n" + STORIES[1]))
    others = {n: (f"Title {'abc'[n]}", STORIES[0] + "\n\n" + STORIES[1]) for n in range(3)}

    for posted in (same, others):
        assert learn(Memory("press"), posted, now=NOON).memory.furniture == ()


def test_what_is_learned_later_is_set_aside_in_earlier_columns() -> None:
    """The first columns were judged before the furniture was known; they are told of it."""
    all_texts = texts(BIO)
    first = learn(Memory("press"), {0: all_texts[0]}, now=NOON)
    assert first.spans[0] == ()

    then = learn(first.memory, {1: all_texts[1]}, now=NOON)
    ((start, end),) = then.spans[0]
    assert all_texts[0][1][start:end] == BIO


def test_a_new_disclaimer_is_learned_and_the_old_forgotten() -> None:
    """Furniture that a site changed is relearned; what is no longer seen goes."""
    memory = learn(Memory("press"), texts(BIO), now=NOON).memory
    for n in range(10, 10 + REMEMBERED):
        text = (
            f"Column number {'x' * n} says something of its own, in words like {'z' * n}.\n\n{BOX}"
        )
        memory = learn(memory, {n: (f"T{'y' * n}", text)}, now=NOON).memory

    assert [each.words for each in memory.furniture] == [BOX]
    assert len(memory.recent) == REMEMBERED


def test_the_order_within_a_batch_does_not_matter() -> None:
    """However the columns of a batch come, the same is furniture."""
    found = {
        frozenset(
            each.digest for each in learn(Memory("press"), dict(order), now=NOON).memory.furniture
        )
        for order in permutations(texts(BIO, BOX).items())
    }

    assert len(found) == 1


@given(st.lists(st.text(max_size=400), max_size=6, unique=True))
def test_any_texts_are_learned_from(found: list[str]) -> None:
    """C9: whatever they hold, spans lie within the text and in order."""
    given_texts = {n: (str(n), text) for n, text in enumerate(found)}
    learned = learn(Memory("press"), given_texts, now=NOON)

    for number, spans in learned.spans.items():
        for start, end in spans:
            assert 0 <= start < end <= len(given_texts[number][1])


def test_a_long_text_has_so_many_blocks() -> None:
    """C9: what is remembered of a text is bounded; both its ends are looked at."""
    text = "\n".join(f"This is line {'z' * n} of a very long text." for n in range(500))

    found = blocks(text)
    assert len(found) == 120
    assert found[-1].end == len(text)
