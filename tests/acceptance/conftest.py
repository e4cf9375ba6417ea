"""An origin and an installation of Topicwire for each test."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from acceptance.formats import FORMATS
from acceptance.origin import Origin
from acceptance.wire import Wire


@pytest.fixture
def origin() -> Iterator[Origin]:
    """Return a running origin server."""
    with Origin() as running:
        yield running


@pytest.fixture
def wire(tmp_path: Path, origin: Origin) -> Wire:
    """Return an installation whose sources are the origin's feeds, one of each format."""
    installed = Wire(tmp_path)
    installed.add(**{name: origin.url(name) for name in FORMATS})
    return installed
