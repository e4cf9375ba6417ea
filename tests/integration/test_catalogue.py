from pathlib import Path

import pytest

from topicwire.errors import CatalogueError, NotFoundError
from topicwire.model.catalogue import Catalogue, Example, Republish, Source, Topic
from topicwire.world.catalogue import is_id, load
from topicwire.world.edit import add_source, add_sources, add_topic, edit, id_for, remove
from users import shared_folder, unprivileged

PRESS = """\
# The oldest of ours.
id = "press"  # never change
url = "https://press.example/feed"
title = "The Press"  # as they write it
"""
SEATS = """\
id = "seats"
title = "Seats"
description = "Who flies."
query = '''
seats
AND nasa
'''

# The first is ours.
[[example]]
expect = true  # clearly
title = "NASA trades seats"
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for folder in ("sources", "topics", "concepts", "samples"):
        (tmp_path / folder).mkdir()
    (tmp_path / "sources" / "press.toml").write_text(PRESS)
    (tmp_path / "topics" / "seats.toml").write_text(SEATS)
    (tmp_path / "samples" / "a.xml").write_text("<rss/>")
    return tmp_path


def files(root: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()
    }


def test_a_catalogue_may_be_empty(tmp_path: Path) -> None:
    """A folder for sources with nothing in it wants nothing."""
    (tmp_path / "sources").mkdir()

    assert load(tmp_path) == Catalogue(sources=(), topics=(), concepts=())


def test_a_folder_without_a_catalogues_folders_is_none(tmp_path: Path) -> None:
    """Taken for an empty catalogue, it would end all that is published."""
    with pytest.raises(CatalogueError, match="is no catalogue"):
        load(tmp_path)


@pytest.mark.parametrize("name", [".", "sources"])
def test_a_folder_that_may_not_be_read_is_no_empty_one(name: str) -> None:
    """Taken for an empty one, it would end all that comes from its sources."""
    with shared_folder() as root:
        (root / "sources").mkdir()
        (root / name).chmod(0)

        with unprivileged(), pytest.raises(CatalogueError, match="make it readable"):
            load(root)
        (root / name).chmod(0o700)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    """A catalogue that does not exist is an error, not an empty catalogue."""
    with pytest.raises(CatalogueError, match="gone is no folder; set TOPICWIRE_CATALOGUE"):
        load(tmp_path / "gone")


def test_other_files_are_left_alone(root: Path) -> None:
    """Hidden files and files that are no TOML are no part of the catalogue."""
    (root / "sources" / ".press.toml").write_text("broken")
    (root / "sources" / "press.toml.bak").write_text("broken")
    assert tuple(source.id for source in load(root).sources) == ("press",)


def test_a_file_that_is_not_utf8_is_named(root: Path) -> None:
    """A file in another encoding is reported, not guessed at."""
    (root / "sources" / "latin.toml").write_bytes(b'id = "latin"\ntitle = "\xe9"\n')
    with pytest.raises(CatalogueError, match=r"sources/latin\.toml: byte 22 is not UTF-8"):
        load(root)


def test_a_byte_order_mark_is_no_mistake(root: Path) -> None:
    """A file saved with a byte order mark loads."""
    (root / "sources" / "press.toml").write_bytes(b"\xef\xbb\xbf" + PRESS.encode())
    assert load(root).sources[0].id == "press"


def test_a_source_may_be_a_file_of_the_catalogue(root: Path) -> None:
    """A path below the catalogue's folder is a source; a link that leads out of it is not."""
    add_source(root, Source(id="sample", url="samples/a.xml", title="Sample"))
    assert load(root).sources[1].is_file
    (root / "samples" / "out.xml").symlink_to("/etc/hostname")
    with pytest.raises(CatalogueError, match="inside the catalogue's folder"):
        add_source(root, Source(id="out", url="samples/out.xml", title="Out"))


def test_editing_keeps_comments_and_order(root: Path) -> None:
    """Only the edited key changes; a new one stands below the others."""
    path = edit(root, "source", "press", {"title": "Press", "paused": True})
    expected = PRESS.replace('"The Press"', '"Press"') + "paused = true\n"
    assert root / "sources" / "press.toml" == path
    assert expected == path.read_text()


