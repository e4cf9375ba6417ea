"""The guide and the README are true: what they say to type is typed, and says what they say."""

import os
import re
import shlex
import shutil
import time
from collections.abc import Iterator
from email.utils import formatdate
from pathlib import Path

import click
import pytest

from acceptance.wire import ROOT
from commands import SAMPLES
from console import Console, blocks, steps
from origin import Origin, Seen, answer
from ports import free_port
from postgres import Server
from topicwire.cli.main import topicwire
from topicwire.config import Settings
from topicwire.model.watch import Kind

GUIDE = ROOT / "docs" / "guide.md"
README = ROOT / "README.md"
# What no test can run, and why.
NOT_RUN = {
    "pipx install topicwire-0.1.0-py3-none-any.whl": "tests/integration/test_wheel.py installs it",
    'sudo install -d -o "$USER" /srv/wire': "the test has a folder of its own for it",
    "sudo useradd --system --home-dir /var/lib/topicwire topicwire": "makes a user of this machine",
    "sudo chown -R topicwire /srv/wire": "needs that user",
    "topicwire unit | sudo tee /etc/systemd/system/topicwire.service": "needs root",
    "sudo systemctl daemon-reload": "needs systemd",
    "sudo systemctl enable --now topicwire": "needs systemd",
    "echo TOPICWIRE_BASE_URL=https://wire.example.org >> .env": "docker-compose.yml reads it",
    "echo TOPICWIRE_CONTACT=you@example.org >> .env": "docker-compose.yml reads it",
    "docker compose up --detach": "needs Docker",
    "docker compose exec topicwire topicwire status": "needs Docker",
    "sudo nginx -t && sudo systemctl reload nginx": "test_nginx_conf.py runs the file instead",
    "journalctl --unit topicwire --since -1h": "needs systemd",
    "sudo systemctl restart topicwire": "needs systemd",
    "sudo timedatectl set-ntp true": "sets the clock of this machine",
}
# Typed for a database in a file alone: a server is backed up by what it comes with.
OF_A_FILE = frozenset(
    {"topicwire db backup --keep 14", "topicwire db restore backups/*.sqlite --replace"}
)
# Named in passing: they need what a test has not, or what is run in the guide with more words.
ONLY_NAMED = {"topicwire build": "tests/acceptance/test_static_site.py builds it"}

DAY = 86_400
PAGE = (
    b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"></head></html>'
)
COLUMNS = (
    ("Rates stay where they are", "The bank has left its rates alone, and goes on doing so."),
    ("What a sleeper costs", "A sleeper to Rome is dearer than a flight, for its track is paid."),
    ("The night train is back", "Night trains leave Vienna again. A night train is for everybody."),
)


def press(seen: Seen) -> bytes:
    """Answer as https://example.org does in the guide."""
    if seen.path == "/":
        return answer(body=PAGE, content_type="text/html")
    if seen.path == "/feed.xml":
        home = f"http://{seen.header('host')}"
        items = "".join(
            f"<item><guid isPermaLink='false'>{number}</guid><title>{title}</title>"
            f"<link>{home}/{number}</link><description>{text}</description>"
            f"<pubDate>{formatdate(time.time() - (4 - number) * DAY)}</pubDate></item>"
            for number, (title, text) in reversed(list(enumerate(COLUMNS)))
        )
        feed = f"<rss version='2.0'><channel><title>The Press</title>{items}</channel></rss>"
        return answer(body=feed.encode(), content_type="application/rss+xml", etag='"1"')
    return answer(404)


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Give what the guide calls https://example.org."""
    with Origin(press) as running:
        yield running


