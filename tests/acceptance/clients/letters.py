"""Readers that write a letter for each entry, into a local mailbox: rss2email and feed2imap."""

import mailbox
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import decode_header, make_header
from email.message import Message
from pathlib import Path

from acceptance.clients.kinds import Entry, output

R2E = """
[DEFAULT]
from = topic@reader.example
to = reader@reader.example
email-protocol = maildir
maildir-path = {home}
maildir-mailbox = mail

[feed.topic]
url = {url}
"""
FEED2IMAP = """
feeds:
  - name: topic
    url: {url}
    target: maildir://{home}/mail
"""


def letters(folder: Path) -> Iterator[Message]:
    """Return the letters in a mailbox."""
    return iter(mailbox.Maildir(folder, create=True))


def subject(letter: Message) -> str:
    """Return what a letter is about."""
    return re.sub(r"\s+", " ", str(make_header(decode_header(letter["Subject"]))))


@dataclass(frozen=True, slots=True)
class R2e:
    """rss2email: configured by a file, and quiet."""

    home: Path

    def subscribe(self, url: str) -> None:
        text = R2E.format(home=self.home, url=url)
        (self.home / "config").write_text(text, encoding="utf-8")

    def poll(self) -> None:
        output(self.home, "r2e", "-c", f"{self.home}/config", "-d", f"{self.home}/seen", "run")

    def entries(self) -> tuple[Entry, ...]:
        return tuple(
            Entry(subject(each), each["X-RSS-URL"]) for each in letters(self.home / "mail")
        )


@dataclass(frozen=True, slots=True)
class Feed2Imap:
    """feed2imap: it rewrites the letter of an entry that was edited."""

    home: Path

    def subscribe(self, url: str) -> None:
        text = FEED2IMAP.format(home=self.home, url=url)
        (self.home / "config").write_text(text, encoding="utf-8")

    def poll(self) -> None:
        output(self.home, "feed2imap", "-f", f"{self.home}/config")

    def entries(self) -> tuple[Entry, ...]:
        return tuple(Entry(subject(each), _link(each)) for each in letters(self.home / "mail"))


def _link(letter: Message) -> str:
    parts = [part for part in letter.walk() if part.get_content_type() == "text/plain"]
    body = parts[0].get_payload(decode=True)
    assert isinstance(body, bytes)
    found = re.search(r"<(http[^>]+)>", body.decode())
    return found[1] if found else ""
