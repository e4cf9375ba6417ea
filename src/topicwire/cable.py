"""What connections to PostgreSQL are told, and what mends those that fail.

They are told so much that each end notices when the other one is gone. A host that fails, or a
cable that is cut, says nothing. As systems are set, a statement under way would wait for a quarter
of an hour, and the server hold the locks of who is gone for two hours.
"""

from topicwire.errors import remedied

PATIENCE = 15  # seconds after which either end takes the other for gone

OURS = {  # parameters of libpq
    "client_encoding": "UTF8",
    "connect_timeout": "5",
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
    "tcp_user_timeout": str(PATIENCE * 1000),
}
_THEIRS = {  # settings of the server's session
    "tcp_keepalives_idle": "5",
    "tcp_keepalives_interval": "3",
    "tcp_keepalives_count": "3",
    "tcp_user_timeout": str(PATIENCE * 1000),
}


def options(given: str = "", **settings: str) -> str:
    """Return what libpq has the server's session set: these, and what its end of the cable needs.

    `given` is what the operator has it set, where these do not say otherwise.
    """
    ours = (f"-c {name}={value}" for name, value in (_THEIRS | settings).items())
    return " ".join((given, *ours)).strip()


_REMEDIES = (  # by patterns of what it says; the first that is found counts
    (
        "support SSL|certificate",
        "Correct sslmode and its certificates in TOPICWIRE_DATABASE_URL, or SSL on the server.",
    ),
    (
        'Connection refused|socket ".*" failed|get a connection',
        "Start the server, or correct host and port in TOPICWIRE_DATABASE_URL.",
    ),
    ("resolve host|translate host name", "Correct the host in TOPICWIRE_DATABASE_URL."),
    (
        "timeout expired|Connection timed out|is unreachable|No route",
        "Check that the server can be reached from here.",
    ),
    (
        r"pg_hba\.conf",
        "Let this host and user in, by a line in the server's pg_hba.conf, or name another.",
    ),
    ("authentication failed", "Correct user and password in TOPICWIRE_DATABASE_URL."),
    ("no password", "Write user and password in TOPICWIRE_DATABASE_URL."),
    ("not permitted to log in", "Let the user in: `ALTER ROLE NAME LOGIN`, or name another."),
    ('role ".*" does not exist', "Make the user: `createuser --pwprompt NAME`, or name another."),
    (
        'database ".*" does not exist',
        "Make it: `createdb --owner=USER --encoding=UTF8 --template=template0 NAME`.",
    ),
    ("too many connections for", "Raise its CONNECTION LIMIT, or start fewer processes."),
    (
        "too many clients|remaining connection slots",
        "Raise max_connections on the server, or start fewer processes.",
    ),
    (
        "starting up|shutting down|in recovery mode|not yet accepting|system is not accepting",
        "The server is not ready yet, or no longer; what waits is tried again.",
    ),
    (
        "not currently accepting connections",
        "Let it: `ALTER DATABASE NAME ALLOW_CONNECTIONS true`, or name another.",
    ),
    ("no schema has been selected", "Make the schema that search_path names, or name another."),
    (
        "permission denied|must be owner",
        "Let the user own the database, or grant it what is missing.",
    ),
    ("No space left|could not extend", "Make room on the server's disk, then try again."),
    (
        "lock timeout",
        "Another process has kept it busy for too long: stop that one, or try again.",
    ),
    ("statement timeout", "Raise statement_timeout for this user, or see why the server is slow."),
    ("serialize access|deadlock", "Another wrote at the same moment: try again."),
    ("read-only|during recovery", "Name the server that may be written, not a copy of it."),
    ("does not exist", "The schema is incomplete: restore a backup, or use an empty database."),
    (
        "terminat|closed|connection is lost|reset by peer",
        "The server was stopped or ended the connection; what waits is tried again.",
    ),
)


def reason(error: BaseException) -> str:
    """Return why PostgreSQL cannot be used, and what to do about it."""
    said, *_ = str(error).strip().splitlines() or [type(error).__name__]
    return remedied(said.rstrip("."), _REMEDIES)
