"""Whether traces are wanted; nothing of OpenTelemetry is imported where they are not."""

import os
from collections.abc import Mapping
from importlib.util import find_spec

# The standard's names; the exporter reads them, and all its others, by itself.
ENDPOINTS = ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")


def is_wanted(environment: Mapping[str, str] = os.environ) -> bool:
    """Whether the environment names a place to send traces to."""
    return any(environment.get(name) for name in ENDPOINTS)


def is_installed() -> bool:
    """Whether `topicwire[trace]` is installed."""
    return find_spec("opentelemetry") is not None and find_spec("opentelemetry.sdk") is not None
