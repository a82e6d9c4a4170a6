"""What Prometheus is told: requests as they were met here, and the store's numbers, read when somebody asks.

Numbers from the store are kept: cheap ones for seconds, those whose cost grows with the store for a minute.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from threading import Lock

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import (
    CounterMetricFamily,
    GaugeHistogramMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.process_collector import ProcessCollector
from prometheus_client.registry import Collector

from chipwire.keep import vitals
from chipwire.keep.db import Connection, Store
from chipwire.keep.people import letters
from chipwire.keep.queries import counts
from chipwire.keep.sources import tally

QUICK, SLOW = timedelta(seconds=5), timedelta(seconds=60)
RECENT = timedelta(days=7)
"""Stories with an item since then count in the sizes."""
_MOST_PATHS = 20_000
_SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Telemetry:
    """One registry of its own, so that several applications in a process do not mix."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self.registry = CollectorRegistry()
        named = ("method", "route", "status")
        self.requests = Counter("chipwire_requests", "Requests answered.", named, registry=self.registry)
        self.seconds = Histogram(
            "chipwire_request_seconds", "Seconds until an answer began.", ("route",),
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self._routes: OrderedDict[str, str] = OrderedDict()
        self._series: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}
        ProcessCollector(registry=self.registry)
        for read, lasts in ((_quick, QUICK), (_slow, SLOW)):
            self.registry.register(_Kept(store, now, read, lasts))

    def route(self, path: str, known: str | None = None) -> str | None:
        """The template of a path's route; that of a kept answer is the one its path had when it was made."""
        if known is None:
            return self._routes.get(path)
        self._routes[path] = known
        if len(self._routes) > _MOST_PATHS:
            self._routes.popitem(last=False)
        return known

    def met(self, method: str, route: str, status: int, seconds: float) -> None:
        """One request was answered."""
        counted, timed = self._of(method, route, status)
        counted.inc()
        timed.observe(seconds)

    def _of(self, method: str, route: str, status: int) -> tuple[Counter, Histogram]:
        """The series of such an answer; looked up once, as the library makes texts of the labels each time."""
        found = self._series.get((method, route, status))
        if found is None:
            found = self.requests.labels(method, route, str(status)), self.seconds.labels(route)
            self._series[method, route, status] = found
        return found

    def text(self) -> bytes:
        """Prometheus text format, version 0.0.4. StoreError when the store cannot be read."""
        return generate_latest(self.registry)


class _Kept(Collector):
    """Reads the store in one snapshot and tells the same for a while."""

    def __init__(
        self,
        store: Store,
        now: Callable[[], datetime],
        read: Callable[[Connection, datetime], Iterable[Metric]],
        lasts: timedelta,
    ) -> None:
        self._store, self._now, self._read, self._lasts = store, now, read, lasts
        self._lock = Lock()
        self._at: datetime | None = None
        self._told: list[Metric] = []

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> list[Metric]:
        with self._lock:
            now = self._now()
            if self._at is None or not self._at <= now < self._at + self._lasts:
                with self._store.read() as c:
                    self._told = list(self._read(c, now))
                self._at = now
            return self._told


def _quick(c: Connection, now: datetime) -> Iterator[Metric]:
    turns = tally.read(c)
    yield _counters("chipwire_feed_turns", "Turns of feeds by how they ended.", "outcome", turns.outcomes)
    late = HistogramMetricFamily("chipwire_feed_lateness_seconds", "Seconds that turns ended after they were due.")
    late.add_metric([], _bounds(turns.late), turns.late_seconds)
    yield late
    yield CounterMetricFamily("chipwire_items_new", "Items that arrived.", value=turns.items)
    yield _gauges("chipwire_feeds", "Feeds by how they are.", "state", vitals.feed_states(c))
    signs = vitals.signs(c, now)
    since = (now - signs.overdue[1]).total_seconds() if signs.overdue else 0.0
    yield GaugeMetricFamily("chipwire_oldest_overdue_seconds", "How long the longest overdue feed waits.", value=since)
    yield GaugeMetricFamily("chipwire_clock_held", "1 while a process keeps the clock.", value=float(bool(signs.clock)))
    yield GaugeMetricFamily("chipwire_clocks", "Clocks that share the work.", value=float(signs.clocks))
    yield _moment("chipwire_last_turn_timestamp_seconds", "When a feed was last checked.", signs.last_turn)
    yield _moment("chipwire_last_digest_timestamp_seconds", "When a digest last left.", signs.last_digest)
    hooks, calls = vitals.webhooks(c)
    yield _gauges("chipwire_webhooks", "Webhooks by whether they are called.", "state", hooks)
    yield _gauges("chipwire_webhook_calls", "Calls of webhooks by state.", "state", calls)
    yield _gauges("chipwire_letters", "Letters in the outbox by state.", "state", letters.states(c))


def _slow(c: Connection, now: datetime) -> Iterator[Metric]:
    yield GaugeMetricFamily("chipwire_items", "Items in the store.", value=vitals.item_count(c))
    tags = GaugeMetricFamily("chipwire_tags", "Relevant items by company and role.", labels=["company", "role"])
    for slug, roles in sorted(counts.companies(c).items()):
        for role, number in roles.items():
            tags.add_metric([slug, role], number)
    yield tags
    sizes = GaugeHistogramMetricFamily("chipwire_story_items", "Items of the stories that had one within 7 days.")
    classes, total = vitals.story_sizes(c, now - RECENT)
    sizes.add_metric([], _bounds(classes), total)
    yield sizes


def _counters(name: str, says: str, label: str, values: dict[str, int]) -> Metric:
    family = CounterMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _gauges(name: str, says: str, label: str, values: dict[str, int]) -> Metric:
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], value)
    return family


def _moment(name: str, says: str, at: datetime | None) -> Metric:
    """Left out while it never happened."""
    return GaugeMetricFamily(name, says, value=at.timestamp() if at else None)


def _bounds(classes: list[tuple[int | None, int]]) -> list[tuple[str, float]]:
    return [("+Inf" if bound is None else str(float(bound)), number) for bound, number in classes]
