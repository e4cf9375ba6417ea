"""All metrics of a process, as the text that Prometheus reads."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import start_http_server
from prometheus_client.exposition import choose_encoder

from topicwire.errors import ListenError
from topicwire.measure.handed import Handed
from topicwire.measure.process import Process
from topicwire.measure.stored import Stored
from topicwire.model.figures import Figures
from topicwire.model.status import Fleet

OPEN_METRICS = "application/openmetrics-text"


class Metrics(Process):
    """What this process counted, and what the store knows."""

    def __init__(
        self,
        figures: Callable[[], Figures],
        clock: Callable[[], datetime],
        fleet: Callable[[], Fleet | None] = lambda: None,
    ) -> None:
        super().__init__()
        self.registry.register(Stored(figures, clock))
        self.registry.register(Handed(fleet))

    def text(self, accept: str = "") -> tuple[str, bytes]:
        """Return the media type and the text of all: OpenMetrics where `accept` names that."""
        wanted = f"{OPEN_METRICS}; version=1.0.0" if OPEN_METRICS in accept else ""
        encode, media_type = choose_encoder(wanted)
        return media_type, encode(self.registry)

    @contextmanager
    def served(self, host: str, port: int) -> Generator[None]:
        """Serve them at an address of their own, in threads, for as long as this lasts.

        Raises:
            ListenError: the address cannot be listened on.
        """
        try:
            server, thread = start_http_server(port, host, self.registry)
        except OSError as error:
            raise ListenError(
                f"the metrics cannot be served on {host}:{port} ({error.strerror}): "
                "set TOPICWIRE_METRICS_LISTEN to another host:port, one for each process"
            ) from error
        try:
            yield
        finally:
            server.shutdown()
            server.server_close()
            thread.join()
