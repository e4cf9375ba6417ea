"""A topic in a file of its own, outside any catalogue."""

from pathlib import Path

import pytest

from topicwire.errors import CatalogueError
from topicwire.world.catalogue import topic_in


def test_a_draft_is_a_topic_whatever_its_file_is_called(tmp_path: Path) -> None:
    """Its id need not be the name of the file."""
    path = tmp_path / "draft 2.toml"
    path.write_text('id = "moon"\ntitle = "T"\ndescription = "D"\nquery = "moon"\n')
    assert topic_in(path).id == "moon"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"id =", "draft.toml", id="no TOML"),
        pytest.param(b"\xff", "is not UTF-8; save it as UTF-8", id="no UTF-8"),
        pytest.param(b'id = "moon"\n', "draft.toml:1:1: query is missing", id="no query"),
    ],
)
def test_what_is_no_topic_is_told(tmp_path: Path, content: bytes, words: str) -> None:
    """As it is for the files of a catalogue."""
    path = tmp_path / "draft.toml"
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match=words):
        topic_in(path)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """A folder is no file."""
    with pytest.raises(CatalogueError, match="cannot be read"):
        topic_in(tmp_path)
