"""What tests have workers do; a module of its own, because workers import it by name."""

import os
import time

from topicwire.errors import ParseError


def square(number: int) -> int:
    return number * number


def where(_: None) -> int:
    return os.getpid()


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def spin(_: None) -> None:
    while True:
        pass


def die(code: int) -> None:
    os._exit(code)


def fill(size: int) -> int:
    return len(bytearray(size))


def refuse(reason: str) -> None:
    raise ParseError(reason)


def fail(_: None) -> None:
    raise LookupError("a fault of ours")
