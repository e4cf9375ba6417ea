"""The folder of a static site, on a real disk."""

import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from topicwire.errors import BusyError, SiteError
from topicwire.model.report import SiteReport
from topicwire.world.site import Folder

Parts = Mapping[str, Mapping[str, bytes]]

FIRST: Parts = {
    "/shared": {"style.css": b"body {}", "index.html": b"<p>one</p>"},
    "seats": {"topics/seats.atom": b"<feed>1</feed>", "topics/seats/archive/1.atom": b"<feed/>"},
}
SECOND: Parts = {
    "/shared": {"style.css": b"body {}", "index.html": b"<p>two</p>"},
    "orbits": {"topics/orbits.atom": b"<feed>2</feed>"},
}

# Builds a site of many files, over and over, each time of another letter; says when it has begun.
BUILDER = """
import sys
from itertools import count
from pathlib import Path
from topicwire.world.site import Folder

for number in count(int(sys.argv[2])):
    letter = chr(97 + number % 26).encode()
    with Folder(Path(sys.argv[1]), pack=lambda name, body: {".gz": body[:10]}) as folder:
        folder.begin("stamp")
        folder.put("part", str(number), ((f"topics/{n}.atom", letter * 5000) for n in range(40)))
        print("staged", flush=True)
        folder.finish()
"""


def build(root: Path, parts: Parts, *, stamp: str = "s1", force: bool = False) -> SiteReport:
    """Build a site of these parts, each marked by its bytes, and packed to its first half."""
    with Folder(root, pack=halved, force=force) as folder:
        folder.begin(stamp)
        for part, files in parts.items():
            if not folder.keep(part, repr(files)):
                folder.put(part, repr(files), files.items())
        return folder.finish()


