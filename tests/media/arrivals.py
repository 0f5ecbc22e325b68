"""Works whose file lies in the storage, past the checks by which upload refuses some earlier."""

import io

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from PIL import Image

from media.models import Rendition, Work
from media.rules.states import State
from media.services import ingest
from members.models import User
from tests import make
from tests.media import files


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


def shown(work: Work, recipe: str = "r256", format: str = "jpeg") -> Image.Image:
    """A rendition as anybody may fetch it."""
    rendition = work.renditions.get(recipe=recipe, format=format)
    with storages["renditions"].open(rendition.key) as file:
        return Image.open(io.BytesIO(file.read())).convert("RGB")


def rendered(rendition: Rendition) -> bytes:
    """The file of a rendition."""
    with storages["renditions"].open(rendition.key) as file:
        data: bytes = file.read()
        return data


def quarters(work: Work) -> list[str]:
    """The colours of the quarters of `files.corners()`, clockwise from the upper left."""
    picture = shown(work)
    width, height = picture.size
    names = {(1, 0, 0): "red", (0, 1, 0): "green", (0, 0, 1): "blue", (1, 1, 1): "white"}
    seen = [
        files.pixel(picture, width * x // 4, height * y // 4)
        for x, y in ((1, 1), (3, 1), (3, 3), (1, 3))
    ]
    return [names.get((r // 129, g // 129, b // 129), "other") for r, g, b in seen]


UPRIGHT = ["red", "green", "blue", "white"]
