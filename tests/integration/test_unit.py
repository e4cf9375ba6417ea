"""The systemd unit names this installation, is one that systemd reads, and gives little away."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from commands import Run

ANALYZE = shutil.which("systemd-analyze")
EXPOSURE = 15  # tenths that `systemd-analyze security` may find; "OK" ends at 4.9


@pytest.fixture
def unit(run: Run, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return the command, for a machine on which no setting names a database."""
    monkeypatch.delenv("TOPICWIRE_DATABASE_URL")
    return lambda *words: run("unit", *words)


def test_it_names_this_catalogue_and_keeps_the_database_in_its_state(
    unit: Run, catalogue: Path
) -> None:
    """A service has another home: nothing depends on it."""
    lines = unit().out.splitlines()

    assert "User=topicwire" in lines
    assert f"Environment=TOPICWIRE_CATALOGUE={catalogue}" in lines
    assert (
        "Environment=TOPICWIRE_DATABASE_URL=sqlite:////var/lib/topicwire/topicwire.sqlite" in lines
    )
    assert "KillMode=mixed" in lines  # or what is read when it is stopped would fail
    assert not any(line.startswith("ReadWritePaths=") for line in lines)
    assert "User=www-data" in unit("--user", "www-data").out


def test_what_is_set_is_passed_on_but_for_secrets(
    unit: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Signs that mean something to systemd are escaped; what it writes to may be written."""
    monkeypatch.setenv("TOPICWIRE_CONTACT", '50% "me"')
    monkeypatch.setenv("TOPICWIRE_SECOND_READER_KEY", "s3cret")
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", f"sqlite:///{tmp_path}/own/wire.sqlite")

    said = unit().out

    assert 'Environment="TOPICWIRE_CONTACT=50%% \\"me\\""' in said
    assert f"ReadWritePaths={tmp_path}/own" in said
    assert "s3cret" not in said


def test_a_database_in_a_folder_of_any_name_may_be_written(
    unit: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """What the URL has to write otherwise stands in the unit as the folder is called."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", f"sqlite:///{tmp_path}/o%3Fwn/wire.sqlite")

    assert f"ReadWritePaths={tmp_path}/o?wn" in unit().out.splitlines()


def test_a_role_on_a_server_is_a_unit_of_its_own(
    unit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Past one machine each process has a unit; the password of the database stands in none."""
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", "postgresql://wire:s3cret@db.example/wire")

    said = unit("--role", "work")

    assert "/topicwire work" in said.out
    assert "enable --now topicwire-work" in said.out
    assert "s3cret" not in said.out
    assert "ReadWritePaths" not in said.out
    assert "write it into /etc/topicwire/environment" in said.err


def test_the_command_line_that_it_tells_finds_a_database_with_a_password(
    unit: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Typed by itself it knew nothing of that file, and named another database."""
    assert "#   sudo -u topicwire env " in unit().out
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", "postgresql://wire:s3cret@db.example/wire")

    sixth = unit().out.splitlines()[5]

    assert "--uid=topicwire --property=EnvironmentFile=/etc/topicwire/environment env " in sixth
    assert sixth.endswith("/topicwire status")


def test_a_settings_file_is_named_and_decides(run: Run, unit: Run, tmp_path: Path) -> None:
    """The unit starts with the file that it was printed with."""
    file = tmp_path / "topicwire.toml"
    file.write_text(f'database_url = "sqlite:///{tmp_path}/own/wire.sqlite"\n')

    said = run("--config", str(file), "unit").out

    assert f"/topicwire --config {file} run" in said
    assert "TOPICWIRE_DATABASE_URL" not in said
    assert f"ReadWritePaths={tmp_path}/own" in said
    assert "TOPICWIRE_DATABASE_URL" in unit().out


@pytest.mark.skipif(ANALYZE is None, reason="systemd-analyze is not installed")
def test_systemd_reads_it_and_finds_little_exposed(unit: Run, tmp_path: Path) -> None:
    """It is verified without a word, and the exposure stays as low as it was measured."""
    assert ANALYZE is not None
    file = tmp_path / "topicwire.service"
    file.write_text(unit().out)

    verified = _said(ANALYZE, "verify", str(file))
    bound = _said(
        ANALYZE, "security", "--offline=true", f"--threshold={EXPOSURE}", "--no-pager", str(file)
    )

    assert (verified.returncode, verified.stdout, verified.stderr) == (0, "", "")
    assert bound.returncode == 0, bound.stdout[-500:]


def _said(*command: str) -> subprocess.CompletedProcess[str]:
    own = os.environ | {"LC_ALL": "C", "SYSTEMD_COLORS": "0"}
    return subprocess.run(command, env=own, capture_output=True, text=True, check=False)
