"""What connections to PostgreSQL are told, so that each end notices when the other one is gone.

A host that fails, or a cable that is cut, says nothing. As systems are set, a statement under way
would wait for a quarter of an hour, and the server hold the locks of who is gone for two hours.
"""

PATIENCE = 15  # seconds after which either end takes the other for gone

OURS = {  # parameters of libpq
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


def options(**settings: str) -> str:
    """Return what libpq has the server's session set: these, and what its end of the cable needs."""
    return " ".join(f"-c {name}={value}" for name, value in (_THEIRS | settings).items())
