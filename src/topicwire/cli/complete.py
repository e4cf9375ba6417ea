"""What shells complete: the ids of topics and sources, by the names of the catalogue's files.

Whatever goes wrong completes nothing: a shell has no place for what an error would say.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

if TYPE_CHECKING:
    from topicwire.config import Settings


def topic_ids(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the topics of the catalogue whose id begins so."""
    return _items(_files(context, "topics"), begun)


def source_ids(context: click.Context, _: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the sources of the catalogue whose id begins so."""
    return _items(_files(context, "sources"), begun)


def starter_topics(_: click.Context, __: click.Parameter, begun: str) -> list[CompletionItem]:
    """Return the topics of the starter catalogue whose id begins so."""
    from topicwire.config import starter

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


def _files(context: click.Context, folder: str) -> list[str]:
    settings = _settings(context)
    return _stems(settings.catalogue / folder) if settings is not None else []


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
