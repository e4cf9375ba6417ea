"""Readers for the terminal: newsboat, sfeed, elfeed and gPodder."""

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from acceptance.clients.kinds import Entry, has, output

ELFEED = Path(__file__).with_name("elfeed.el")
ELISP = Path("/usr/share/emacs/site-lisp/elpa")  # where Debian puts it, and elfeed.el looks

# Its manual's recipe for validators; as it comes, it neither sends any nor follows a redirect.
SFEEDRC = """
sfeedpath={home}/feeds
fetch() {{
    curl -L -H "User-Agent:" -f -s -m 15 \\
        --etag-save "$3.etag" --etag-compare "$3.etag" -z "$3.etag" "$2"
}}
feeds() {{
    feed "topic" "{url}"
}}
"""


def rows(database: Path, query: str) -> tuple[Entry, ...]:
    """Return what a query for title, link and sound finds in an SQLite file."""
    with closing(sqlite3.connect(database)) as connection:
        return tuple(Entry(*row) for row in connection.execute(query))


@dataclass(frozen=True, slots=True)
class Newsboat:
    """A list of addresses, and a cache."""

    home: Path

    def subscribe(self, url: str) -> None:
        (self.home / "urls").write_text(f"{url}\n", encoding="utf-8")
        (self.home / "config").touch()

    def poll(self) -> None:
        self.run("-x", "reload")

    def entries(self) -> tuple[Entry, ...]:
        query = "SELECT title, url, enclosure_url FROM rss_item WHERE deleted = 0"
        return rows(self.home / "cache.db", query)

    def run(self, *arguments: str) -> str:
        """Run it with its files in its home."""
        files = ("-u", f"{self.home}/urls", "-C", f"{self.home}/config", "-c")
        return output(self.home, "newsboat", *files, f"{self.home}/cache.db", *arguments)


@dataclass(frozen=True, slots=True)
class Sfeed:
    """A shell script and a file of lines."""

    home: Path

    def subscribe(self, url: str) -> None:
        (self.home / "feeds").mkdir()
        text = SFEEDRC.format(home=self.home, url=url)
        (self.home / "sfeedrc").write_text(text, encoding="utf-8")

    def poll(self) -> None:
        output(self.home, "sfeed_update", str(self.home / "sfeedrc"))

    def entries(self) -> tuple[Entry, ...]:
        lines = (self.home / "feeds" / "topic").read_text(encoding="utf-8").splitlines()
        fields = [line.split("\t") for line in lines]
        return tuple(Entry(each[1], each[2], each[7]) for each in fields)


@dataclass(frozen=True, slots=True)
class Elfeed:
    """Emacs, without a window."""

    home: Path

    def subscribe(self, url: str) -> None:
        (self.home / "url").write_text(url, encoding="utf-8")

    def poll(self) -> None:
        url = (self.home / "url").read_text(encoding="utf-8")
        printed = output(self.home, "emacs", "--batch", "--load", str(ELFEED), url)
        (self.home / "entries.json").write_text(printed, encoding="utf-8")

    def entries(self) -> tuple[Entry, ...]:
        found = json.loads((self.home / "entries.json").read_text(encoding="utf-8"))
        return tuple(Entry(*each) for each in found)


def has_elfeed() -> bool:
    """Return whether Emacs, its package and what it fetches with are there."""
    return has("emacs", "curl")() and any(ELISP.glob("elfeed-*"))


@dataclass(frozen=True, slots=True)
class GPodder:
    """A podcast client, by its command line."""

    home: Path

    def subscribe(self, url: str) -> None:
        (self.home / "url").write_text(url, encoding="utf-8")

    def poll(self) -> None:
        is_known = (self.home / "Database").exists()
        url = (self.home / "url").read_text(encoding="utf-8")
        self.run(*(("update",) if is_known else ("subscribe", url)))

    def entries(self) -> tuple[Entry, ...]:
        query = "SELECT title, link, CASE url WHEN link THEN '' ELSE url END FROM episode"
        return rows(self.home / "Database", query)

    def run(self, *arguments: str) -> str:
        """Run it with its files in its home."""
        return output(self.home, "gpo", *arguments, environment={"GPODDER_HOME": str(self.home)})
