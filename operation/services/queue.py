"""How background work fares."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateWorker

from stockcoop.kernel.figures import Figure, Values

_ALIVE_S = 30  # a worker tells every ten seconds that it lives

# A job waits from the moment it was enqueued, or was to begin.
_LAG = """
SELECT j.queue_name, coalesce(max(extract(epoch FROM now() - coalesce(j.scheduled_at, e.at))), 0)
  FROM procrastinate_jobs j
  LEFT JOIN LATERAL (SELECT max(at) AS at FROM procrastinate_events
                      WHERE job_id = j.id AND type = 'deferred') e ON true
 WHERE j.status = 'todo' AND coalesce(j.scheduled_at, e.at, now()) <= now()
 GROUP BY j.queue_name
"""
_JOBS = "SELECT task_name, status::text, count(*) FROM procrastinate_jobs GROUP BY 1, 2"


def has_workers(at: datetime) -> bool:
    """Whether a worker showed a sign of life shortly before `at`."""
    return _living(at) > 0


def figures() -> Iterator[Figure]:
    """Lag by queue, jobs by task and state, workers. Jobs that succeeded leave no row."""
    with connection.cursor() as cursor:
        cursor.execute(_LAG)
        lags: Values = {(queue,): float(seconds) for queue, seconds in cursor.fetchall()}
        cursor.execute(_JOBS)
        jobs: Values = {(task, status): int(number) for task, status, number in cursor.fetchall()}
    yield Figure(
        "stockcoop_queue_lag_seconds",
        "How long the oldest job that is due has waited",
        lags,
        ("queue",),
    )
    yield Figure("stockcoop_jobs", "Jobs by task and state", jobs, ("task", "state"))
    yield Figure("stockcoop_workers", "Workers alive", {(): _living(timezone.now())})


def _living(at: datetime) -> int:
    since = at - timedelta(seconds=_ALIVE_S)
    return ProcrastinateWorker.objects.filter(last_heartbeat__gte=since).count()
