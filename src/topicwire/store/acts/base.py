"""What all methods of the store work on."""

from topicwire.store.database import Database


class OnDatabase:
    """Methods on an open database, each of them one transaction."""

    def __init__(self, database: Database) -> None:
        self._database = database
