"""The wire shared by threads, processes and restarts; forms; and redirects that are for good."""

import itertools
import multiprocessing
import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from jobs import a_web, fetch, in_the_way
from origin import Origin, Seen, answer
from topicwire.errors import StoreError
from topicwire.model.wire import Request, Response
from topicwire.world.address import without_feed

SPACING = 0.15


def closest(origin: Origin) -> float:
    """Return the least time between two requests."""
    times = sorted(seen.at for seen in origin.seen)
    return min(late - early for early, late in itertools.pairwise(times))


def test_threads_share_a_host(tmp_path: Path) -> None:
    """F35: polls, articles and pages of one process never ask a host at once, nor too soon."""
    with Origin(reply=lambda _: answer(body=b"x")) as origin, ThreadPoolExecutor() as pool:
        jobs = [pool.submit(fetch, tmp_path, [origin.url(f"/{n}")] * 2, SPACING) for n in range(3)]
        assert [job.result() for job in jobs] == [[200, 200]] * 3

    assert origin.most == 1
    assert closest(origin) >= SPACING * 0.95


def test_processes_share_a_host(tmp_path: Path) -> None:
    """F35: a command beside the daemon waits for its turn as well."""
    with Origin(reply=lambda _: answer(body=b"x")) as origin:
        context = multiprocessing.get_context("spawn")
        others = [
            context.Process(target=fetch, args=(tmp_path, [origin.url()] * 3, SPACING))
            for _ in range(2)
        ]
        for each in others:
            each.start()
        for each in others:
            each.join()

    assert len(origin.seen) == 6
    assert origin.most == 1
    assert closest(origin) >= SPACING * 0.95


def test_a_restart_forgets_no_spacing(tmp_path: Path) -> None:
    """F22, F34, K10: a new process asks no sooner than the old one would have."""
    with Origin(reply=lambda _: answer(body=b"x")) as origin:
        fetch(tmp_path, [origin.url()], SPACING)
        fetch(tmp_path, [origin.url()], SPACING)

    assert closest(origin) >= SPACING * 0.95


def test_a_clock_set_back_makes_nobody_wait(tmp_path: Path) -> None:
    """F35: a start that seems to be in the future is no reason to wait for it."""
    with Origin(reply=lambda _: answer(body=b"x")) as origin:
        fetch(tmp_path, [origin.url()], SPACING)
        (file,) = (tmp_path / "hosts").iterdir()
        os.utime(file, (time.time() + 3600, time.time() + 3600))
        began = time.monotonic()
        fetch(tmp_path, [origin.url()], 5.0)

    assert time.monotonic() - began < 2


def test_a_request_may_ask_for_more_space(tmp_path: Path) -> None:
    """F54: a crawl delay is longer than our own spacing."""
    with Origin(reply=lambda _: answer(body=b"x")) as origin:
        requests = [Request(str(n), origin.url(), spacing=0.4) for n in range(2)]
        list(a_web(tmp_path, spacing=0.01).fetch(requests))

    assert closest(origin) >= 0.38


def test_hosts_do_not_wait_for_each_other(tmp_path: Path) -> None:
    """F35: the turn is a host's own."""
    with Origin(reply=lambda _: answer(body=b"x")) as origin:
        urls = [origin.url(host=f"127.0.0.{n}") for n in range(1, 9)]
        began = time.monotonic()
        assert fetch(tmp_path, urls, 5.0) == [200] * 8

    assert time.monotonic() - began < 3


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    """What keeps hosts apart cannot be left out: nobody is asked, and what to mend is said."""
    (tmp_path / "hosts").write_text("in the way")
    unknown = pytest.raises(StoreError, match=r"^127.0.0.1 was not asked: .* its folder writable$")
    with Origin(reply=lambda _: answer(body=b"x")) as origin, unknown:
        list(a_web(tmp_path, spacing=SPACING).fetch([Request("a", origin.url())]))

    assert origin.seen == []


