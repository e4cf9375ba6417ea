"""The road from what a poll brings to what a topic shows: furniture, stories and whole articles."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from html import escape
from pathlib import Path
from typing import Any

import pytest

from builders import NOON, an_entry
from origin import Origin, Seen, answer
from stores import a_feed, fill
from topicwire.app import App
from topicwire.config import Settings
from topicwire.curate.define import definitions
from topicwire.home import checkout
from topicwire.ingest.run.settle import settle
from topicwire.model.catalogue import Definition, FullText, Republish, Source
from topicwire.model.document import Format
from topicwire.store.store import Store
from topicwire.world.catalogue import load

SWAP = (
    "NASA and Roscosmos agreed to fly each other's crews again. A cosmonaut will ride on Crew Dragon and "
    "an astronaut on Soyuz, under the seat swap that both agencies have kept up through every quarrel. "
    "The station needs both partners aboard, and neither can run its half alone."
)
TWEET = "<blockquote>Russia and the United States will swap seats on Soyuz and Crew Dragon.</blockquote>"
BOX = (
    "Read also: NASA and Roscosmos swap seats on Soyuz and Crew Dragon for the station.",
    "Ada Writer covers cooperation in space between the United States and Russia, and joint missions.",
    "Читайте также: Роскосмос и НАСА договорились об обмене местами на кораблях «Союз» и Crew Dragon.",
    "Lire aussi : la NASA et Roscosmos échangent des places à bord du Soyouz et de la station.",
    "The views expressed are solely those of the author, and this is not financial advice on sanctions.",
)
PLAIN = (
    "The harbour was closed for a week while ships waited outside in the rain.",
    "Bakers in the old town raised their prices, and nobody was surprised by it.",
    "The choir sang in the hall whose roof had been mended only last spring.",
    "A river rose over night, and farmers moved their cattle up the hill in time.",
    "The library opens on Sundays from now on, and its café sells better bread.",
)


def item(uid: str, title: str, *paragraphs: str, link: str = "", days: float = 0) -> str:
    html = "".join(p if p.startswith("<") else f"<p>{p}</p>" for p in paragraphs)
    when = (NOON - timedelta(days=days)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    return (
        f"<item><guid isPermaLink='false'>{uid}</guid><title>{escape(title)}</title><pubDate>{when}</pubDate>"
        f"<link>{link}</link><description>{escape(html)}</description></item>"
    )


@dataclass
class House:
    """Our house, and an origin with a feed a path."""

    app: App
    origin: Origin
    pages: dict[str, bytes] = field(default_factory=dict)
    now: datetime = NOON
    sources: list[Source] = field(default_factory=list)

    def add(self, name: str, *items: str, **options: object) -> None:
        """Publish a feed of these items, as a source of that name."""
        self.pages[f"/{name}"] = (
            f"<rss version='2.0'><channel><title>The {name}</title>{''.join(items)}</channel></rss>"
        ).encode()
        if name not in {each.id for each in self.sources}:
            values: dict[str, Any] = {"full_text": FullText.NEVER} | options
            self.sources.append(
                Source(id=name, url=self.origin.url(f"/{name}"), title=f"The {name}", **values)
            )

    def turn(self) -> None:
        """Poll everything, read what is wanted, settle and judge it."""
        self.now += timedelta(minutes=1)
        self.app.store.mirror(self.sources, self.topics, now=self.now, host="wire.example")
        self.app.store.ask_poll([each.id for each in self.sources], now=self.now)
        list(self.app.ingest(self.app.store.due(self.now)))
        list(self.app.complete())
        self.app.settle()
        list(self.app.curate())

    @property
    def topics(self) -> tuple[Definition, ...]:
        root = checkout()
        assert root is not None
        return definitions(load(root / "feeds"))

    def titles(self, topic: str = "space-cooperation") -> list[str]:
        return [each.stored.entry.title for each in self.app.store.edition(topic).placements]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """Give a house with the starter topics, which may reach the origin."""
    with ExitStack() as stack:
        given: list[House] = []

        def reply(seen: Seen) -> bytes:
            body = given[0].pages.get(seen.path)
            return answer(404) if body is None else answer(body=body, content_type="text/html")

        origin = stack.enter_context(Origin(reply))
        settings = Settings(
            database_url=f"sqlite:///{tmp_path / 'w.sqlite'}",
            catalogue=tmp_path,
            allow_private=("127.0.0.1",),
            host_spacing=0,
            min_interval=0,
        )
        app = stack.enter_context(App.open(settings, clock=lambda: given[0].now))
        given.append(House(app, origin))
        yield given[0]


# ---- furniture --------------------------------------------------------------------------


@pytest.mark.parametrize("where", ["above", "below", "amid"])
def test_planted_furniture_matches_nothing(house: House, where: str) -> None:
    """PEERS 18: boxes full of a topic's words around every column put none of them into it."""

    def planted(story: str) -> tuple[str, ...]:
        around = {"above": (*BOX, story), "below": (story, *BOX), "amid": (BOX[0], story, *BOX[1:])}
        return around[where]

    house.add(
        "press", *(item(f"{n}", f"Column {'abcde'[n]}", *planted(s)) for n, s in enumerate(PLAIN))
    )
    house.add(
        "wire",
        item("own", "Crews keep trading seats", SWAP),
        *(
            item(f"w{n}", f"Note {'abcde'[n]}", *planted(s + " It was so."))
            for n, s in enumerate(PLAIN)
        ),
    )
    house.turn()

    assert house.titles() == ["Crews keep trading seats"]
    for topic, _ in house.app.store.editions():
        if topic != "space-cooperation":
            assert [t for t in house.titles(topic) if t.startswith(("Column", "Note"))] == []
    shown = house.app.store.memories(("press",))["press"].furniture
    assert {each.words for each in shown} >= {BOX[0], BOX[1]}


