"""What is handed to workers, asked for whenever somebody reads the metrics."""

from collections.abc import Callable, Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from topicwire.errors import StoreError
from topicwire.model.status import Fleet


class Handed(Collector):
    """Workers and their errands; nothing where one process does everything, or none answers."""

    def __init__(self, fleet: Callable[[], Fleet | None]) -> None:
        self._fleet = fleet

    def describe(self) -> Iterable[GaugeMetricFamily]:
        """Return nothing: registering must not ask the database."""
        return ()

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield how many there are."""
        try:
            fleet = self._fleet()
        except StoreError:
            return
        if fleet is None:
            return
        yield GaugeMetricFamily("topicwire_workers", "Workers that live.", value=fleet.workers)
        has_leader = float(fleet.leader is not None)
        yield GaugeMetricFamily(
            "topicwire_leader", "Whether a scheduler hands out work.", value=has_leader
        )
        told = GaugeMetricFamily(
            "topicwire_errands", "Errands handed to workers, by stage.", labels=("stage",)
        )
        for stage in ("waiting", "doing", "aside"):
            told.add_metric((stage,), getattr(fleet, stage))
        yield told
