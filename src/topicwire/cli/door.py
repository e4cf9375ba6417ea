"""What a command is given: the settings, the clock, and the parts of the house it asks for."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from topicwire.app import App
    from topicwire.config import Settings

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True)
class Door:
    """The entrance of one command: reads settings and opens the house only when asked."""

    config: Path | None

    def settings(self) -> "Settings":
        """Return the settings."""
        from topicwire.config import load

        return load(self.config)

    @contextmanager
    def app(self) -> Iterator["App"]:
        """Open the house, and close it after the command."""
        from topicwire.world.machine import collect_seldom

        collect_seldom()  # what is imported from here on stays
        from topicwire.app import App

        with App.open(self.settings(), clock=clock) as app:
            yield app


def clock() -> datetime:
    """Return the time, in UTC."""
    return datetime.now(UTC)


pass_door = click.make_pass_decorator(Door)


def once(_: click.Context, __: click.Parameter, words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of an argument without those that stand there already."""
    return tuple(dict.fromkeys(words))


def json_of(shape: str) -> Callable[[Command], Command]:
    """Give a command --json, which prints a value of this shape.

    `shape` names the keys of the object, or of each object of the list: `[{id, title}]`.
    """
    return click.option("--json", "wants_json", is_flag=True, help=f"Print JSON: {shape}.")


def examples(*lines: str) -> str:
    """Return the end of a command's help: what to type, and after ` # ` what for."""
    return "\n".join(("\b", "Examples:", *(f"  {line}" for line in lines)))
