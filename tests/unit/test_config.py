"""Settings come from the environment, then the file, then the defaults; wrong ones are named."""

import os
from pathlib import Path

import pytest

from topicwire import config
from topicwire.errors import ConfigError
from topicwire.publish.compose import Site
from topicwire.publish.headers import link


@pytest.fixture(autouse=True)
def _clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith(config.PREFIX)]:
        monkeypatch.delenv(name)


def test_the_environment_wins_over_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A value in the environment is taken, the file's other values stay."""
    path = tmp_path / "topicwire.toml"
    path.write_text('listen = "127.0.0.1:1"\nmin_interval = 60\n')
    monkeypatch.setenv("TOPICWIRE_LISTEN", "127.0.0.1:2")

    settings = config.load(path)

    assert (settings.listen, settings.min_interval) == ("127.0.0.1:2", 60)


def test_an_argument_wins_over_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that names its database gets that one, whatever environment it was born into."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", "sqlite:////somewhere/else.sqlite")

    settings = config.Settings(database_url="sqlite:////here.sqlite")

    assert settings.database_url == "sqlite:////here.sqlite"


def test_private_hosts_are_written_with_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list is written with commas; spaces and empty parts do not count."""
    monkeypatch.setenv("TOPICWIRE_ALLOW_PRIVATE", "127.0.0.0/8, intranet.example ,")

    assert config.load().allow_private == ("127.0.0.0/8", "intranet.example")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        pytest.param('listen = "8080"', "host:port", id="no host"),
        pytest.param('listen = "127.0.0.1:http"', "host:port", id="port is a word"),
        pytest.param('base_url = "wire.example"', "absolute address", id="relative address"),
        pytest.param("min_interval = -1", "min_interval", id="negative"),
        pytest.param('lisen = "127.0.0.1:1"', "did you mean listen", id="misspelt"),
        pytest.param("listen = ", "is not TOML", id="broken file"),
        pytest.param('second_reader_url = "127.0.0.1:1/v1"', "including /v1", id="no scheme"),
        pytest.param(
            'second_reader_url = "http://me:secret@h.example/v1"', "including /v1", id="password"
        ),
        pytest.param(
            'second_reader_url = "http://h.example/v1"', "name the model", id="reader, no model"
        ),
        pytest.param('second_reader_key = "a\\nb"', "what a header cannot", id="two-line key"),
    ],
)
def test_a_wrong_setting_is_named_with_what_to_do(tmp_path: Path, line: str, words: str) -> None:
    """The message says which setting is wrong and how it is written."""
    path = tmp_path / "topicwire.toml"
    path.write_text(line)

    with pytest.raises(ConfigError, match=words):
        config.load(path)


NUMBERS = [
    name for name, field in config.Settings.model_fields.items() if field.annotation in {int, float}
]


@pytest.mark.parametrize("value", ["1000000000000", "inf", "nan"])
@pytest.mark.parametrize("name", NUMBERS)
def test_no_number_is_without_end(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    """What no wait, and no machine, comes to the end of is refused when it is read."""
    monkeypatch.setenv(f"TOPICWIRE_{name.upper()}", value)

    with pytest.raises(ConfigError, match=name):
        config.load()


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("https://wire.example/a b", id="blank"),
        pytest.param("https://wire.example/a\\nb", id="line break"),
        pytest.param("https://me:secret@wire.example", id="password"),
        pytest.param("https://wire.example/#y", id="fragment"),
        pytest.param("https://wire.example:abc", id="port is a word"),
        pytest.param("https://wire.example:65536", id="port out of range"),
        pytest.param("http://[::1", id="half an IPv6 address"),
        pytest.param('https://wire.example/\\">, <x', id="end of a header's address"),
    ],
)
@pytest.mark.parametrize("name", ["base_url", "hub"])
def test_what_cannot_stand_in_a_document_is_no_address(
    tmp_path: Path, name: str, address: str
) -> None:
    """O7, W20: every document names it, so nothing of a password comes there, nor what ends a header."""
    path = tmp_path / "topicwire.toml"
    path.write_text(f'{name} = "{address}"')

    with pytest.raises(
        ConfigError, match=r"without blanks, user.* https://\w+\.example\.org"
    ) as told:
        config.load(path)
    assert "secret" not in str(told.value)


def test_a_hub_alone_may_have_a_query() -> None:
    """Paths are added to the public address, and nothing to a hub's."""
    settings = config.Settings(hub=" https://hub.example/?site=a&key=b\n")
    assert settings.hub == "https://hub.example/?site=a&key=b"
    assert config.Settings(hub=" off\n").hub == "off"
    with pytest.raises(ValueError, match="without blanks, user, query and fragment"):
        config.Settings(base_url="https://wire.example/?x")


