"""The public pictures and previews of a work: stored, signed with credit, taken away."""

from collections.abc import Iterable
from hashlib import sha256
from itertools import groupby
from pathlib import Path

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import transaction
from procrastinate.contrib.django import app

from media.adapters.buckets import Typed
from media.adapters.inscribing import inscribed
from media.models import Rendition, Work
from media.rules import recipes
from media.rules.metadata import Facts
from media.rules.rights import POLICIES
from media.services import originals
from media.services.darkroom import Print


def store(*, work: Work, prints: Iterable[Print]) -> list[Rendition]:
    """Put prints into the public storage under the credit of `work`; the rows are not saved yet.

    A print that lies there already is not written again.
    """
    facts, stored = attribution(work), []
    for made in prints:
        new = Rendition(
            work=work,
            recipe=made.recipe,
            format=made.format,
            width=made.width,
            height=made.height,
        )
        if made.format == "mp4":
            stored.append(_laid(work, new, made.path))
        else:
            stored.append(_stored(work, new, made.path.read_bytes(), facts))
    return stored


@transaction.atomic
def adopt(*, work: Work, made: Iterable[Rendition]) -> None:
    """Let `made`, as `store` returned them, be the renditions of `work` in place of the old."""
    new = list(made)
    keys = {rendition.key for rendition in new}
    _forget([rendition for rendition in work.renditions.all() if rendition.key not in keys])
    Rendition.objects.bulk_create(
        new,
        update_conflicts=True,
        unique_fields=["work", "recipe", "format"],
        update_fields=["width", "height", "key", "bytes"],
    )


@transaction.atomic
def sign_again(*, work: Work) -> None:
    """Write the present creator, credit and rights of `work` into its pictures.

    The pixels stay; sizes that somebody asked for are forgotten, to be made again. Nothing happens
    when the pictures say so already, or when there are none any more.
    """
    # The lock keeps a withdrawal from taking away what would be put back a moment later.
    work = Work.objects.select_for_update(of=("self",)).get(pk=work.pk)
    storage, facts, made = storages["renditions"], attribution(work), []
    for old in work.renditions.standing().exclude(format="mp4"):
        with storage.open(old.key) as file:
            data = file.read()
        new = Rendition(
            work=work, recipe=old.recipe, format=old.format, width=old.width, height=old.height
        )
        made.append(_stored(work, new, data, facts))
    made.extend(work.renditions.filter(format="mp4"))
    adopt(work=work, made=made)


@transaction.atomic
def retire(*, work: Work) -> None:
    """Offer the renditions of `work` no longer: the rows go now, the files right after."""
    _forget(work.renditions.all())


def sweep(keys: Iterable[str]) -> None:
    """Delete files that no rendition names any more."""
    for uuid, asked in groupby(sorted(keys), key=recipes.work_of):
        _sweep(uuid, set(asked))


def clear(*, work: Work) -> None:
    """Have the files deleted that were made of a work before it was refused, if any were."""
    app.configure_task("media.clear_renditions").defer(work_id=work.pk)


def sweep_all(*, work: Work) -> None:
    """Delete every file made of `work` that no rendition names."""
    try:
        _, names = storages["renditions"].listdir(str(work.uuid))
    except FileNotFoundError:
        return
    _sweep(str(work.uuid), {f"{work.uuid}/{name}" for name in names})


@transaction.atomic
def _sweep(uuid: str, asked: set[str]) -> None:
    # The lock keeps `sign_again` from finding a file that is deleted the moment after.
    list(Work.objects.select_for_update(of=("self",)).filter(uuid=uuid))
    named = set(Rendition.objects.filter(key__in=asked).values_list("key", flat=True))
    for key in sorted(asked - named):
        storages["renditions"].delete(key)


def attribution(work: Work) -> Facts:
    """What the public pictures of `work` say: whose they are and where a licence can be had."""
    # Spelled out, not looked up: files that left us keep this address for ever.
    page = f"{settings.BASE_URL}/works/{work.uuid}"
    return Facts(
        creator=work.creator,
        credit=work.credit,
        rights=work.rights,
        licence_url=page,
        licensor=settings.COOP_NAME,
        licensor_url=page,
        data_mining=POLICIES[settings.DATA_MINING].plus,
    )


def signed(made: Print, facts: Facts) -> bytes:
    """What is stored of a print under that credit."""
    return _signed(made, made.path.read_bytes(), facts)


def _stored(work: Work, rendition: Rendition, data: bytes, facts: Facts) -> Rendition:
    signed = _signed(rendition, data, facts)
    rendition.bytes = len(signed)
    rendition.key = recipes.key(
        work.uuid, rendition.recipe, sha256(signed).hexdigest(), rendition.format
    )
    _write_once(storages["renditions"], rendition, Typed(signed, rendition.media_type))
    return rendition


def _laid(work: Work, rendition: Rendition, path: Path) -> Rendition:
    """A clip's, which may be too large for memory and carries no credit, as it was made."""
    rendition.bytes = path.stat().st_size
    rendition.key = recipes.key(
        work.uuid, rendition.recipe, originals.sha256_of(path), rendition.format
    )
    with path.open("rb") as file:
        content = File(file)
        content.content_type = rendition.media_type  # type: ignore[attr-defined]
        _write_once(storages["renditions"], rendition, content)
    return rendition


def _signed(rendition: Rendition | Print, data: bytes, facts: Facts) -> bytes:
    return data if rendition.format == "mp4" else inscribed(data, facts)


def _write_once(storage: Storage, rendition: Rendition, content: File[bytes]) -> None:
    if not storage.exists(rendition.key):
        storage.save(rendition.key, content)


def _forget(renditions: Iterable[Rendition]) -> None:
    gone = list(renditions)
    if not gone:
        return
    Rendition.objects.filter(pk__in=[rendition.pk for rendition in gone]).delete()
    app.configure_task("media.sweep_renditions").defer(keys=[rendition.key for rendition in gone])
