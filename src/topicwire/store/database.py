"""An open database: its transactions, and its failures as StoreError."""

from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from topicwire.store.dialects.base import Dialect, explained


class Database:
    """A database that threads read side by side and write one after the other."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._reader = dialect.reading()
        self._writer = dialect.writing()
        self._watcher = dialect.watching()

    def close(self) -> None:
        """Close all connections."""
        self._reader.dispose()
        self._writer.dispose()
        self._watcher.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Read within, as of one moment.

        Raises:
            StoreError: the database cannot be used.
        """
        with self._explained(), self._reader.begin() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Read and write within: all of it is stored at the end, or nothing.

        Raises:
            StoreError: the database cannot be used.
        """
        with self._explained(), self._writer.begin() as connection:
            yield connection

    def pulse(self) -> Hashable:
        """Return what differs from an earlier pulse once something was written; quick.

        Raises:
            StoreError: the database cannot be used.
        """
        with self._explained(), self._watcher.begin() as connection:
            return self.dialect.pulse(connection)

    def tidy(self) -> None:
        """Keep the database quick and its write-ahead log small.

        Raises:
            StoreError: the database cannot be used.
        """
        with self._explained():
            self.dialect.tidy(self._writer)

    def compact(self) -> None:
        """Give the room of removed rows back to the disk; nobody else may be writing.

        Raises:
            StoreError: the database cannot be used.
        """
        with self._explained():
            self.dialect.compact(self._writer)
            self.dialect.tidy(self._writer)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except self.dialect.failures as error:
            if self.dialect.is_of_data(error):
                raise
            raise explained(error, self.dialect) from error
