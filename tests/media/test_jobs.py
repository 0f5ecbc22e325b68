from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from media.models import Encoding, Work
from media.rules.encodings import Stage
from media.rules.states import State
from media.services import encodings
from tests.jobs import run_jobs
from tests.media import files
from tests.media.arrivals import arrived, ingested

pytestmark = pytest.mark.django_db(transaction=True)


def _enqueued(work: Work) -> int:
    return app.configure_task("media.ingest").defer(work_id=work.pk)


def _held_by_a_dead_worker(job_id: int, *, attempts: int = 0) -> None:
    """As if a worker had taken the job, and was killed two minutes ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (%s) RETURNING id",
            [timezone.now() - timedelta(minutes=2)],
        )
        worker = cursor.fetchone()[0]
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s, attempts = %s"
            " WHERE id = %s",
            [worker, attempts, job_id],
        )


def _revive() -> None:
    """The periodic job now, and then what it gave back."""
    app.configure_task("media.revive_stalled", queueing_lock="now").defer(timestamp=0)
    run_jobs()
    run_jobs()


def _state(work: Work) -> Any:
    work.refresh_from_db()
    return work.state


class TestIngest:
    def test_is_done_by_a_worker(self) -> None:
        work = arrived(files.photograph())
        _enqueued(work)
        run_jobs()
        assert _state(work) == State.DRAFT

    def test_whose_worker_was_killed_comes_back(self) -> None:
        work = arrived(files.photograph())
        _held_by_a_dead_worker(_enqueued(work))
        _revive()
        assert _state(work) == State.DRAFT

    def test_that_takes_its_worker_down_again_and_again_is_given_up(self) -> None:
        work = arrived(files.photograph())
        _held_by_a_dead_worker(_enqueued(work), attempts=4)
        _revive()
        assert _state(work) == State.REFUSED
        assert "not your doing" in work.refusal

    def test_that_fails_here_is_tried_again_later(self, tmp_path: Path) -> None:
        work = arrived(files.photograph())
        (tmp_path / "renditions").write_text("a file where the storage wants its folder")
        _enqueued(work)
        run_jobs()
        job = ProcrastinateJob.objects.get(task_name="media.ingest")
        assert (_state(work), job.status, job.attempts) == (State.INGESTING, "todo", 1)


class TestEncoding:
    @pytest.mark.parametrize(("attempts", "stage"), [(0, Stage.MADE), (4, Stage.FAILED)])
    def test_whose_worker_was_killed_comes_back_a_few_times(
        self, tmp_path: Path, attempts: int, stage: Stage
    ) -> None:
        work = ingested(files.clip(tmp_path / "clip.mp4"))
        encodings.order(work=work, longest_side=80, at=timezone.now())
        job = ProcrastinateJob.objects.get(task_name="media.encode")
        _held_by_a_dead_worker(job.pk, attempts=attempts)
        _revive()
        assert Encoding.objects.get(work=work).stage == stage