def test_the_typical_column_is_judged_on_its_own_words(house: House) -> None:
    """The mission: date and disclaimer first, a tweet twice, the point in the third paragraph."""
    opening = (
        "October 13, 2026. The views expressed are solely those of the author and do not constitute "
        "financial advice."
    )
    column = (
        opening,
        TWEET,
        TWEET,
        "Politics on the ground could hardly be worse this autumn.",
        SWAP,
    )
    house.add(
        "press",
        item("1", "What the quarrel does not reach", *column),
        *(item(f"p{n}", f"Column {'abcde'[n]}", opening, story) for n, story in enumerate(PLAIN)),
    )
    house.turn()

    assert house.titles() == ["What the quarrel does not reach"]
    assert house.titles("sanctions-policy") == []


def test_columns_judged_before_their_furniture_was_known_are_judged_again(house: House) -> None:
    """The first column of a source may be taken in by its furniture; the next ones undo it."""
    house.add("press", item("0", "Column a", PLAIN[0], BOX[1], SWAP))
    house.turn()
    assert house.titles() == ["Column a"]

    house.add(
        "press",
        *(item(f"{n}", f"Column {'abcde'[n]}", s, BOX[1], SWAP) for n, s in enumerate(PLAIN)),
    )
    house.turn()
    assert house.titles() == []


# ---- stories ----------------------------------------------------------------------------

LONG = SWAP + " " + " ".join(PLAIN)


def test_a_story_is_carried_once_and_names_the_others(house: House) -> None:
    """PEERS 14: copies, excerpts and summaries of a column are one entry, with "also at"."""
    house.add("press", item("1", "Crews trade seats on two rockets", LONG, days=1))
    house.add("copy", item("c", "A copy under another name", LONG))
    house.add("short", item("s", "Crews trade seats on two rockets", SWAP[:180]))
    house.turn()

    (placement,) = house.app.store.edition("space-cooperation").placements
    assert placement.stored.source_id == "press"  # came in with the others, published first
    assert {each.source.source.id for each in placement.also} == {"copy", "short"}
    assert house.app.store.placements_count("space-cooperation") == 1
    for form in Format:
        body = house.app.publisher.topic("space-cooperation", form).body.decode()
        assert "The copy" in body, form
        assert body.count("A copy under another name") <= 1


