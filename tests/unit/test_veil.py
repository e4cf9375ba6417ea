"""Tests of what of an address is shown."""

import pytest

from topicwire.veil import veiled, veiled_database


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        pytest.param("https://u:secret@hub.example/", "https://u:***@hub.example/", id="password"),
        pytest.param("https://u:sec:ret@h/", "https://u:***@h/", id="with a colon"),
        pytest.param("postgresql://u:sec/ret@h/db", "postgresql://u:***@h/db", id="with a slash"),
        pytest.param("postgresql://u:sec@ret@h/db", "postgresql://u:***@h/db", id="with an @"),
        pytest.param("postgresql://u:sec?ret@h/db", "postgresql://u:***@h/db", id="with a ?"),
        pytest.param("postgresql://u#1:secret@h/db", "postgresql://u#1:***@h/db", id="odd user"),
        pytest.param("postgresql://[u:secret@h/db", "postgresql://[u:***@h/db", id="bracket"),
        pytest.param(
            "postgresql://h/db?user=u&password=secret&sslmode=require",
            "postgresql://h/db?user=u&password=***&sslmode=require",
            id="in the query",
        ),
        pytest.param(
            "postgresql://h/db?PassWord=secret", "postgresql://h/db?PassWord=***", id="case"
        ),
        pytest.param(
            "postgresql:///?pass%77ord=secret", "postgresql:///?pass%77ord=***", id="escaped"
        ),
        pytest.param(
            "postgresql:///db?sslpassword=secret", "postgresql:///db?sslpassword=***", id="key"
        ),
    ],
)
def test_a_secret_in_an_address_is_shown_to_nobody(address: str, shown: str) -> None:
    """Wherever a password stands, and whatever is in it, three stars stand there."""
    assert shown == veiled(address) == veiled_database(address)


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://wire@db.example/wire",
        "postgresql://[2001:db8::1]:5432/wire?user=a:b@c",
        "postgresql://db.example/wire?passfile=/etc/topicwire/pgpass",
        "postgresql:///wire?host=/run/postgresql",
        "sqlite:////srv/a:b@c.sqlite",
        "sqlite:///db/wire.sqlite",
    ],
)
def test_what_is_no_secret_is_shown(url: str) -> None:
    """A user, the name of a file with passwords, and the path of a database."""
    assert url == veiled_database(url) == veiled(url)


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        pytest.param("postgresql:u:secret@h/db", "postgresql:…", id="without slashes"),
        pytest.param("postgresql://u:secret", "postgresql:…", id="without a host"),
        pytest.param("postgresql://u:p@h:secret/db", "postgresql:…", id="a port that is none"),
        pytest.param("postgresql://a/b:secret@h/db", "postgresql:…", id="a user with a slash"),
        pytest.param("host=h password=secret", "…", id="of libpq"),
        pytest.param("u:secret@h/db", "u:…", id="without a scheme"),
    ],
)
def test_of_what_is_no_database_only_the_scheme_is_shown(url: str, shown: str) -> None:
    """Any part of it may be a password."""
    assert shown == veiled_database(url)
