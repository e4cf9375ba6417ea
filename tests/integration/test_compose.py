"""docker-compose.yml: what its services are told."""

from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from topicwire.config import Settings
from topicwire.serve.limits import Proxies
from unit.serve.fakes import FakeFields, FakeRequest

ROOT = Path(__file__).resolve().parents[2]


def told(service: str) -> dict[str, str]:
    """Return the settings of a service, but for those that whoever starts it may give."""
    compose: dict[str, Any] = YAML(typ="safe").load(ROOT / "docker-compose.yml")
    environment = compose["services"][service]["environment"]
    return {name: str(value) for name, value in environment.items() if "$" not in str(value)}


@pytest.mark.parametrize("service", ["topicwire", "server"])
def test_readers_are_told_apart_behind_a_proxy(
    service: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """S22: nginx, on the host or in a container, asks from an address that Docker gave it."""
    for name, value in told(service).items():
        monkeypatch.setenv(name, value)
    proxies = Proxies(Settings().trusted_proxies)
    fields = FakeFields(x_forwarded_for="203.0.113.9")
    bridges = ("172.17.0.1", "172.18.0.1", "192.168.16.1")
    asked = [FakeRequest(client=f"{bridge}:40000", headers=fields) for bridge in bridges]

    assert [proxies.asker(each) for each in asked] == ["203.0.113.9"] * 3
