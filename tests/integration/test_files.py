"""Files of the catalogue as sources."""

import os
from pathlib import Path

import pytest

from topicwire.model.wire import Request, Response
from topicwire.world.files import Files


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "feeds"
    (root / "samples").mkdir(parents=True)
    (root / "samples" / "a.xml").write_bytes(b"<rss/>")
    (root / "samples" / "large.xml").write_bytes(bytes(1001))
    (root / "samples" / "self").symlink_to("self")
    (root / "samples" / "out").symlink_to(tmp_path / "secret")
    os.mkfifo(root / "samples" / "pipe")
    (tmp_path / "secret").write_bytes(b"secret")
    return root


def asked(root: Path, url: str, *, allowed: bool = True) -> Response:
    return Files(root, allowed=allowed, max_bytes=1000).fetch(Request("key", url))


def test_file_answers_like_the_web(root: Path) -> None:
    """A file is read as an answer with status 200."""
    response = asked(root, "samples/a.xml")
    assert (
        response.key,
        response.url,
        response.status,
        response.body,
        response.error,
    ) == ("key", "samples/a.xml", 200, b"<rss/>", None)


@pytest.mark.parametrize(
    ("url", "error"),
    [
        ("../secret", "is outside the catalogue"),
        ("samples/../../secret", "is outside the catalogue"),
        ("samples/out", "is outside the catalogue"),
        ("/etc/hostname", "is outside the catalogue"),
        ("samples/none.xml", "does not exist below the catalogue"),
        ("samples", "does not exist below the catalogue"),
        ("samples/pipe", "does not exist below the catalogue"),
        ("samples/self", "the file samples/self"),
        ("samples/a\0.xml", "cannot be read: embedded null byte"),
        ("samples/large.xml", "is larger than 1,000 bytes"),
    ],
    ids=[
        "parent",
        "dotted",
        "link",
        "absolute",
        "absent",
        "folder",
        "pipe",
        "circle",
        "nul",
        "large",
    ],
)
def test_file_that_may_not_be_read(root: Path, url: str, error: str) -> None:
    """S28: no path, link or odd file leads out of the catalogue or holds up the turn."""
    response = asked(root, url)
    assert (response.status, response.body) == (None, b"")
    assert error in (response.error or "")


def test_files_are_off_unless_allowed(root: Path) -> None:
    """S1: the operator's setting decides, and the answer names it."""
    response = asked(root, "samples/a.xml", allowed=False)
    assert response.status is None
    assert response.error == "files as sources are off; set TOPICWIRE_ALLOW_FILES=true"
