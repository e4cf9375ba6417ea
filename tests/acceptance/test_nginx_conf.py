"""docs/nginx.conf before a daemon, in a real nginx: what it keeps, hides and lets through."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance.wire import ROOT, TOPIC, Wire, wait_until
from nginx import Proxy, basic, needs_nginx
from ports import free_port

pytestmark = needs_nginx
CONF = ROOT / "docs" / "nginx.conf"
PRIVATE = """
id = "the-board"
title = "For the board"
description = "What the board reads."
query = "NASA"
private = true
"""


@pytest.fixture
def nginx(wire: Wire) -> Proxy:
    """Return an nginx with the settings of the guide; only addresses and folders are others."""
    if shutil.which("openssl") is None:
        pytest.skip("openssl makes the certificate and is not installed")
    certificates = wire.folder / "letsencrypt"
    _certify(certificates)
    caches = wire.folder / "caches"
    caches.mkdir()  # nginx makes its own folder in it, but none above: not every package has one
    plain, port = free_port(), free_port()
    ours = {
        "127.0.0.1:8080": f"127.0.0.1:{wire.port}",
        "/etc/letsencrypt/live/wire.example.org": str(certificates),
        "/var/cache/": f"{caches}/",
        "listen 80;": f"listen 127.0.0.1:{plain};",
        "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
    }
    text = CONF.read_text(encoding="utf-8")
    for theirs, here in ours.items():
        assert theirs in text
        text = text.replace(theirs, here)
    return Proxy(wire.folder / "nginx", text, port=port, plain=plain)


@pytest.fixture
def proxy(wire: Wire, nginx: Proxy) -> Iterator[Proxy]:
    """Give it running, with a daemon behind it that has a private topic too."""
    (wire.folder / "feeds" / "topics" / "the-board.toml").write_text(PRIVATE)
    wire.json("poll")
    with wire.daemon(), nginx:
        wait_until(nginx.answers)
        wait_until(lambda: wire.get(f"/topics/{TOPIC}")[0] == 200)
        yield nginx


def _certify(folder: Path) -> None:
    folder.mkdir()
    make = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
    files = ("-keyout", str(folder / "privkey.pem"), "-out", str(folder / "fullchain.pem"))
    command = (*make.split(), "-subj", "/CN=wire.example.org", *files)
    subprocess.run(command, check=True, capture_output=True)


def test_what_is_public_is_kept_and_what_is_private_is_not(proxy: Proxy, wire: Wire) -> None:
    """A feed comes from the cache the second time; a reader's own never, nor with a password."""
    feed = f"/topics/{TOPIC}.atom"
    first, second = proxy.get(feed), proxy.get(feed)
    token = wire.json("token", "add", "Ada", "--topic", "the-board")["token"]
    own = [proxy.get(f"/own/{token}/topics/the-board.atom") for _ in range(2)]
    nobody = proxy.get("/topics/the-board.atom")
    reader = [proxy.get("/topics/the-board.atom", Authorization=basic(token)) for _ in range(2)]

    assert [each[1]["X-Cache"] for each in (first, second)] == ["MISS", "HIT"]
    assert first[2] == second[2] == wire.get(feed)[2]
    assert [each[0] for each in (*own, *reader)] == [200] * 4
    assert nobody[0] == proxy.get("/topics/the-board.atom")[0] == 404
    assert "HIT" not in {each[1]["X-Cache"] for each in (*own, *reader)}


def test_forms_are_told_apart_and_the_plain_address_leads_on(proxy: Proxy) -> None:
    """The cache heeds Vary; the address without TLS leads to the one with it; status is for here."""
    path = f"/topics/{TOPIC}"
    for _ in range(2):
        assert proxy.get(path, Accept="text/html")[1]["Content-Type"].startswith("text/html")
        atom = proxy.get(path, Accept="application/atom+xml")
        assert atom[1]["Content-Type"].startswith("application/atom+xml")
    assert proxy.get("/metrics")[0] == proxy.get("/status")[0] == 200
    status, headers, _ = proxy.get_plain("/about")
    assert (status, headers["Location"]) == (308, "https://wire.example.org/about")


def test_others_do_not_see_how_busy_it_is(wire: Wire, nginx: Proxy) -> None:
    """What is for the operator alone is refused where this machine is not let in by name."""
    settings = wire.folder / "nginx" / "nginx.conf"
    settings.write_text(settings.read_text().replace("allow 127.0.0.1;", "allow 192.0.2.1;"))
    with nginx:
        wait_until(nginx.answers)
        for path in ("/metrics", "/status", "/status.json", "/ops.atom", "/readyz"):
            assert nginx.get(path)[0] == 403
        assert nginx.get("/livez")[0] == 502  # it is handed on, and nobody is there


def test_an_address_that_holds_a_token_stands_in_no_log(wire: Wire, nginx: Proxy) -> None:
    """S27: not where nobody answers, which nginx notes, nor where it was asked without TLS."""
    token = "a-token-that-is-as-long-as-one-of-ours-is"
    paths = (
        f"/own/{token}/topics/the-board.atom",
        f"/feedback/{token}",
        f"/websub/callback/{token}",
    )
    with nginx:
        wait_until(nginx.answers)
        for path in paths:
            assert nginx.get(path)[0] == 502
            assert nginx.get_plain(path)[0] == 308
        assert nginx.get_plain("/about")[0] == 308

    access, error = ((wire.folder / "nginx" / f"{n}.log").read_text() for n in ("access", "error"))
    assert "GET / " in access
    assert "GET / " in error
    assert token not in access + error
