"""A day in a publisher's log: how polite the poller is, by a simulated clock.

`python -m bench.politeness [HOURS]`. A loopback server answers in every way that servers do; time
jumps from one due poll to the next, over restarts, a downtime and a storm of manual polls. A
judge then reads the server's log and counts what a publisher would complain of.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from threading import Lock, Thread

from bench.report import goal, machine, remark, show

from topicwire.app import App
from topicwire.config import Settings
from topicwire.model.catalogue import FullText, Source
from topicwire.model.wire import Health, Polled

START = datetime(2026, 11, 2, tzinfo=UTC)  # a Monday
HOUR = 3_600
SPACING = 0.04  # real seconds between two requests to a host
DOWN = (10 * HOUR, 15 * HOUR)  # nobody polls
STORM = 8 * HOUR  # everything is polled by hand, again and again
RESTARTS = 3 * HOUR
MONTH = 31 * 24 * HOUR
NEIGHBOURS = 20  # sources on one host
MOST_A_SECOND = 120  # requests, also after a downtime

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Answer:
    """What a server says; `wait` is the least time in seconds until it may be asked again."""

    status: int = 200
    headers: Headers = ()
    wait: float = 0
    inside: str = ""


@dataclass(frozen=True)
class Asked:
    """A request as the server saw it: virtual and real seconds, and what was answered."""

    path: str
    host: str
    at: float
    began: float
    ended: float
    headers: dict[str, str]
    answer: Answer


Behaviour = Callable[[int, float], Answer]  # by the number of the request, and the time


def tagged(*headers: tuple[str, str], wait: float = 0, inside: str = "") -> Behaviour:
    """Return a well-kept server's behaviour, with further headers."""
    return lambda _, __: Answer(200, (("ETag", '"v1"'), *headers), wait, inside)


def then(*answers: Answer) -> Behaviour:
    """Answer in turn, the last for ever."""
    return lambda number, _: answers[min(number, len(answers) - 1)]


def changing(number: int, at: float) -> Answer:
    del number
    return Answer(
        200, (("ETag", f'"{int(at // (2 * HOUR))}"'),), inside=f"<!--{at // (2 * HOUR)}-->"
    )


def retry_date(number: int, at: float) -> Answer:
    del number
    until = format_datetime(START + timedelta(seconds=at + 7_200), usegmt=True)
    return Answer(503, (("Retry-After", until),), 7_199)


def expires(number: int, at: float) -> Answer:
    del number
    dates = (
        ("Date", format_datetime(START + timedelta(seconds=at), usegmt=True)),
        ("Expires", format_datetime(START + timedelta(seconds=at + 9_000), usegmt=True)),
    )
    return Answer(200, (("ETag", '"v1"'), *dates), 8_999)


def redirected(status: int, target: str) -> Behaviour:
    return lambda _, __: Answer(status, (("Location", target),))