def halved(name: str, body: bytes) -> Mapping[str, bytes]:
    """Return a packed form."""
    del name
    return {".gz": body[: len(body) // 2]}


def seen(root: Path) -> dict[str, tuple[bytes, int]]:
    """Return the bytes and the time of change of every file that a host would send."""
    return {
        str(path.relative_to(root)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in root.rglob("*")
        if path.is_file() and not path.relative_to(root).parts[0].startswith(".topicwire")
    }


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return where a site may be built."""
    return tmp_path / "site"


def test_a_second_build_writes_nothing(root: Path) -> None:
    """O61: not even what the build remembers, so that all times of change stay."""
    first = build(root, FIRST)
    before = {
        path: path.stat().st_mtime_ns for path in root.iterdir() if path.name != ".topicwire.lock"
    }
    assert (len(first.written), first.removed, first.kept) == (8, (), 0)
    assert build(root, FIRST) == SiteReport((), (), 8)
    assert {path: path.stat().st_mtime_ns for path in before} == before


def test_what_changed_is_written_and_what_left_is_removed(root: Path) -> None:
    """O61: unchanged bytes keep their file, removed topics and their empty folders go."""
    build(root, FIRST)
    before = seen(root)
    report = build(root, SECOND)
    assert report.written == (
        *("index.html", "index.html.gz"),
        *("topics/orbits.atom", "topics/orbits.atom.gz"),
    )
    assert set(report.removed) == {name for name in before if name.startswith("topics/seats")}
    assert report.kept == 2
    assert seen(root)["style.css"] == before["style.css"]
    assert seen(root)["index.html"][0] == b"<p>two</p>"
    assert sorted(path.name for path in (root / "topics").iterdir()) == [
        "orbits.atom",
        "orbits.atom.gz",
    ]


def test_a_part_whose_mark_stands_is_not_asked_for(root: Path) -> None:
    """O61: what did not change is not rendered, unless a file of it is missing or cut off."""
    build(root, FIRST)
    with Folder(root, pack=halved) as folder:
        folder.begin("s1")
        assert [folder.keep(part, repr(files)) for part, files in FIRST.items()] == [True, True]
    (root / "topics/seats.atom.gz").write_bytes(b"")
    with Folder(root, pack=halved) as folder:
        folder.begin("s1")
        assert [folder.keep(part, repr(files)) for part, files in FIRST.items()] == [True, False]
    with Folder(root, pack=halved) as folder:
        folder.begin("s2")
        assert not folder.keep("/shared", repr(FIRST["/shared"]))


def test_a_doubtful_build_mends_what_only_looks_whole(root: Path) -> None:
    """O61: with doubts every byte is compared, also of packed forms."""
    build(root, FIRST)
    (root / "style.css.gz").write_bytes(b"xxx")
    with Folder(root, pack=halved, doubts=True) as folder:
        folder.begin("s1")
        for part, files in FIRST.items():
            assert not folder.keep(part, repr(files))
            folder.put(part, repr(files), files.items())
        assert folder.finish().written == ("style.css.gz",)


def test_a_replaced_file_is_younger_by_a_second(root: Path) -> None:
    """O51: a host's validator of size and second differs though both builds fell into one."""
    build(root, FIRST)
    before = (root / "index.html").stat()
    build(root, SECOND)
    after = (root / "index.html").stat()
    assert after.st_size == before.st_size
    assert int(after.st_mtime) > int(before.st_mtime)


def test_files_of_others_stay(root: Path) -> None:
    """O61: only what the site wrote is removed, and nothing else replaced."""
    build(root, FIRST)
    (root / "CNAME").write_text("wire.example\n")
    (root / "topics" / "notes.txt").write_text("mine\n")
    build(root, {})
    assert {name: body for name, (body, _) in seen(root).items()} == {
        "CNAME": b"wire.example\n",
        "topics/notes.txt": b"mine\n",
    }
    (root / "style.css").write_text("mine")
    with pytest.raises(SiteError, match=r"style\.css is not the site's, but in its way"):
        build(root, FIRST)
    assert (root / "style.css").read_text() == "mine"


def test_a_folder_of_others_is_refused(root: Path) -> None:
    """A slip of the keyboard fills nobody's home with feeds; --force says that it was none."""
    root.mkdir()
    (root / "letter.txt").write_text("Dear")
    with pytest.raises(SiteError, match="holds files, none of them of a site built before"):
        build(root, FIRST)
    assert [path.name for path in root.iterdir()] == ["letter.txt"]
    build(root, FIRST, force=True)
    build(root, SECOND)
    assert (root / "letter.txt").read_text() == "Dear"


@pytest.mark.parametrize(
    "name",
    [
        *("../out.atom", "topics/../../out.atom", "/etc/out.atom", "topics//x", "", "."),
        *("topics/a\0b.atom", "topics/.hidden", "topics/con.atom", "topics/LPT1", "topics\\out"),
        *("C:out.atom", "topics/dot.", "topics/a b.atom", "topics/a\n.atom"),
    ],
)
def test_no_name_leads_out(root: Path, name: str) -> None:
    """S28: up, absolute, NUL, hidden, and what Windows takes for a device are refused."""
    with pytest.raises(SiteError, match="is no name for a file of the site"):
        build(root, {"part": {name: b"x"}})
    assert [path.name for path in root.parent.iterdir()] == ["site"]


def test_no_link_leads_out(root: Path, tmp_path: Path) -> None:
    """S28: a link in place of a folder is not followed, neither to write nor to remove."""
    build(root, FIRST)
    outside = tmp_path / "outside"
    (root / "topics").rename(outside)
    (root / "topics").symlink_to(outside)
    before = seen(outside)
    for parts in (FIRST, SECOND, {}):
        with pytest.raises(SiteError, match="is no folder"):
            build(root, parts)
    assert seen(outside) == before


def test_no_link_is_staged_through(root: Path, tmp_path: Path) -> None:
    """S28: what is staged lands in the folder, whatever somebody put in its place."""
    build(root, FIRST)
    (tmp_path / "outside").mkdir()
    (root / ".topicwire-staging").symlink_to(tmp_path / "outside")
    with pytest.raises(SiteError, match="cannot be written"):
        build(root, SECOND)
    assert list((tmp_path / "outside").iterdir()) == []


def test_what_is_remembered_cannot_lead_out(root: Path) -> None:
    """S28: a list of files that somebody changed removes nothing elsewhere."""
    build(root, FIRST)
    listed = root / ".topicwire.json"
    listed.write_text(listed.read_text().replace("style.css.gz", "../precious"))
    (root.parent / "precious").write_text("here")
    with pytest.raises(SiteError, match=r"'\.\./precious' is no name"):
        build(root, {})
    listed.write_text("{}")
    with pytest.raises(SiteError, match="cannot be read"):
        build(root, {})
    assert (root.parent / "precious").exists()


def test_two_builds_at_once_are_one_too_many(root: Path) -> None:
    """The second is told which process builds, and what to do."""
    with Folder(root, pack=halved), pytest.raises(BusyError) as caught:
        build(root, FIRST)
    assert str(caught.value).startswith(f"process {os.getpid()} builds into {root}")
    assert build(root, FIRST).written


def test_a_failing_render_leaves_the_old_site(root: Path) -> None:
    """O61: what was staged before the failure is never seen."""
    build(root, FIRST)
    before = seen(root)

    def failing() -> Iterator[tuple[str, bytes]]:
        yield "index.html", b"<p>new</p>"
        raise RuntimeError("a template")

    with Folder(root, pack=halved) as folder:
        folder.begin("s1")
        with pytest.raises(RuntimeError):
            folder.put("/shared", "new", failing())
    assert seen(root) == before
    assert not (root / ".topicwire-staging").exists()
    assert build(root, FIRST).written == ()


def test_a_full_disk_leaves_the_old_site(root: Path) -> None:
    """O61: the refusal of the disk is told, and the site is as it was."""
    build(root, FIRST)
    before = seen(root)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(SiteError, match=r"cannot be written: File too large; the site is as"):
            build(root, {"/shared": {"index.html": b"new", "style.css": b"x" * 5000}})
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert seen(root) == before


def test_an_interruption_between_two_files_is_finished_by_the_next_build(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """O61: each file is whole, none is taken for somebody else's, and what left is removed."""
    build(root, FIRST)
    moved: list[Path] = []
    replace = Path.replace

    def failing(self: Path, target: Path) -> Path:
        if moved and target.name != ".topicwire.json":
            raise OSError(5, "Input/output error")
        moved.extend([target] if target.name != ".topicwire.json" else [])
        return replace(self, target)

    with monkeypatch.context() as broken:
        broken.setattr(Path, "replace", failing)
        with pytest.raises(SiteError, match="which finishes what was begun"):
            build(root, SECOND)
    assert seen(root)["index.html"][0] == b"<p>two</p>"
    assert seen(root)["index.html.gz"][0] == b"<p>on"
    build(root, SECOND)
    assert {name: body for name, (body, _) in seen(root).items()} == {
        each: body
        for files in SECOND.values()
        for name, whole in files.items()
        for each, body in ((name, whole), (f"{name}.gz", whole[: len(whole) // 2]))
    }


@pytest.mark.slow
def test_a_killed_build_leaves_every_file_whole(root: Path) -> None:
    """O61: killed at random points, the site is an old or a new one, and the next build ends it."""
    chance = random.Random(5)
    for attempt in range(8):
        build(root, {"part": {f"topics/{n}.atom": b"Z" * 5000 for n in range(40)}})
        whole = {body[:1] for name, (body, _) in seen(root).items() if name.endswith(".atom")}
        assert whole == {b"Z"}  # whatever the killed one before it had begun
        arguments = (sys.executable, "-c", BUILDER, str(root), str(attempt * 7))
        with subprocess.Popen(arguments, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(chance.uniform(0, 0.1))
            process.send_signal(signal.SIGKILL)
        found = [body for name, (body, _) in seen(root).items() if name.endswith(".atom")]
        assert all(body == body[:1] * 5000 for body in found)
        assert len({body[:1] for body in found}) <= 2  # of the build before, and the one killed
        assert len(found) == 40
    built = build(root, FIRST)
    assert set(seen(root)) == set(built.written)
