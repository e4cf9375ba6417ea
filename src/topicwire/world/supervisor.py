"""Telling the supervisor that started us, systemd or one like it, how we are (sd_notify(3))."""

import os
import socket


def tell(state: str) -> None:
    """Send a state such as `READY=1`; nobody is told where nobody asked to be."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if not address:
        return
    if address.startswith("@"):  # a name in the abstract namespace
        address = "\0" + address[1:]
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as wire:
        try:
            wire.sendto(state.encode(), address)
        except OSError:
            return  # a supervisor that has gone is no reason to stop


def patience() -> float | None:
    """Return after how many seconds of silence it kills us, None when it does not wait for us."""
    microseconds = os.environ.get("WATCHDOG_USEC", "")
    is_ours = os.environ.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
    return int(microseconds) / 1e6 if microseconds.isdecimal() and is_ours else None
