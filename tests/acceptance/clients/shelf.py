"""The feed readers that the tests know. Whoever adds one adds it to docs/readers.md too."""

from functools import partial

from acceptance.clients.kinds import AtEdit, AtRemoval, Kind, has, has_module
from acceptance.clients.letters import Feed2Imap, R2e
from acceptance.clients.libraries import PYTHON, LemonReader, Library
from acceptance.clients.programs import Elfeed, GPodder, Newsboat, Sfeed, has_elfeed

XML = ("atom", "rss")
ALL = ("atom", "rss", "json")

PROGRAMS = (
    Kind(
        name="newsboat",
        package="Debian's newsboat",
        forms=XML,
        is_installed=has("newsboat"),
        start=Newsboat,
        plays=XML,
        confirmed=("settled",),  # it forgets the validators of its very first answer
    ),
    Kind(
        name="sfeed",
        package="Debian's sfeed",
        forms=XML,
        is_installed=has("sfeed_update", "curl"),
        start=Sfeed,
        plays=XML,
        at_edit=AtEdit.SHOWS_BOTH,  # the title is a part of what it knows an entry by
    ),
    Kind(
        name="elfeed",
        package="Debian's elpa-elfeed and emacs-nox",
        forms=XML,
        is_installed=has_elfeed,
        start=Elfeed,
        plays=XML,
    ),
    Kind(
        name="gpodder",
        package="Debian's gpodder",
        forms=XML,
        is_installed=has("gpo"),
        start=GPodder,
        plays=XML,
        at_removal=AtRemoval.DROPS,
    ),
    Kind(
        name="rss2email",
        package="Debian's rss2email",
        forms=XML,
        is_installed=has("r2e"),
        start=R2e,
        at_edit=AtEdit.KEEPS,  # the letter has been sent
    ),
    Kind(
        name="feed2imap",
        package="Debian's feed2imap",
        forms=("rss",),  # in Atom it takes the last link of an entry for its link, whatever it is
        is_installed=has("feed2imap"),
        start=Feed2Imap,
    ),
)
LIBRARIES = (
    Kind(
        name="reader",
        package="PyPI's reader",
        forms=ALL,
        is_installed=PYTHON.exists,
        start=LemonReader,
        plays=ALL,
    ),
    Kind(
        name="rss-parser",
        package="npm's rss-parser",
        forms=XML,
        is_installed=has_module("rss-parser"),
        start=partial(Library, name="rss-parser"),
        plays=("rss",),
        confirmed=(),  # it sends no validators
    ),
    Kind(
        name="feed-extractor",
        package="npm's @extractus/feed-extractor",
        forms=ALL,
        is_installed=has_module("@extractus/feed-extractor"),
        start=partial(Library, name="@extractus/feed-extractor"),
        confirmed=(),  # it sends no validators
    ),
)
KINDS = PROGRAMS + LIBRARIES
