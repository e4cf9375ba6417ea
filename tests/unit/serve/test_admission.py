"""Tests of how often one may ask a site, and guess its tokens."""

import pytest

from topicwire.serve.application import Site, application
from unit.serve.fakes import Client, FakePublisher, FakeReaders, alive

TOKEN = "t" * 43
OWN = f"/own/{TOKEN}/topics/a.atom"
WRONG = f"/own/{'w' * 43}/topics/a.atom"


def a_site(rate: int, readers: FakeReaders | None = None) -> Site:
    return application(
        FakePublisher(a=1),
        base_url="https://wire.example",
        unready=lambda: None,
        readers=readers or FakeReaders(TOKEN),
        rate_limit=rate,
        trusted_proxies=("127.0.0.0/8",),
    )


@pytest.mark.parametrize("path", ["/topics/a.atom", "/topics/a", "/", "/nowhere", OWN])
def test_who_asks_too_often_is_told_when_to_come_again(path: str) -> None:
    """S29: 429 with Retry-After, whatever is asked for; others are served meanwhile."""
    site = a_site(5)

    async def work(client: Client) -> None:
        seen = [(await client.get(path)).status for _ in range(6)]
        assert seen[-1] == 429
        assert 429 not in seen[:-1]
        got = await client.get(path)
        assert got.headers["retry-after"] == "12"
        assert got.headers["content-type"] == "text/plain; charset=utf-8"
        other = Client(site, "192.0.2.8:1")
        assert (await other.get("/topics/a.atom")).status == 200

    alive(site, work)


def test_what_a_proxy_passes_on_counts_for_who_asked_it() -> None:
    """S22, S29: behind a proxy each has a limit of their own, and the proxy itself none."""
    site = a_site(5)

    async def work(client: Client) -> None:
        del client
        proxy = Client(site, "127.0.0.1:9")
        for _ in range(20):
            assert (await proxy.get("/livez")).status == 200
        seen = [(await proxy.get("/livez", x_forwarded_for="203.0.113.9")).status for _ in range(6)]
        assert seen == [200] * 5 + [429]
        assert (await proxy.get("/livez", x_forwarded_for="203.0.113.8")).status == 200

    alive(site, work)


def test_one_token_has_one_limit_wherever_it_is_used() -> None:
    """S29: a token that many share from many addresses is slowed down, and nobody else."""
    site = a_site(5)

    async def work(client: Client) -> None:
        del client
        clients = [Client(site, f"192.0.2.{n}:1") for n in range(1, 7)]
        seen = [(await each.get(OWN)).status for each in clients]
        assert seen == [200] * 5 + [429]
        assert (await clients[-1].get("/topics/a.atom")).status == 200

    alive(site, work)


@pytest.mark.parametrize("rate", [0, 600])
def test_guessing_tokens_is_slowed_down(rate: int) -> None:
    """S22, S27: after ten wrong ones of an address no token of it is even looked at for a while."""
    readers = FakeReaders(TOKEN)
    site = a_site(rate, readers)

    async def work(client: Client) -> None:
        seen = [(await client.get(WRONG)).status for _ in range(12)]
        assert seen == [404] * 10 + [429] * 2
        assert (await client.get(OWN)).status == 429
        assert (await client.get("/topics/a.atom")).status == 200
        assert (await Client(site, "192.0.2.8:1").get(OWN)).status == 200

    alive(site, work)
    assert len(readers.clients) == 11