SKIP = "<skipHours>" + "".join(f"<hour>{h}</hour>" for h in range(1, 20)) + "</skipHours>"
OK = Answer(200, (("ETag", '"v1"'),))
BEHAVIOURS: dict[str, Behaviour] = {
    "etag": tagged(),
    "last-modified": lambda _, __: Answer(
        200, (("Last-Modified", "Sun, 1 Nov 2026 09:00:00 +0000"),)
    ),
    "both": tagged(("Last-Modified", "Mon, 02 Nov 2026 00:00:00 GMT")),
    "weak": lambda _, __: Answer(200, (("ETag", 'W/"a-gzip"'),)),
    "no validators": lambda _, __: Answer(200),
    "changes": changing,
    "touched": lambda number, _: Answer(200, (("ETag", f'"t{number}"'),)),
    "max-age": tagged(("Cache-Control", "max-age=7200"), wait=7_200),
    "max-age on 304": tagged(("Cache-Control", "public, max-age=10800"), wait=10_800),
    "no-cache": tagged(("Cache-Control", "no-cache, max-age=99999")),
    "garbage": tagged(("Cache-Control", "max-age=abc"), ("Retry-After", "soon"), ("Expires", "0")),
    "a year": tagged(("Cache-Control", "max-age=31536000"), wait=MONTH),
    "expires": expires,
    "ttl": tagged(wait=10_800, inside="<ttl>180</ttl>"),
    "skip hours": tagged(inside=SKIP),
    "sy": tagged(
        wait=43_200,
        inside="<s:updatePeriod xmlns:s='http://purl.org/rss/1.0/modules/syndication/'>daily"
        "</s:updatePeriod><s:updateFrequency xmlns:s='http://purl.org/rss/1.0/modules/"
        "syndication/'>2</s:updateFrequency>",
    ),
    "429 bare": then(
        OK, Answer(429), Answer(429, wait=1.8 * HOUR), Answer(429, wait=3.6 * HOUR), OK
    ),
    "429 seconds": then(OK, Answer(429, (("Retry-After", "10000"),), 10_000), OK),
    "429 two days": then(OK, Answer(429, (("Retry-After", "172800"),), 172_800), OK),
    "429 max-age": then(OK, Answer(429, (("Cache-Control", "max-age=20000"),), 20_000), OK),
    "503 date": retry_date,
    "500": then(OK, Answer(500), Answer(500, wait=1.8 * HOUR), Answer(500, wait=3.6 * HOUR), OK),
    "403": then(OK, Answer(403), Answer(403, wait=1.8 * HOUR), OK),
    "404": lambda _, __: Answer(404),
    "410": then(OK, Answer(410, wait=MONTH)),
    "301": redirected(301, "/etag"),
    "308": redirected(308, "/weak"),
    "302": redirected(302, "/both"),
    "loop": redirected(302, "/loop"),
    "empty": then(OK, Answer(200, (("X-Empty", "1"),)), OK),
    "a page": then(OK, Answer(200, (("X-Page", "1"), ("ETag", '"page"'))), OK),
    "226": lambda number, _: Answer(
        226 if number else 200, (("ETag", f'"d{number}"'), ("IM", "feed"))
    ),
    "hangs up": then(OK, Answer(0), OK),
    "silent": lambda _, __: Answer(200, (("ETag", '"old"'),), inside="<!--silent-->"),
}
UNREAD = frozenset({"X-Empty", "X-Page"})  # answers that bring no feed
REDIRECTS = frozenset({"301", "308", "302", "loop"})


@dataclass
class Server:
    """The server: it knows the virtual time and keeps its log."""

    at: float = 0.0
    log: list[Asked] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    lock: Lock = field(default_factory=Lock)

    def answer(self, path: str) -> Answer:
        """Return what to say to the next request for a path."""
        name = path.rpartition("/")[2].replace("%20", " ")
        with self.lock:
            number = self.counts[path]
            self.counts[path] += 1
        return BEHAVIOURS[name.partition("#")[0]](number, self.at)


def unchanged(answer: Answer, headers: dict[str, str]) -> bool:
    given = dict(answer.headers)
    if answer.status != 200 or "X-Empty" in given:
        return False
    tag, date = given.get("ETag"), given.get("Last-Modified")
    if "if-none-match" in headers:
        return headers["if-none-match"] == tag
    return date is not None and headers.get("if-modified-since") == date


def body(answer: Answer, name: str) -> bytes:
    given = dict(answer.headers)
    if "X-Empty" in given or answer.status not in (200, 226):
        return b""
    if "X-Page" in given:
        return b"<!doctype html><title>A page</title>"
    day = "01 Jan 2020" if "silent" in answer.inside else "01 Nov 2026"
    item = f"<item><guid>{name}</guid><title>{name}</title><pubDate>Sun, {day} 09:00:00 GMT</pubDate></item>"
    return (
        f"<rss version='2.0'><channel><title>{name}</title>{answer.inside}{item}</channel></rss>"
    ).encode()


