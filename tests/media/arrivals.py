"""Works whose file lies in the storage, past the checks by which upload refuses some earlier."""

from django.core.files.base import ContentFile
from django.core.files.storage import storages

from media.models import Work
from media.rules.states import State
from media.services import ingest
from members.models import User
from tests import make


def arrived(body: bytes, *, owner: User | None = None, name: str = "dunes.jpg") -> Work:
    work = Work(owner=owner or make.artist(), original_name=name, created_at=make.LONG_AGO)
    work.original_key = f"{work.uuid}/file"
    work.save()
    storages["originals"].save(work.original_key, ContentFile(body))
    Work.objects.filter(pk=work.pk).move(State.UPLOADING, State.INGESTING)
    work.refresh_from_db()
    return work


def ingested(body: bytes, *, owner: User | None = None, name: str = "dunes.jpg") -> Work:
    return ingest.ingest(work_id=arrived(body, owner=owner, name=name).pk, at=make.LONG_AGO)
