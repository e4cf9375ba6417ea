"""What shells complete: the ids of topics and sources, by the names of the catalogue's files.

Whatever goes wrong completes nothing: a shell has no place for what an error would say.
"""

import os
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from topicwire.config import Settings


def topic_ids(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the topics of the catalogue whose id begins so."""
    return _items(_stems(_catalogue(context) / "topics"), begun)


def source_ids(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the sources of the catalogue whose id begins so."""
    return _items(_stems(_catalogue(context) / "sources"), begun)


def starter_topics(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the topics of the starter catalogue whose id begins so."""
    from topicwire.home import starter

    return _items(_stems(starter() / "topics"), begun)


def readers(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the names of tokens in use that begin so."""
    from contextlib import closing

    from topicwire.errors import TopicwireError
    from topicwire.store.store import Store

    settings = _settings(context)
    if settings is None:
        return []
    try:
        with closing(Store.open(settings.database_url)) as store:
            names = [each.name for each in store.tokens() if each.revoked is None]
    except TopicwireError:
        return []
    return _items(names, begun)


def _catalogue(context: click.Context) -> Path:
    """Return the catalogue's folder without reading all settings, which takes half a second."""
    from topicwire.home import catalogue

    return Path(os.environ.get("TOPICWIRE_CATALOGUE") or _given(context) or catalogue())


def _given(context: click.Context) -> str:
    """Return what the settings file says of the catalogue; empty when it says nothing."""
    path = context.find_root().params.get("config")
    try:
        said = tomllib.loads(path.read_text(encoding="utf-8")).get("catalogue") if path else ""
    except (OSError, ValueError):
        return ""
    return said if isinstance(said, str) else ""


def _stems(folder: Path) -> list[str]:
    try:
        return [path.stem for path in folder.iterdir() if path.suffix == ".toml"]
    except OSError:
        return []


def _settings(context: click.Context) -> "Settings | None":
    """Return the settings that the command line begun would have; None if they are wrong."""
    from topicwire.config import load
    from topicwire.errors import ConfigError

    try:
        return load(context.find_root().params.get("config"))
    except ConfigError:
        return None


def _items(names: list[str], begun: str) -> list[CompletionItem]:
    return [CompletionItem(name) for name in sorted(names) if name.startswith(begun)]
