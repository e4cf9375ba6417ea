"""How everything is, as the site answers for it."""

import json

import pytest

from topicwire.errors import StoreError
from topicwire.model.status import Status
from topicwire.publish.run.overview import Overview
from topicwire.serve import board
from topicwire.serve.application import application
from unit.publish.editions import SITE
from unit.publish.statuses import much_wrong
from unit.serve.fakes import Client, FakePublisher, alive


class Looks:
    """Counts how often somebody looked."""

    def __init__(self) -> None:
        self.count = 0
        self.is_away = False

    def __call__(self) -> Status:
        self.count += 1
        if self.is_away:
            raise StoreError("away")
        return much_wrong()


def told(looks: Looks | None) -> object:
    overview = None if looks is None else Overview(looks, SITE)
    return application(
        FakePublisher(), base_url=SITE.base_url, unready=lambda: None, overview=overview
    )


@pytest.mark.parametrize(
    ("path", "media_type"),
    [
        ("/status", "text/html; charset=utf-8"),
        ("/status.json", "application/json"),
        ("/ops.atom", "application/atom+xml; charset=utf-8"),
    ],
)
def test_everybody_is_told_how_everything_is(path: str, media_type: str) -> None:
    """O62: a document with a validator that is fresh for seconds, and whose unchanged bytes are a 304."""

    async def work(client: Client) -> None:
        got = await client.get(path)
        assert (got.status, got.headers["content-type"]) == (200, media_type)
        assert got.headers["cache-control"] == "public, max-age=5"
        again = await client.get(path, if_none_match=got.headers["etag"])
        assert again.status == 304

    alive(told(Looks()), work)  # type: ignore[arg-type]


def test_one_look_serves_all_who_ask_then(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many ask, the database is looked at once in some seconds for each document."""
    looks = Looks()

    async def work(client: Client) -> None:
        for _ in range(5):
            assert json.loads((await client.get("/status.json")).body)["wrong"] == 2
        assert looks.count == 1
        monkeypatch.setattr(board, "FRESH", 0.0)
        await client.get("/status.json")
        assert looks.count == 2

    alive(told(looks), work)  # type: ignore[arg-type]


def test_a_database_that_is_away_is_said_to_be() -> None:
    """O62: 503, and the next who asks looks again."""
    looks = Looks()
    looks.is_away = True

    async def work(client: Client) -> None:
        assert (await client.get("/status")).status == 503
        looks.is_away = False
        assert (await client.get("/status")).status == 200

    alive(told(looks), work)  # type: ignore[arg-type]


def test_who_is_told_nothing_finds_nothing() -> None:
    """A site without an overview has no such addresses."""

    async def work(client: Client) -> None:
        for path in ("/status", "/status.json", "/ops.atom"):
            assert (await client.get(path)).status == 404

    alive(told(None), work)  # type: ignore[arg-type]