def test_a_key_given_as_none_is_removed(root: Path) -> None:
    """Pausing and resuming leaves the file as it was."""
    edit(root, "source", "press", {"paused": True})
    edit(root, "source", "press", {"paused": None})
    assert (root / "sources" / "press.toml").read_text() == PRESS


def test_a_new_key_of_a_topic_stands_above_its_examples(root: Path) -> None:
    """New keys go below the other keys, not below the comment of the first example."""
    edit(root, "topic", "seats", {"limit": 20, "query": "seats\nOR crew\n"})
    expected = SEATS.replace("seats\nAND nasa\n'''", "seats\nOR crew\n'''\nlimit = 20")
    assert expected == (root / "topics" / "seats.toml").read_text()


def test_line_ends_are_kept(root: Path) -> None:
    """A file written on Windows keeps its line ends."""
    path = root / "sources" / "press.toml"
    path.write_bytes(PRESS.replace("\n", "\r\n").encode())
    edit(root, "source", "press", {"title": "Press"})
    expected = PRESS.replace('"The Press"', '"Press"').replace("\n", "\r\n")
    assert expected.encode() == path.read_bytes()


@pytest.mark.parametrize(
    "topic",
    [
        pytest.param(
            Topic(id="t", title="T", description="D", query="a\nAND b\n"), id="query of two lines"
        ),
        pytest.param(
            Topic(id="t", title="'\"\\", description="D", query="a '''\nb'"), id="quotation marks"
        ),
        pytest.param(
            Topic(id="t", title="T", description="D\r\nE\x07", query="\n\na\n"),
            id="control characters",
        ),
        pytest.param(
            Topic(
                id="t",
                title="T",
                description="D",
                query="a",
                about=("x" * 70, "[y]"),
                not_about=("z",),
                min_score=0.25,
                limit=9,
                language="ru",
                examples=(
                    Example(expect=True, title="a", text="b\nc"),
                    Example(expect=False, title="", text="д", lang="ru"),
                ),
            ),
            id="everything",
        ),
    ],
)
def test_a_topic_that_is_added_loads_as_it_was(root: Path, topic: Topic) -> None:
    """Writing a topic and reading it gives the same topic."""
    path = add_topic(root, topic)
    assert root / "topics" / "t.toml" == path
    assert topic == load(root).topics[1]


def test_a_source_that_is_added_says_only_what_is_not_default(root: Path) -> None:
    """A new file holds the keys that differ from the defaults, and loads as the same source."""
    source = Source(
        id="zoo", url="https://zoo.example/", title="Zoo", republish=Republish.FULL, tags=("a",)
    )
    path = add_source(root, source)
    expected = 'id = "zoo"\nurl = "https://zoo.example/"\ntitle = "Zoo"\nrepublish = "full"\ntags = ["a"]\n'
    assert expected == path.read_text()
    assert source == load(root).sources[1]


def test_examples_can_be_replaced(root: Path) -> None:
    """The examples of a topic are set as a whole."""
    examples = (Example(expect=False, title="Office seats", text="Chairs."),)
    edit(root, "topic", "seats", {"example": examples})
    assert examples == load(root).topics[0].examples


@pytest.mark.parametrize(
    "change",
    [
        pytest.param({"url": "ftp://a.example/"}, id="bad value"),
        pytest.param({"id": "other"}, id="another id"),
        pytest.param({"colour": "red"}, id="unknown key"),
        pytest.param({"url": None}, id="needed key removed"),
    ],
)
def test_nothing_is_written_that_would_not_load(root: Path, change: dict[str, object]) -> None:
    """A change that would break the catalogue is refused and every file stays as it was."""
    before = files(root)
    with pytest.raises(CatalogueError, match=r"sources/press\.toml:\d"):
        edit(root, "source", "press", change)
    assert before == files(root)