@contextmanager
def served(server: Server) -> Iterator[int]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            began, at = time.monotonic(), server.at
            headers = {name.lower(): value for name, value in self.headers.items()}
            found = server.answer(self.path)
            is_same = unchanged(found, headers)
            with suppress(ConnectionError):
                if found.status:
                    self._say(found, is_same=is_same)
            ended = time.monotonic()
            host = self.headers["Host"].partition(":")[0]
            server.log.append(Asked(self.path, host, at, began, ended, headers, found))

        def _say(self, found: Answer, *, is_same: bool) -> None:
            self.send_response_only(304 if is_same else found.status)
            for name, value in found.headers:
                self.send_header(name, value)
            content = b"" if is_same else body(found, self.path)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("0.0.0.0", 0), Handler) as opened:
        Thread(target=opened.serve_forever, daemon=True).start()
        try:
            yield opened.server_port
        finally:
            opened.shutdown()


# ---- the judge -----------------------------------------------------------------------------


def violations(log: Sequence[Asked]) -> Iterator[tuple[str, str]]:
    """Yield (rule, path) for whatever a publisher would complain of."""
    by_path: dict[tuple[str, str], list[Asked]] = defaultdict(list)
    by_host: dict[str, list[Asked]] = defaultdict(list)
    a_second: dict[int, int] = defaultdict(int)
    for each in log:
        by_path[each.host, each.path].append(each)
        by_host[each.host].append(each)
        a_second[int(each.at)] += 1
        yield from ((rule, each.path) for rule in _manners(each))
    for (_, path), asked in by_path.items():
        yield from ((rule, path) for rule in _pace(asked))
        yield from ((rule, path) for rule in _conditions(asked))
    for host, asked in by_host.items():
        yield from ((rule, host) for rule in _spacing(asked))
    yield from (("F22 burst", f"at {at}") for at, n in a_second.items() if n > MOST_A_SECOND)


def _manners(asked: Asked) -> Iterator[str]:
    if {"cookie", "referer"} & asked.headers.keys():
        yield "F18 K11 K12"
    if "?" in asked.path or "#" in asked.path:
        yield "K13 query"
    if not asked.headers.get("user-agent", "").startswith("Topicwire/"):
        yield "F17 K17"
    if "gzip" not in asked.headers.get("accept-encoding", ""):
        yield "K18 gzip"


