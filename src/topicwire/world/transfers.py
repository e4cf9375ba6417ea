"""libcurl's transfers, many at once, driven by the event loop that they are made in.

libcurl says which sockets it waits for. They are kept in one epoll, whose own descriptor is the
only one that the loop watches: that takes a fraction of what a watcher for each would.
"""

import asyncio
import select
from collections.abc import Iterable
from contextlib import suppress
from typing import Any

import pycurl

_EVENTS = {
    pycurl.POLL_NONE: 0,
    pycurl.POLL_IN: select.EPOLLIN,
    pycurl.POLL_OUT: select.EPOLLOUT,
    pycurl.POLL_INOUT: select.EPOLLIN | select.EPOLLOUT,
}


class Transfers:
    """Whatever libcurl has under way in the running event loop."""

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._waiting: dict[pycurl.Curl, asyncio.Future[None]] = {}
        self._watched: set[int] = set()
        self._ready = select.epoll()
        self._due: float | None = None  # when libcurl wants to be called, in the loop's time
        self._wakes: float | None = None  # when it will be called at the latest
        self._timer: asyncio.Handle | None = None
        self._multi = pycurl.CurlMulti()
        self._multi.setopt(pycurl.M_SOCKETFUNCTION, self._watch)
        self._multi.setopt(pycurl.M_TIMERFUNCTION, self._remind)
        self._loop.add_reader(self._ready.fileno(), self._go_on)

    async def make(self, curl: pycurl.Curl) -> None:
        """Make the transfer that the handle describes; cancelled, it leaves nothing under way.

        Raises:
            pycurl.error: it failed; the arguments are libcurl's number and words.
        """
        future = self._waiting[curl] = self._loop.create_future()
        try:
            self._multi.add_handle(curl)
            await future
        finally:
            del self._waiting[curl]
            self._multi.remove_handle(curl)

    def close(self) -> None:
        """End libcurl's part; no transfer may be under way any more."""
        if self._timer is not None:
            self._timer.cancel()
        self._multi.close()
        self._loop.remove_reader(self._ready.fileno())
        self._ready.close()

    def _watch(self, what: int, socket: int, *_: Any) -> None:
        """Wait for something else at a socket; called by libcurl."""
        if what == pycurl.POLL_REMOVE:
            self._watched.discard(socket)
            with suppress(OSError):  # it may have been closed
                self._ready.unregister(socket)
        elif socket in self._watched:
            self._ready.modify(socket, _EVENTS[what])
        else:
            self._watched.add(socket)
            self._ready.register(socket, _EVENTS[what])

    def _remind(self, milliseconds: int) -> None:
        """Call libcurl then, whatever happens at the sockets; called by libcurl, and often.

        A timer that is too early looks again, so that most changes need no other one.
        """
        if milliseconds < 0:
            self._due = None
            return
        self._due = self._loop.time() + milliseconds / 1000
        if self._wakes is None or self._due < self._wakes:
            self._wake()

    def _wake(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        assert self._due is not None
        self._wakes = self._due
        left = self._due - self._loop.time()
        self._timer = (
            self._loop.call_later(left, self._look)
            if left > 0
            else self._loop.call_soon(self._look)
        )

    def _look(self) -> None:
        self._timer = self._wakes = None
        if self._due is None:
            return
        if self._due > self._loop.time():
            self._wake()
            return
        self._due = None
        self._act(((pycurl.SOCKET_TIMEOUT, 0),))

    def _go_on(self) -> None:
        self._act((socket, _happened(events)) for socket, events in self._ready.poll(0))

    def _act(self, happened: Iterable[tuple[int, int]]) -> None:
        """Let libcurl do what it can now, and tell those who wait what has ended."""
        try:
            for socket, events in happened:
                self._multi.socket_action(socket, events)
            more = 1
            while more:
                more, ended, failed = self._multi.info_read()
                for curl in ended:
                    self._done(curl, None)
                for curl, number, words in failed:
                    self._done(curl, pycurl.error(number, words))
        except Exception as error:  # noqa: BLE001 (libcurl's own fault: nobody may wait for ever)
            for curl in self._waiting:
                self._done(curl, error)

    def _done(self, curl: pycurl.Curl, error: Exception | None) -> None:
        future = self._waiting[curl]
        if future.done():
            return  # cancelled just now
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)


def _happened(events: int) -> int:
    """Return what epoll says in libcurl's terms; a fault is for whoever reads."""
    happened = pycurl.CSELECT_OUT if events & select.EPOLLOUT else 0
    return happened | (pycurl.CSELECT_IN if events & ~select.EPOLLOUT else 0)
