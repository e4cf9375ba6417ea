"""What PostgreSQL says when it cannot be used, and what the operator reads beside it."""

import pytest

from topicwire import cable

AT = 'connection failed: connection to server at "10.0.0.9", port 5432 failed: FATAL:  '
SLOTS = "remaining connection slots are reserved for roles with the SUPERUSER attribute"
DENIED = 'no pg_hba.conf entry for host "10.0.0.1", user "wire", database "wire", no encryption'
WHERE = 'connection to server on socket "/run/.s.PGSQL.5432" failed: No such file or directory'


@pytest.mark.parametrize(
    ("said", "remedy"),
    [
        (f"{AT[:-8]}Connection refused", "Start the server"),
        (WHERE, "Start the server"),
        ("failed to resolve host 'wire.example': [Errno -2] Name or service", "Correct the host"),
        ("couldn't get a connection after 5.00 sec", "Start the server"),
        ("connection timeout expired", "can be reached"),
        (f"{AT}{DENIED}", "pg_hba.conf, or name"),
        (f'{AT}password authentication failed for user "wire"', "user and password"),
        ("connection failed: fe_sendauth: no password supplied", "Write user and password"),
        (f'{AT}role "wire" is not permitted to log in', "ALTER ROLE NAME LOGIN"),
        (f'{AT}role "wire" does not exist', "createuser"),
        (f'{AT}database "wire" does not exist', "createdb"),
        (f'{AT}too many connections for role "wire"', "CONNECTION LIMIT"),
        (f'{AT}too many connections for database "wire"', "CONNECTION LIMIT"),
        (f"{AT}sorry, too many clients already", "max_connections"),
        (f"{AT}{SLOTS}", "max_connections"),
        (f"{AT}the database system is starting up", "not ready"),
        (f"{AT}the database system is shutting down", "not ready"),
        (f'{AT}database "wire" is not currently accepting connections', "ALLOW_CONNECTIONS"),
        ("connection failed: server does not support SSL, but SSL was required", "sslmode"),
        ('root certificate file "/home/ada/.postgresql/root.crt" does not exist', "sslmode"),
        ("no schema has been selected to create in", "search_path"),
        (f'{AT}permission denied for database "wire"', "own the database"),
        ("permission denied for schema public", "own the database"),
        ('could not extend file "base/5/1": No space left on device', "Make room"),
        ("canceling statement due to lock timeout", "kept it busy"),
        ("canceling statement due to statement timeout", "Raise statement_timeout"),
        ("could not serialize access due to concurrent update", "try again"),
        ("deadlock detected", "try again"),
        ("cannot execute UPDATE in a read-only transaction", "not a copy"),
        ('relation "entries" does not exist', "schema is incomplete"),
        ("terminating connection due to idle-session timeout", "ended the connection"),
        ("server closed the connection unexpectedly", "ended the connection"),
        ("something nobody has seen", "topicwire doctor"),
    ],
    ids=lambda each: each.removeprefix(AT)[:40],
)
def test_what_postgresql_says_is_told_with_what_mends_it(said: str, remedy: str) -> None:
    """The first line of what it says, then what to do: of this failure, and of no other."""
    told = cable.reason(OSError(f"{said}\nDETAIL:  database, role, closed"))

    assert told.startswith(f"{said}. ")
    assert remedy in told.removeprefix(said)