def _pace(asked: Sequence[Asked]) -> Iterator[str]:
    name = asked[0].path.rpartition("/")[2].replace("%20", " ")
    if name == "loop":
        return  # one poll asks for it until it is seen to go in a circle
    for early, late in pairwise(asked):
        gap = late.at - early.at
        has_validators = {"ETag", "Last-Modified"} & dict(early.answer.headers).keys()
        is_success = early.answer.status == 200 and not UNREAD & dict(early.answer.headers).keys()
        if gap < HOUR - 1:
            yield "K9 F21 an hour"
        elif is_success and not has_validators and gap < 24 * HOUR - 1:
            yield "K9 F21 a day without validators"
        if gap < early.answer.wait - 1:
            yield "F23-F28 asked to wait"
    for each in asked[1:]:
        if name == "skip hours" and 1 <= (each.at // HOUR) % 24 < 20:
            yield "F32 skipped hour"


def _conditions(asked: Sequence[Asked]) -> Iterator[str]:
    """Compare the validators sent with those last given (F1-F9, K1-K8)."""
    tag = date = None
    is_known = False
    for each in asked:
        sent = each.headers.get("if-none-match"), each.headers.get("if-modified-since")
        if is_known and sent != (tag, date):
            yield "F1-F6 K1-K8 validators"
        if not is_known and any(sent) and each.answer.status not in (301, 302, 308):
            yield "F3 K7 invented"
        given = dict(each.answer.headers)
        if each.answer.status in (200, 226) and not UNREAD & given.keys():
            tag, date, is_known = given.get("ETag"), given.get("Last-Modified"), True


def _spacing(asked: Sequence[Asked]) -> Iterator[str]:
    in_order = sorted(asked, key=lambda each: each.began)
    for early, late in pairwise(in_order):
        if late.began < early.ended - 0.002:
            yield "F35 two at once"
        elif late.began - early.began < SPACING * 0.5 and late.path != early.path:
            yield "F34 F35 spacing"


# ---- the day -------------------------------------------------------------------------------


def sources(port: int) -> tuple[Source, ...]:
    """Return one source a behaviour on a host of its own, redirects with their targets, and neighbours."""
    found = []
    for number, name in enumerate(BEHAVIOURS):
        host = "127.0.9.9" if name in REDIRECTS else f"127.0.1.{number + 1}"
        found.append((f"s{number}", f"http://{host}:{port}/{name.replace(' ', '%20')}"))
    found += [(f"n{n}", f"http://127.0.2.1:{port}/{n}/etag") for n in range(NEIGHBOURS)]
    return tuple(Source(id=n, url=url, title="", full_text=FullText.NEVER) for n, url in found)


def day(hours: float) -> Server:
    """Poll for so many simulated hours; return the server with its log."""
    server = Server()
    with tempfile.TemporaryDirectory() as folder, served(server) as port:
        settings = Settings(
            database_url=f"sqlite:///{folder}/day.sqlite",
            allow_private=("127.0.0.0/8",),
            host_spacing=SPACING,
        )

        def clock() -> datetime:
            return START + timedelta(seconds=server.at)

        with App.open(settings, clock=clock) as app:
            app.store.mirror(sources(port), (), now=START, host="localhost")
        while server.at < hours * HOUR:
            until = min(server.at + RESTARTS, hours * HOUR)
            with App.open(settings, clock=clock) as app:
                app.store.spread_overdue(clock(), window=settings.min_interval)
                _until(app, server, until, clock)
            if DOWN[0] <= server.at < DOWN[1]:
                server.at = float(DOWN[1])
    return server


def _until(app: App, server: Server, end: float, clock: Callable[[], datetime]) -> None:
    has_stormed = server.at > STORM
    while server.at < end:
        list(app.ingest(app.store.due(clock())))
        if not has_stormed and server.at >= STORM:
            has_stormed = True
            _storm(app)
        following = app.store.next_due()
        ahead = (following - START).total_seconds() if following else end
        stop = STORM if not has_stormed and server.at < STORM else end
        server.at = min(max(ahead, server.at + 1), stop, end)


def _storm(app: App) -> None:
    """Poll everything by hand three times, as far as we are let."""
    for _ in range(3):
        wanted = [
            each
            for each in app.store.sources()
            if app.objection(each) is None and not is_gone(each)
        ]
        list(app.ingest(wanted))


def is_gone(polled: Polled) -> bool:
    """Whether only somebody who means it polls the source: its server says that it is gone."""
    return polled.state.health is Health.GONE


def rows(server: Server) -> list[tuple[object, ...]]:
    found = defaultdict(list)
    wrong: dict[str, int] = defaultdict(int)
    for each in server.log:
        found[each.path].append(each)
    for _, where in violations(server.log):
        wrong[where] += 1
    told: list[tuple[object, ...]] = []
    for path, asked in found.items():
        gaps = [late.at - early.at for early, late in pairwise(asked)]
        conditional = sum(1 for each in asked if _is_conditional(each))
        least = min(gaps) / HOUR if gaps else float("nan")
        name = path[1:].replace("%20", " ")
        told.append((name, len(asked), conditional, f"{least:.2f}" if gaps else "-", wrong[path]))
    return told


def _is_conditional(asked: Asked) -> bool:
    return bool({"if-none-match", "if-modified-since"} & asked.headers.keys())


def main(hours: float) -> None:
    began = time.perf_counter()
    server = day(hours)
    complaints = list(violations(server.log))
    told = rows(server)
    show(
        f"{hours:g} simulated hours",
        ("behaviour", "requests", "conditional", "closest, hours", "violations"),
        [row for row in told if "/" not in str(row[0])],
    )
    asked, repeated = len(server.log), len(server.log) - len(told)
    conditional = sum(1 for each in server.log if _is_conditional(each))
    remark(f"{asked} requests to {len(told)} addresses: {asked / len(told):.1f} each")
    remark(f"{conditional} of {repeated} repeated requests conditional")
    found = f": {sorted(set(complaints))}" if complaints else ""
    goal(f"no publisher complains; {len(complaints)} violations{found}", is_met=not complaints)
    print(f"{time.perf_counter() - began:.0f} s")
    machine("topicwire")
    sys.exit(bool(complaints))


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 24)