@pytest.mark.parametrize(
    ("given", "address"),
    [
        pytest.param(" ", "", id="nothing"),
        pytest.param(" https://wire.example/\n", "https://wire.example", id="blanks around it"),
        pytest.param("https://münchen.example", "https://xn--mnchen-3ya.example", id="IDNA"),
        pytest.param("https://wire.example/ü/", "https://wire.example/%C3%BC", id="path"),
        pytest.param("https://wire.example/%C3%BC", "https://wire.example/%C3%BC", id="encoded"),
        pytest.param("http://[::1]:8080/", "http://[::1]:8080", id="IPv6"),
    ],
)
def test_the_public_address_is_the_same_in_headers_and_documents(given: str, address: str) -> None:
    """O7, O55, W20: in ASCII as soon as it is read, so that there is exactly one self."""
    settings = config.Settings(base_url=given)
    assert settings.base_url == address
    own = Site(base_url=settings.public_url, version="1").url("/topics/a.atom")
    assert link(f"{settings.public_url}/topics/a.atom") == f'<{own}>; rel="self"'


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    """A settings file that is not there stops the start."""
    with pytest.raises(ConfigError, match=r"nowhere\.toml cannot be read"):
        config.load(tmp_path / "nowhere.toml")


def test_the_origin_of_a_value_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Doctor can say whether a value is from the environment, the file or a default."""
    path = tmp_path / "topicwire.toml"
    path.write_text('contact = "https://wire.example/about"\n')
    monkeypatch.setenv("TOPICWIRE_LOG", "json")

    origins = tuple(config.origin(name, path) for name in ("log", "contact", "workers"))

    assert origins == ("environment", str(path), "default")


def test_names_that_are_no_settings_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """A misspelt name in the environment does not go unseen."""
    monkeypatch.setenv("TOPICWIRE_LISEN", "127.0.0.1:1")

    assert config.unknown_names() == ("TOPICWIRE_LISEN",)


def test_every_setting_says_what_it_is_for() -> None:
    """No setting is without a sentence."""
    assert [n for n, f in config.Settings.model_fields.items() if not f.description] == []


def test_the_second_reader_is_off_by_default() -> None:
    """No address, no key, no question."""
    settings = config.load()

    assert (settings.second_reader_url, settings.second_reader_model) == ("", "")
    assert settings.second_reader_key.get_secret_value() == ""


def test_a_key_is_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings can be printed and logged."""
    monkeypatch.setenv("TOPICWIRE_SECOND_READER_URL", "http://127.0.0.1:11434/v1/")
    monkeypatch.setenv("TOPICWIRE_SECOND_READER_MODEL", "tiny")
    monkeypatch.setenv("TOPICWIRE_SECOND_READER_KEY", " sk-secret\n")

    settings = config.load()

    assert settings.second_reader_url == "http://127.0.0.1:11434/v1"
    assert settings.second_reader_key.get_secret_value() == "sk-secret"
    assert "sk-secret" not in f"{settings!r} {settings.second_reader_key}"


def test_an_empty_folder_for_the_site_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not the folder that the daemon was started in."""
    monkeypatch.setenv("TOPICWIRE_SITE", "")
    assert config.load().site is None
    monkeypatch.setenv("TOPICWIRE_SITE", "/srv/wire")
    assert config.load().site == Path("/srv/wire")


@pytest.mark.parametrize("name", ["database_url", "hub"])
def test_a_setting_with_a_password_is_shown_without_it(name: str) -> None:
    """Whoever reads the settings of a daemon learns where its database is, and no more."""
    address = "postgresql://wire:s3c:ret@db.example/wire"

    assert config.shown(name, address) == "postgresql://wire:***@db.example/wire"
    assert config.is_secret(name, address)
    assert not config.is_secret(name, "postgresql://wire@db.example/wire")
