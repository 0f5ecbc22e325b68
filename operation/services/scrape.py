"""Everything that Prometheus may know, gathered when it asks."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import DatabaseError, connection, transaction
from prometheus_client import REGISTRY, CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from operation.services import queue
from stockcoop.kernel.figures import Figure
from stockcoop.packages import offering

_PATIENCE_MS = 2000


def text(*, meters: Path | None) -> bytes:
    """All figures in Prometheus's text format.

    `meters` is the folder where the web processes keep theirs; None: this one is the only one.
    """
    asked = CollectorRegistry()
    asked.register(DatabaseFigures())
    if meters is None:
        return generate_latest(asked) + generate_latest(REGISTRY)
    MultiProcessCollector(asked, path=str(meters))  # type: ignore[no-untyped-call]
    return generate_latest(asked)


class DatabaseFigures(Collector):
    """What the packages tell, each within two seconds; one that cannot is left out and named."""

    def collect(self) -> Iterator[Metric]:
        told: dict[tuple[str, ...], float] = {}
        for package, figures in _sources():
            found = _told(figures)
            told[(package,)] = float(found is not None)
            yield from (_metric(figure) for figure in found or ())
        meaning = "1 when the figures of a package could be had"
        yield _metric(Figure("stockcoop_figures_told", meaning, told, ("package",)))


def _sources() -> Iterator[tuple[str, Callable[[], Iterable[Figure]]]]:
    yield "queue", queue.figures
    for module in offering("services.figures"):
        yield module.__name__.split(".")[0], module.figures


def _told(figures: Callable[[], Iterable[Figure]]) -> list[Figure] | None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {_PATIENCE_MS}")
            found = list(figures())
            cursor.execute("SET LOCAL statement_timeout = DEFAULT")
            return found
    except DatabaseError:
        return None


def _metric(figure: Figure) -> Metric:
    family = CounterMetricFamily if figure.kind == "counter" else GaugeMetricFamily
    metric = family(figure.name, figure.meaning, labels=figure.labels)
    for values, number in sorted(figure.values.items()):
        metric.add_metric(values, number)
    return metric
