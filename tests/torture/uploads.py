"""Files on their way to a bucket that fails, sent and read by processes that are killed.

Each file is sent as the page's script does: announced, each part by a signed address, finished;
then it is read as a worker does. Whoever does it is killed somewhere and another goes on; one in
eight of the files is left lying or taken back instead. Afterwards the sweep runs, and nothing may
be left over or missing: neither a row, nor a file, nor a bit.
"""

from __future__ import annotations

import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from hashlib import sha256
from urllib.request import urlopen

import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test import override_settings
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from media.models import Upload, Work
from media.rules.states import State
from media.services import uploads
from media.services.storage import setup, sweep, verify
from services.faults import COUNTS
from tests import buckets, make
from tests.faults import faulty
from tests.jobs import run_jobs
from tests.torture.case import Outcome, sized
from tests.torture.senders import File, Senders

NAME = "uploads"
SEED = 20
RATES = {"before": 0.10, "after": 0.08, "cut": 0.02}
LATER = timedelta(days=10)


def run(scale: float) -> Outcome:
    """200 files at full size."""
    return flood(files=sized(200, scale, least=20))


@contextmanager
def without_lock() -> Iterator[None]:
    """Without the sweep, what the killed have left lies about and is found."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.torture.uploads._sweep", lambda: 0)
        yield


def flood(*, files: int) -> Outcome:
    """Send so many files, all of them through all that."""
    began = time.monotonic()
    direct = buckets.s3()
    with (
        faulty(direct.endpoint, seed=SEED, **RATES) as endpoint,
        override_settings(**buckets.said(direct)),
        buckets.made(),
    ):
        list(setup.setup(origins=["https://photos.example"]))
        sent = [File(number, make.artist()) for number in range(files)]
        site = buckets.said(buckets.s3(**buckets.names(direct), endpoint=endpoint))
        senders = Senders(sent, site, seed=SEED)
        senders.run()
        swept, wrong = _sweep(), _wrong(sent)
        said = f"{senders.killed} killed, {senders.lives} lives, {_hit(endpoint)}, {swept} swept"
    named = ", ".join(f"{count} {what}" for what, count in wrong.items() if count)
    said = f"{said}; {named}" if named else said
    return Outcome(NAME, files, wrong.total(), time.monotonic() - began, said)


def _hit(endpoint: str) -> str:
    with urlopen(endpoint + COUNTS, timeout=10) as answer:
        counts = json.load(answer)
    hit = counts["before"] + counts["after"] + counts["cut"]
    return f"{hit} of {counts['asked']} requests failed"


def _sweep() -> int:
    """Run what waits, forget what is abandoned; how much nobody had known."""
    later = timezone.now() + LATER
    _run_all_jobs()
    uploads.sweep(at=later)
    swept = sweep.sweep(at=later)
    _run_all_jobs()
    return swept


def _run_all_jobs() -> None:
    """Also those that are to be tried again later."""
    while ProcrastinateJob.objects.filter(status="todo", task_name__startswith="media.").exclude(
        task_name__in=["media.sweep_uploads", "media.revive_stalled"]
    ):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = NULL")
        run_jobs()


def _wrong(sent: list[File]) -> Counter[str]:
    digests = {file: sha256(file.body()).hexdigest() for file in sent if file.is_picture}
    kept = {digest for file, digest in digests.items() if file.is_kept}
    # Who sent it may have been killed a moment after its end.
    fit = kept | {digest for file, digest in digests.items() if file.is_abandoned}
    works = Work.objects.filter(state=State.DRAFT)
    drafts = Counter(works.values_list("sha256", flat=True))
    damaged = [work for work in works if _digest(work) != work.sha256]
    wrong = Counter(
        {
            "did not arrive": len(kept - drafts.keys()),
            "came for nothing": len(drafts.keys() - fit),
            "came twice": drafts.total() - len(drafts),
            "damaged": len(damaged),
            "uploads left open": Upload.objects.open().count(),
            "jobs failed": ProcrastinateJob.objects.filter(status="failed").count(),
        }
    )
    for sentence in verify.differences(at=timezone.now() + 2 * LATER):
        print(sentence, file=sys.stderr)
        wrong["rows or files alone"] += 1
    return wrong


def _digest(work: Work) -> str:
    with storages["originals"].open(work.original_key) as file:
        return sha256(file.read()).hexdigest()