def test_several_sources_are_added_all_or_none(root: Path) -> None:
    """One bad source among several keeps all of them out."""
    before = files(root)
    good = Source(id="good", url="https://good.example/", title="")
    bad = Source(id="bad", url="gopher://bad.example/", title="")
    with pytest.raises(CatalogueError, match=r"sources/bad\.toml"):
        add_sources(root, (good, bad))
    assert before == files(root)


@pytest.mark.parametrize(
    ("source_id", "message"),
    [
        pytest.param("press", "exists already", id="taken"),
        pytest.param("../../escape", "cannot name a file", id="path"),
    ],
)
def test_an_id_that_cannot_be_used_is_refused(root: Path, source_id: str, message: str) -> None:
    """S28: adding never overwrites a file and never writes outside its folder."""
    before = files(root)
    with pytest.raises(CatalogueError, match=message):
        add_source(root, Source(id=source_id, url="https://a.example/", title=""))
    assert before == files(root)


def test_removing_deletes_the_file(root: Path) -> None:
    """What is removed is gone, and its path is returned."""
    assert root / "sources" / "press.toml" == remove(root, "source", "press")
    assert load(root).sources == ()


def test_a_broken_file_can_be_removed(root: Path) -> None:
    """Removing the only broken file is a way to mend the catalogue."""
    (root / "sources" / "bad.toml").write_text("broken")
    remove(root, "source", "bad")
    assert tuple(source.id for source in load(root).sources) == ("press",)


def test_a_broken_file_is_mended_by_hand(root: Path) -> None:
    """A file that is no TOML cannot be edited by a program."""
    (root / "sources" / "press.toml").write_text('id = "press\n')
    with pytest.raises(CatalogueError, match=r"sources/press\.toml: .* by hand first"):
        edit(root, "source", "press", {"title": "x"})


@pytest.mark.parametrize(
    ("source_id", "hint"),
    [
        pytest.param("pres", "did you mean press", id="near miss"),
        pytest.param("../sources/press", "topicwire source list", id="path"),
        pytest.param("zzz", "topicwire source list", id="nothing near"),
    ],
)
def test_an_unknown_id_is_answered_with_a_hint(root: Path, source_id: str, hint: str) -> None:
    """Editing or removing what is not there says so and names what is near."""
    with pytest.raises(NotFoundError, match=hint):
        edit(root, "source", source_id, {"title": "x"})
    with pytest.raises(NotFoundError, match=hint):
        remove(root, "source", source_id)


def test_a_failed_write_leaves_no_trace(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk fails the old file stays, and no draft is left beside it."""

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    before = files(root)
    monkeypatch.setattr("topicwire.world.edit.os.fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        edit(root, "source", "press", {"title": "x"})
    assert before == files(root)


def test_a_linked_file_stays_a_link_with_its_rights(root: Path) -> None:
    """Editing a file that is a link changes the file it leads to, and keeps its permissions."""
    real = root / "real.toml"
    link = root / "sources" / "press.toml"
    link.rename(real)
    link.symlink_to(real)
    real.chmod(0o640)
    edit(root, "source", "press", {"title": "Press"})
    assert link.is_symlink()
    assert real.stat().st_mode & 0o777 == 0o640
    assert 'title = "Press"' in real.read_text()


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        pytest.param("https://www.press.example/feed/", "press-example", id="host alone"),
        pytest.param("https://a.example/Space/rss.xml?x=1", "a-example-space", id="path"),
        pytest.param("samples/a-b.xml", "samples-a-b", id="file"),
        pytest.param("https://bücher.example/", "b-cher-example", id="accent"),
        pytest.param(
            "https://a.example/" + "long/" * 20,
            "a-example-long-long-long-long-long-long",
            id="long",
        ),
        pytest.param("https://[::1/", "1", id="broken address"),
        pytest.param("rss.xml", "source", id="nothing telling"),
    ],
)
def test_an_id_is_made_of_the_telling_words_of_an_address(url: str, expected: str) -> None:
    """The id that is proposed for an address is always one that may be used."""
    assert expected == id_for(url)
    assert is_id(id_for(url))
