"""What happens around every job in a worker: its id in each line, its line in the log."""

import logging
import time
from typing import Any

from structlog.contextvars import bind_contextvars

log = logging.getLogger("stockcoop.jobs")


async def tell(call_next: Any, context: Any, worker: Any) -> Any:
    """Run a job (a middleware of procrastinate's workers).

    Its id stays bound, since the worker has more to say about the job; each job is an
    asynchronous task of its own, so no other one sees it.
    """
    job = context.job
    bind_contextvars(job_id=job.id, task=job.task_name)
    began = time.perf_counter()
    try:
        result = await call_next()
    except Exception as error:
        _line(logging.WARNING, job, type(error).__name__, began)
        raise
    # Periodic jobs are given the time they are for; one every few seconds is no news.
    _line(logging.DEBUG if "timestamp" in job.task_kwargs else logging.INFO, job, "done", began)
    return result


def _line(level: int, job: Any, end: str, began: float) -> None:
    ms = round((time.perf_counter() - began) * 1000)
    log.log(level, "%s: %s in %s ms", job.task_name, end, ms, extra={"ms": ms})
