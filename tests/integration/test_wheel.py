"""What is installed outside a checkout holds all that it needs to run."""

import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

ROOT = Path(__file__).resolve().parents[2]


def test_the_wheel_carries_migrations_catalogue_and_templates(tmp_path: Path) -> None:
    """Every migration, every file of the starter catalogue and every template is inside."""
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    with ZipFile(wheel) as archive:
        inside = set(archive.namelist())

    wanted = {
        f"topicwire/{place}/{path.relative_to(ROOT / folder).as_posix()}"
        for folder, place, pattern in (
            ("db/migrations", "_db/migrations", "**/*.py"),
            ("feeds", "_feeds", "**/*.*"),
            ("src/topicwire/publish/templates", "publish/templates", "*"),
        )
        for path in (ROOT / folder).glob(pattern)
    }
    assert wanted - inside == set()
