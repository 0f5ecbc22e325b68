"""Files on their way, for tests of uploads: announced, sent, waiting for ingest."""

from hashlib import sha256
from io import BytesIO
from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from media.models import Upload, Work
from media.rules.parts import PART_BYTES
from media.services import uploads
from media.services.part_storage import part_storage
from members.models import User
from tests import make

AT = make.LONG_AGO
BODY = b"what the file holds"


def send(upload: Upload, body: bytes = BODY) -> Upload:
    for part in upload.parts():
        start = (part.number - 1) * PART_BYTES
        chunk = BytesIO(body[start : start + part.bytes])
        part_storage().put_part(upload.work.original_key, upload.token, part, chunk)
    return upload


def begin(owner: User, **changed: Any) -> Upload:
    said = {
        "name": "dunes.jpg",
        "media_type": "image/jpeg",
        "size": len(BODY),
        "digests": [sha256(BODY).hexdigest()],
        "at": AT,
    }
    return uploads.begin(owner=owner, **{**said, **changed})


def ingest_jobs() -> list[int]:
    """The works that wait for ingest; transactional tests leave the jobs of others behind."""
    jobs = ProcrastinateJob.objects.filter(task_name="media.ingest").values_list("args", flat=True)
    here = set(Work.objects.values_list("pk", flat=True))
    return [args["work_id"] for args in jobs if args["work_id"] in here]