@pytest.fixture
def console(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Console:
    """Return a terminal on a machine where nothing of ours is yet."""
    monkeypatch.setenv("TOPICWIRE_ALLOW_PRIVATE", "127.0.0.1")
    monkeypatch.setenv("TOPICWIRE_HOST_SPACING", "0")
    monkeypatch.setenv("TOPICWIRE_LISTEN", f"127.0.0.1:{free_port()}")
    monkeypatch.setenv("HOME", str(tmp_path))
    names = {"127.0.0.1:8080": os.environ["TOPICWIRE_LISTEN"]}
    return Console(tmp_path, monkeypatch, capsys, names)


@pytest.fixture
def nothing_yet(request: pytest.FixtureRequest, kind: str) -> Iterator[str]:
    """Give the URL of a server's database without tables, or nothing: the guide makes a file."""
    if kind == "sqlite":
        yield ""
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database() as url:
        yield url


@pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not installed")
def test_the_guide_is_followed_from_top_to_bottom(
    console: Console, origin: Origin, nothing_yet: str
) -> None:
    """Every command of a console block is run, in order, and says what stands below it."""
    place = console.folder / "wire"
    place.mkdir()
    if nothing_yet:
        console.stands_for["sqlite:////srv/wire/topicwire.sqlite"] = nothing_yet
        console.left_out = OF_A_FILE
    console.stands_for |= {"https://example.org": origin.url(""), "/srv/wire": str(place)}

    ran = console.follow(GUIDE)

    assert len(ran) == len([each for each in steps(GUIDE) if each.command])


def test_the_readme_is_followed(
    console: Console, monkeypatch: pytest.MonkeyPatch, nothing_yet: str
) -> None:
    """Its first commands work as shown, over the samples alone: a test asks no real publisher."""
    feeds = console.folder / "feeds"
    shutil.copytree(ROOT / "feeds", feeds)
    for path in (feeds / "sources").iterdir():
        if path.stem not in SAMPLES:
            path.unlink()
    monkeypatch.setenv("TOPICWIRE_CATALOGUE", str(feeds))
    url = nothing_yet or f"sqlite:///{console.folder}/wire.sqlite"
    monkeypatch.setenv("TOPICWIRE_DATABASE_URL", url)
    monkeypatch.setenv("TOPICWIRE_ALLOW_FILES", "true")
    if nothing_yet:  # there its errands are done in the role of a worker
        for done in ("role=schedule source", "role=schedule topic"):
            console.stands_for[done] = done.replace("schedule", "work")
    console.instead |= {"make run": "topicwire run &", "source .venv/bin/activate": "true"}

    assert len(console.follow(README)) == 4


def test_what_is_not_run_was_decided_upon() -> None:
    """A new command in a block that no test runs fails until somebody says why."""
    lines = [line for document in (GUIDE, README) for text in blocks(document, "sh")
             for line in text.splitlines()]  # fmt: skip

    assert sorted(lines) == sorted(NOT_RUN)


def test_every_command_that_is_named_is_run_somewhere() -> None:
    """The commands within sentences exist, with their options, and the guide runs each of them."""
    text = GUIDE.read_text(encoding="utf-8")
    within = re.findall(r"(?<!`)`(topicwire [^`\n]+)`(?!`)", text)
    ran = {_command(each.command)[0] for each in steps(GUIDE) if "topicwire " in each.command}
    named = {_command(each)[0] for each in within}

    assert named - ran == set(ONLY_NAMED)


def _command(text: str) -> tuple[str, click.Command]:
    """Return the path of the command that a text runs; its options must be its own."""
    words = shlex.split(text[text.index("topicwire ") :].partition(" | ")[0])
    command: click.Command = topicwire
    context = click.Context(topicwire)
    path = ["topicwire"]
    for word in words[1:]:
        if isinstance(command, click.Group) and not word.startswith("-"):
            found = command.get_command(context, word)
            assert found is not None, text
            command = found
            path.append(word)
    known = {name for each in command.params for name in each.opts}
    assert {word for word in words if word.startswith("-")} <= known | {"--help"}, text
    return " ".join(path), command


def test_every_setting_and_metric_of_the_tuning_is_one() -> None:
    """Whoever turns a setting, or looks at a metric, that the guide names finds it."""
    text = GUIDE.read_text(encoding="utf-8")
    monitoring = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    settings = re.findall(r"^\| `(\w+)` \(", text, re.MULTILINE)
    metrics = set(re.findall(r"`(topicwire_\w+)`", text))

    assert len(settings) == 9
    assert set(settings) <= set(Settings.model_fields)
    assert {each for each in metrics if f"| `{each}` |" not in monitoring} == set()


def test_every_setting_is_told_somewhere() -> None:
    """Whoever needs a setting reads of it, and not only that `topicwire doctor` lists it."""
    pages = (ROOT / "docs").glob("*.md")
    text = "\n".join(page.read_text(encoding="utf-8") for page in pages)
    told = set(re.findall(r"\bTOPICWIRE_[A-Z_]+|^\| `\w+` \(|^\w+ = ", text, re.MULTILINE))
    names = {re.sub(r"\W|TOPICWIRE_", "", each).lower() for each in told}

    assert set(Settings.model_fields) - names == set()


def test_every_link_of_the_guide_leads_somewhere() -> None:
    """A document and a heading that are named are there."""
    for target in re.findall(r"\]\(([^)]+)\)", GUIDE.read_text(encoding="utf-8")):
        name, _, heading = target.partition("#")
        document = GUIDE.parent / name if name else GUIDE
        assert document.is_file(), target
        assert not heading or heading in _headings(document), target


def _headings(document: Path) -> set[str]:
    lines = re.findall(r"^#+ (.*)", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", line).strip().lower().replace(" ", "-") for line in lines}


def test_every_kind_of_incident_is_explained() -> None:
    """docs/monitoring.md says of each what it means and what to do, and names no other."""
    monitoring = (ROOT / "docs" / "monitoring.md").read_text(encoding="utf-8")
    _, _, section = monitoring.partition("## Incidents\n")
    rows = re.findall(
        r"^\| `(\w+)` \| \S.* \| \S.* \|$", section.partition("\n## ")[0], re.MULTILINE
    )

    assert sorted(rows) == sorted(Kind)
