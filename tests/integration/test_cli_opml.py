"""Subscription lists as an operator brings them in and takes them out."""

from pathlib import Path

import pytest

from commands import Run
from origin import Origin, answer

LIST = """<?xml version="1.0"?><opml version="1.1"><head><title>Mine</title></head><body>
<outline text="space"><outline text="policy">
  <outline text="The Press" type="rss" xmlUrl="https://press.example/feed" htmlUrl="https://press.example/"/>
</outline></outline>
<outline text="again" type="rss" xmlUrl="https://press.example/feed"/>
<outline text="script" type="rss" xmlUrl="javascript:alert(1)"/>
<outline text="secret" type="rss" xmlUrl="https://me:pass@press.example/feed"/>
<outline text="page" htmlUrl="https://pages.example/"/>
<outline text="more" type="include" url="%s"/>
</body></opml>"""
MORE = (
    '<opml version="2.0"><body><outline text="Deep" xmlUrl="https://deep.example/f"/></body></opml>'
)


@pytest.fixture
def a_list(tmp_path: Path) -> Path:
    """Return a list as another program writes it."""
    path = tmp_path / "mine.opml"
    path.write_text(LIST % "http://127.0.0.1:1/more.opml")
    return path


def test_a_dry_run_says_what_would_happen(run: Run, catalogue: Path, a_list: Path) -> None:
    """L6: every feed of the list has a line with its fate, and nothing is written."""
    said = run("source", "import", str(a_list), "--dry-run")

    assert said.code == 0
    assert said.out.startswith("3 feeds: 1 new, 0 known already, 2 refused.")
    assert "becomes press-example" in said.out
    assert "only http:// and https:// addresses are fetched" in said.out
    assert "a name or password may not stand in an address" in said.out
    assert "no feed is named for https://pages.example/" in said.out
    assert "--follow reads it too" in said.out
    assert said.out.rstrip().endswith("Nothing was written.")
    assert not (catalogue / "sources" / "press-example.toml").exists()


def test_an_import_writes_the_catalogue_and_applies_it(run: Run, a_list: Path) -> None:
    """Folders become tags, and the source is in the database at once."""
    assert run("source", "import", str(a_list)).code == 0

    (source,) = (
        each for each in run("source", "list", "--json").json if each["id"] == "press-example"
    )
    assert (source["title"], source["site"]) == ("The Press", "https://press.example/")
    assert source["tags"] == ["space/policy"]
    again = run("source", "import", str(a_list))
    assert again.out.startswith("3 feeds: 0 new, 1 known already, 2 refused.")


def test_an_export_can_be_imported_again(run: Run, tmp_path: Path, a_list: Path) -> None:
    """L2: export, import, export gives the same sources; files of the catalogue are left out."""
    run("source", "import", str(a_list))
    first = run("source", "export")
    exported = tmp_path / "out.opml"
    exported.write_text(first.out)

    assert "4 sources without a feed on the web" in first.err
    run("source", "remove", "press-example")
    run("source", "import", str(exported))
    second = run("source", "export").out
    assert [line for line in first.out.splitlines() if "dateCreated" not in line] == [
        line for line in second.splitlines() if "dateCreated" not in line
    ]


def test_tokens_stay_at_home(run: Run, tmp_path: Path) -> None:
    """L7: an address that holds a token is exported only when it is asked for."""
    run("source", "add", "https://press.example/feed?access_token=s3cret", "--id", "private")

    said = run("source", "export")
    assert "s3cret" not in said.out
    assert "left out because their address holds a token: private" in said.err
    assert "s3cret" in run("source", "export", "--with-secrets").out
    target = tmp_path / "all.opml"
    run("source", "export", "-o", str(target), "--with-secrets")
    assert "s3cret" in target.read_text()


def test_a_list_on_the_web_and_those_within(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    """L5, S5: lists are fetched through the guard; those within only with --follow, each once."""
    with Origin(reply=lambda seen: answer(body=pages[seen.path])) as origin:
        pages = {
            "/mine.opml": (LIST % origin.url("/more.opml")).encode(),
            "/more.opml": MORE.replace(
                "</body>", f'<outline type="link" url="{origin.url("/more.opml")}"/></body>'
            ).encode(),
        }
        refused = run("source", "import", origin.url("/mine.opml"), "--dry-run")
        assert refused.code == 1
        assert "is private; allow it" in refused.err

        monkeypatch.setenv("TOPICWIRE_ALLOW_PRIVATE", "127.0.0.1")
        monkeypatch.setenv("TOPICWIRE_HOST_SPACING", "0")
        said = run("source", "import", origin.url("/mine.opml"), "--dry-run")
        assert "deep.example" not in said.out
        followed = run("source", "import", origin.url("/mine.opml"), "--dry-run", "--follow")
        assert "becomes deep-example-f" in followed.out
        assert [seen.path for seen in origin.seen].count("/more.opml") == 1


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        pytest.param(None, "cannot be read", id="missing"),
        pytest.param("<html></html>", "names no feed; give a subscription list", id="no list"),
    ],
)
def test_what_cannot_be_imported_is_said(
    run: Run, tmp_path: Path, content: str | None, reason: str
) -> None:
    """A wrong file is named with what to do, and nothing happens."""
    path = tmp_path / "wrong.opml"
    if content is not None:
        path.write_text(content)

    said = run("source", "import", str(path))
    assert said.code == 1
    assert "wrong.opml" in said.err
    assert reason in said.err
