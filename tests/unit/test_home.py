"""Where the catalogue is: in a checkout its own, else the user's if there is one, else the starter's."""

from pathlib import Path

import pytest

from topicwire import home
from topicwire.store.dialects.named import named


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the folder of a package that was installed, for a user with a home of their own."""
    package = tmp_path / "site-packages" / "lib" / "topicwire"
    monkeypatch.setattr(home, "_PACKAGE", package)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return package


def test_a_checkout_uses_its_own() -> None:
    """What is edited there is what git sees."""
    root = home.checkout()
    assert root is not None
    assert home.catalogue() == root / "feeds"
    assert not home.is_ours(root / "feeds")


def test_an_installed_program_begins_with_the_starter(installed: Path, tmp_path: Path) -> None:
    """The first run works; what is inside the package is nobody's to edit."""
    assert home.catalogue() == installed / "_feeds"
    assert home.is_ours(installed / "_feeds")
    assert home.database_url() == f"sqlite:///{tmp_path}/data/topicwire/topicwire.sqlite"


@pytest.mark.usefixtures("installed")
def test_a_catalogue_of_ones_own_comes_first(tmp_path: Path) -> None:
    """Once there is one, it is used and may be edited."""
    own = tmp_path / "config" / "topicwire" / "feeds"
    own.mkdir(parents=True)

    assert home.catalogue() == own
    assert not home.is_ours(own)


@pytest.mark.usefixtures("installed")
@pytest.mark.parametrize("name", ["plain", "50%", "p%41q", "p?q=1#r s", "é@x:y"])
def test_the_database_is_found_under_any_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    """What means something in a URL may stand in the name of a home."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / name))

    found = named(home.database_url()).path

    assert found == tmp_path / name / "topicwire" / "topicwire.sqlite"
