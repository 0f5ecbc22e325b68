"""What workers do for works. Each job may run twice: the second time does nothing."""

from django.utils import timezone
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from media.models import Work
from media.rules.parts import StorageDown
from media.services import encodings, originals, renditions, sizes, uploads
from media.services import ingest as ingest_service
from media.services.storage import sweep as storage_sweep

_MOST_ATTEMPTS = 4
_STORAGE_AGAIN = 60
"""Seconds until a file is read again whose storage did not answer."""
_STALLED_AFTER = 30
"""Seconds without a sign of life of the worker that holds a job."""


@app.task(
    name="media.ingest",
    queue="media",
    pass_context=True,
    retry=RetryStrategy(max_attempts=_MOST_ATTEMPTS, exponential_wait=4),
)
def ingest(context: JobContext, work_id: int) -> None:
    """Make a draft of a work, or refuse it; also one that took its worker down every time."""
    if context.job.attempts > _MOST_ATTEMPTS:
        ingest_service.give_up(work_id=work_id, at=timezone.now())
        return
    try:
        ingest_service.ingest(work_id=work_id, at=timezone.now())
    except StorageDown:
        # Nothing is wrong with the file, and an outage may last longer than a few tries.
        ingest.configure(
            schedule_in={"seconds": _STORAGE_AGAIN}, queueing_lock=f"ingest:{work_id}"
        ).defer(work_id=work_id)
    except Exception:
        if context.job.attempts == _MOST_ATTEMPTS:
            ingest_service.give_up(work_id=work_id, at=timezone.now())
        raise


@app.task(
    name="media.encode",
    queue="media",
    pass_context=True,
    retry=RetryStrategy(max_attempts=_MOST_ATTEMPTS, exponential_wait=4),
)
def encode(context: JobContext, encoding_id: int) -> None:
    """Make a clip in a smaller size; give up on one that took its worker down every time."""
    if context.job.attempts > _MOST_ATTEMPTS:
        encodings.give_up(encoding_id=encoding_id)
        return
    try:
        encodings.make(encoding_id=encoding_id)
    except Exception:
        if context.job.attempts == _MOST_ATTEMPTS:
            encodings.give_up(encoding_id=encoding_id)
        raise


@app.task(
    name="media.sign_again",
    queue="media",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def sign_again(work_id: int) -> None:
    """Write the present credit of a work into its renditions."""
    renditions.sign_again(work=Work.objects.get(pk=work_id))


@app.task(
    name="media.sweep_renditions",
    queue="media",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def sweep_renditions(keys: list[str]) -> None:
    """Delete files of renditions that are no longer offered."""
    renditions.sweep(keys)


@app.task(
    name="media.clear_renditions",
    queue="media",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def clear_renditions(work_id: int) -> None:
    """Delete what was made of a work before it was refused."""
    for work in Work.objects.filter(pk=work_id):
        renditions.sweep_all(work=work)


@app.task(
    name="media.sweep_originals",
    queue="media",
    retry=RetryStrategy(max_attempts=8, exponential_wait=4),
)
def sweep_originals(keys: list[str]) -> None:
    """Delete files that did not become works."""
    originals.sweep(keys)


@app.periodic(cron="17 * * * *")
@app.task(name="media.sweep_uploads", queue="media", queueing_lock="media.sweep_uploads")
def sweep_uploads(timestamp: int) -> None:
    """Forget uploads that nobody goes on with, and parts and files that nothing needs any more."""
    uploads.sweep(at=timezone.now())
    sizes.sweep(at=timezone.now())
    encodings.sweep(at=timezone.now())
    storage_sweep.sweep(at=timezone.now())


@app.periodic(cron="* * * * * */10")
@app.task(name="media.revive_stalled", queueing_lock="media.revive_stalled", pass_context=True)
async def revive_stalled(context: JobContext, timestamp: int) -> None:
    """Give back to the queue what workers held that were killed or lost, whatever the package."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=_STALLED_AFTER):
        await manager.retry_job(job)