def test_who_is_not_asked_holds_up_nobody(tmp_path: Path) -> None:
    """Whose turn it is may be unknown at one host: all others answer, then it is told."""
    in_the_way(tmp_path / "hosts", "127.0.0.1")
    answered: list[Response] = []
    with Origin(reply=lambda _: answer(body=b"x")) as origin:
        hosts = ("127.0.0.1", "127.0.0.2", "127.0.0.1", "127.0.0.3")
        requests = [Request(str(n), origin.url(host=each)) for n, each in enumerate(hosts)]
        with pytest.raises(StoreError, match=r"^127.0.0.1 was not asked"):
            answered.extend(a_web(tmp_path, spacing=0.01).fetch(requests))

    assert sorted((each.key, each.status) for each in answered) == [("1", 200), ("3", 200)]


def redirecting(seen: Seen) -> bytes:
    """Answer `/301/302/end` with a 301 to `/302/end`, and so on."""
    first, _, rest = seen.path.lstrip("/").partition("/")
    if first.isdecimal():
        return answer(int(first), location=f"/{rest}")
    return answer(body=b"x")


@pytest.mark.parametrize(
    ("path", "permanent"),
    [
        pytest.param("/end", None, id="none"),
        pytest.param("/301/end", "/end", id="301"),
        pytest.param("/308/end", "/end", id="308"),
        pytest.param("/302/end", None, id="302"),
        pytest.param("/307/301/end", None, id="temporary first"),
        pytest.param("/301/302/end", "/302/end", id="the prefix alone"),
        pytest.param("/301/308/302/301/end", "/302/301/end", id="a longer prefix"),
    ],
)
def test_only_what_is_moved_for_good_is_told(path: str, permanent: str | None) -> None:
    """F40, F41, F42: the address after the last of the permanent redirects that come first."""
    with Origin(reply=redirecting) as origin:
        (response,) = a_web(None, spacing=0).fetch([Request("a", origin.url(path))])
        expected = permanent and origin.url(permanent)

    assert response.status == 200
    assert response.permanent_url == expected


def posted(path: str) -> tuple[Response, list[Seen]]:
    with Origin(reply=redirecting) as origin:
        form = (("hub.mode", "subscribe"), ("hub.topic", "https://press.example/é&=?"))
        (response,) = a_web(None, spacing=0).fetch([Request("a", origin.url(path), form=form)])
    return response, origin.seen


@pytest.mark.parametrize("path", ["/end", "/307/end", "/308/end"])
def test_a_form_follows_what_repeats_it(path: str) -> None:
    """W2, W3: a form is posted, and posted again where 307 and 308 point."""
    response, seen = posted(path)

    assert response.status == 200
    assert seen[-1].header("content-type") == "application/x-www-form-urlencoded"
    assert len({each.header("content-length") for each in seen} - {None, "0"}) == 1


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_form_follows_nothing_else(status: int) -> None:
    """W3: other redirects would turn it into a GET; it ends with the reason."""
    response, seen = posted(f"/{status}/end")

    assert response.error == f"the server answered {status}, where a form cannot follow"
    assert len(seen) == 1


def test_the_reason_of_a_refused_form_is_kept() -> None:
    """W22: a hub says in words why it refuses."""
    with Origin(reply=lambda _: answer(400, b"no such topic" + b"!" * 9_000)) as origin:
        (response,) = a_web(None, spacing=0).fetch([Request("a", origin.url(), form=(("a", "b"),))])

    assert response.status == 400
    assert response.body.startswith(b"no such topic!")
    assert len(response.body) <= 4_000


@pytest.mark.parametrize(
    ("given", "url"),
    [
        ("feed://press.example/f", "http://press.example/f"),
        ("feed:https://press.example/f", "https://press.example/f"),
        ("FEED:http://press.example/f", "http://press.example/f"),
        ("https://press.example/feed:x", "https://press.example/feed:x"),
    ],
)
def test_subscriptions_are_web_addresses(given: str, url: str) -> None:
    """S1: `feed:` is rewritten to the web's own scheme."""
    assert without_feed(given) == url
