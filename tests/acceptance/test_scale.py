"""Many processes on one PostgreSQL behind nginx, each role killed in turn: nobody notices."""

import http.client
import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

import pytest

from acceptance.columns import TOGETHER, Column
from acceptance.fleet import Fleet, Member
from acceptance.formats import FORMATS
from acceptance.origin import Origin
from acceptance.wire import TOPIC, wait_until
from nginx import needs_nginx
from postgres import needs_postgres, server

pytestmark = [needs_postgres, needs_nginx, pytest.mark.timeout(400)]

FEED = f"/topics/{TOPIC}.json"
VISITS = count()


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Give an origin of every format."""
    with Origin() as running:
        yield running


@pytest.fixture
def fleet(tmp_path: Path, origin: Origin) -> Iterator[Fleet]:
    """Give a fleet that is under way, with a PostgreSQL that no other test uses."""
    with server() as postgres:
        fleet = Fleet(tmp_path, postgres, **{name: origin.url(name) for name in FORMATS})
        with fleet.under_way():
            yield fleet


def column(number: int) -> Column:
    """Return a column on the topic, unlike the others."""
    said = f"Seat swap number {number} keeps NASA and Roscosmos flying together"
    return replace(TOGETHER[0], number=number, title=said)


def titles(fleet: Fleet) -> list[str]:
    """Return the titles that the proxy gives to a reader who comes anew, [] when it gives none."""
    try:
        status, _, body = fleet.proxy.get_plain(f"{FEED}?{next(VISITS)}")  # not from its cache
    except OSError:
        return []
    return [item["title"] for item in json.loads(body)["items"]] if status == 200 else []


def answer(member: Member, path: str, coding: str) -> tuple[bytes, str | None]:
    """Return the bytes and the validator that a server gives."""
    with closing(http.client.HTTPConnection("127.0.0.1", member.port, timeout=10)) as client:
        client.request("GET", path, headers={"Accept-Encoding": coding})
        response = client.getresponse()
        return response.read(), response.headers["ETag"]


def same_everywhere(fleet: Fleet) -> bool:
    """Whether all servers give the same bytes and validators, in each format and coding."""
    paths = [f"/topics/{TOPIC}{end}" for end in (".atom", ".rss", ".json", "")]
    return all(
        len({answer(each, path, coding) for each in fleet.of("serve")}) == 1
        for path in (*paths, "/topics.opml")
        for coding in ("identity", "gzip", "br", "zstd")
    )


def test_each_role_is_killed_and_nobody_notices(fleet: Fleet, origin: Origin) -> None:
    """Scheduler, workers, server, proxy and PostgreSQL die in turn; columns come, each of them once."""
    first = [each.title for each in TOGETHER]
    wait_until(lambda: sorted(titles(fleet)) == sorted(first), seconds=60)
    expected = list(first)

    def goes_on(number: int) -> float:
        """Have a column published, and return after how many seconds readers had it."""
        news, began = column(number), time.monotonic()
        origin.add("rss20", news)
        expected.append(news.title)
        wait_until(lambda: news.title in titles(fleet), seconds=60)
        return time.monotonic() - began

    def killed(victim: Member, number: int) -> float:
        victim.kill()
        seconds = goes_on(number)
        victim.start()
        wait_until(victim.has_begun)
        return seconds

    assert killed(fleet.leader, 31) < 30
    assert killed(fleet.of("work")[0], 32) < 30
    assert killed(fleet.of("work")[1], 33) < 30
    assert killed(fleet.of("serve")[0], 34) < 30
    fleet.postgres.copy()
    fleet.proxy.kill_and_start()
    assert goes_on(35) < 30
    _without_database(fleet, goes_on)
    wait_until(lambda: Counter(titles(fleet)) == Counter(expected), seconds=60)
    wait_until(lambda: same_everywhere(fleet))

    assert Counter(titles(fleet)) == Counter(expected)
    assert "is sound" in fleet.run("db", "check")
    status = json.loads(fleet.run("status", "--json"))
    assert status["daemon"] is not None
    assert [each.stop() for each in fleet.members] == [0] * len(fleet.members)


def _without_database(fleet: Fleet, goes_on: Callable[[int], float]) -> None:
    """While PostgreSQL is away readers are served as before; afterwards all goes on by itself.

    What comes back is a replica that lagged: it never heard of the last column.
    """
    wait_until(lambda: same_everywhere(fleet))  # a server looks once a second what is new
    before = sorted(titles(fleet))
    fleet.postgres.stop()
    time.sleep(3)
    assert [sorted(titles(fleet)) for _ in fleet.of("serve")] == [before] * len(fleet.of("serve"))
    assert all(each.is_running() for each in fleet.members)
    fleet.postgres.start_copy()
    assert goes_on(36) < 60