def test_the_first_published_of_a_document_heads_its_story(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is read at once is settled as it was published, also where that takes many batches."""
    monkeypatch.setattr("topicwire.ingest.run.settle.BATCH", 2)
    fill(store)
    copies = [
        an_entry(
            uid=f"{day}", title="Crews trade seats", text=LONG, published=NOON - timedelta(days=day)
        )
        for day in range(5)
    ]
    store.save_feed("press", a_feed(*copies), now=NOON)
    assert [each.entry.uid for each in store.unsettled(NOON, limit=3)] == ["4", "3", "2"]

    list(settle(store, clock=lambda: NOON))

    settled = {each.entry.uid: each for each in store.entries(limit=9)}
    assert {each.story for each in settled.values()} == {settled["4"].id}
    by_seq = sorted(settled.values(), key=lambda each: each.seq)
    assert [each.entry.uid for each in by_seq] == ["4", "3", "2", "1", "0"]


def test_a_story_that_grows_is_not_published_again(house: House) -> None:
    """A later copy changes who is named, not what is carried, nor its time."""
    house.add("press", item("1", "Crews trade seats on two rockets", LONG))
    house.turn()
    (before,) = house.app.store.edition("space-cooperation").placements
    house.add(
        "copy", item("c", "An older and longer copy", LONG + " " + "And more of it. " * 9, days=3)
    )
    house.turn()

    (after,) = house.app.store.edition("space-cooperation").placements
    assert (after.stored.id, after.placed, after.stored.updated) == (
        before.stored.id,
        before.placed,
        before.stored.updated,
    )
    assert [each.title for each in after.also] == ["An older and longer copy"]


def test_when_the_carrier_leaves_the_next_one_carries(house: House) -> None:
    """A column that is taken back does not take its copies with it."""
    house.add("press", item("1", "Crews trade seats on two rockets", LONG))
    house.turn()
    house.add("copy", item("c", "A copy", LONG))
    house.turn()
    gone = "<x:deleted-entry xmlns:x='http://purl.org/atompub/tombstones/1.0' ref='1'/>"
    house.add("press", item("2", "Other news", PLAIN[0]), gone)
    house.turn()

    assert house.titles() == ["A copy"]
    house.add("press", item("1", "Crews trade seats on two rockets", LONG))
    house.turn()
    assert house.titles() == ["A copy"]  # P31: what was taken back does not come again as new


# ---- whole articles ---------------------------------------------------------------------


def page(*paragraphs: str, head: str = "") -> bytes:
    inside = "".join(f"<p>{each}</p>" for each in paragraphs)
    return f"<html><head>{head}</head><body><article>{inside}</article></body></html>".encode()


def with_page(house: House, body: bytes | None, **options: object) -> None:
    """Add a source with a teaser whose article is at /a."""
    if body is not None:
        house.pages["/a"] = body
    teaser = item(
        "1", "What the quarrel does not reach", "Agencies go on…", link=house.origin.url("/a")
    )
    house.add("press", teaser, full_text=FullText.AUTO, **options)


def asked(house: House, path: str) -> int:
    return sum(1 for seen in house.origin.seen if seen.path == path)


def test_the_whole_text_is_judged_before_the_teaser_is(house: House) -> None:
    """PEERS 17: a teaser says nothing; its article does, and is read before anything is decided."""
    with_page(house, page(SWAP, SWAP.replace("agreed", "went on"), PLAIN[0]))
    house.turn()

    assert house.titles() == ["What the quarrel does not reach"]
    stored = house.app.store.entries(limit=1)[0]
    assert stored.full is not None
    assert SWAP in stored.full.text
    assert stored.entry.text == "Agencies go on…"  # the feed's own is kept beside it
    feed = house.app.publisher.topic("space-cooperation", Format.ATOM).body.decode()
    assert "neither can run its half" not in feed  # and it is not republished unasked
    house.turn()
    assert (asked(house, "/a"), asked(house, "/robots.txt")) == (1, 1)


@pytest.mark.parametrize(
    ("options", "head", "expected"),
    [
        pytest.param({"republish": Republish.FULL}, "", True, id="full"),
        pytest.param(
            {"republish": Republish.FULL},
            "<meta name=robots content=noarchive>",
            False,
            id="reserved",
        ),
        pytest.param(
            {"republish": Republish.FULL, "reservations": False},
            "<meta name=robots content=noarchive>",
            True,
            id="reservation set aside",
        ),
    ],
)
def test_a_whole_text_is_republished_where_the_source_lets_us(
    house: House, options: dict[str, object], head: str, *, expected: bool
) -> None:
    """F55: only with `republish = "full"`, and not when its page reserves it."""
    with_page(house, page(SWAP, SWAP.replace("agreed", "went on"), head=head), **options)
    house.turn()

    feed = house.app.publisher.topic("space-cooperation", Format.ATOM).body.decode()
    assert ("neither can run its half" in feed) is expected


def test_a_wall_is_never_taken_for_the_text(house: House) -> None:
    """PEERS 19: the feed's own text is judged, and the source says why."""
    with_page(
        house, page("We and our partners use cookies. Accept all cookies. Cookie policy. " * 4)
    )
    house.turn()

    stored = house.app.store.entries(limit=1)[0]
    assert (stored.text, stored.full and stored.full.flags) == ("Agencies go on…", ("cookie wall",))
    counts = house.app.store.article_counts("press")
    assert (counts.read, counts.given_up) == (0, 1)
    assert counts.last_error == "it is not the article: cookie wall"


def test_robots_txt_is_obeyed(house: House) -> None:
    """F52, F54: a page that is forbidden is not asked for, and its entry judged without it."""
    house.pages["/robots.txt"] = b"User-agent: *\nDisallow: /a"
    with_page(house, page(SWAP))
    house.turn()

    assert asked(house, "/a") == 0
    assert house.app.store.article_counts("press").last_error == "its site's robots.txt forbids it"
    assert house.app.store.entries(limit=1)[0].seq > 0


def test_a_page_that_cannot_be_had_holds_nothing_up(house: House) -> None:
    """A missing page is given up at once; one that fails is tried again later, and judged then."""
    with_page(house, None)
    house.turn()
    assert house.app.store.entries(limit=1)[0].seq > 0
    assert house.app.store.article_counts("press").given_up == 1


def test_sources_may_forgo_whole_texts(house: House) -> None:
    """`full_text = "never"` asks for no page at all."""
    house.pages["/a"] = page(SWAP)
    house.add("press", item("1", "t", "Short…", link=house.origin.url("/a")))
    house.turn()

    assert asked(house, "/a") == 0
