"""Putting works into lightboxes, in order, and showing them to others."""

import secrets
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from media.models import Work
from members.models import User
from stockcoop.kernel.errors import Refused
from teams.models import Collected, Lightbox, Team

FIRST_NAME = "My lightbox"
MOST_WORKS = 500
MOST_BOXES = 200


class FullLightbox(Refused):
    """The lightbox holds as many works as it can."""


class TooManyLightboxes(Refused):
    """The person has as many lightboxes as they can."""


@transaction.atomic
def begin(*, name: str, owner: User, at: datetime) -> Lightbox:
    """A new, empty lightbox. Raises TooManyLightboxes."""
    if Lightbox.objects.filter(owner=owner).count() >= MOST_BOXES:
        raise TooManyLightboxes(f"You have {MOST_BOXES} lightboxes. Please use one of them.")
    return Lightbox.objects.create(name=name, owner=owner, created_at=at, used_at=at)


def last_used(*, user: User, at: datetime) -> Lightbox:
    """The lightbox that one click collects into; a first one when there is none."""
    # Two first clicks at once wait for each other here, and make one box.
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
    newest = Lightbox.objects.of(user).first()
    return newest or begin(name=FIRST_NAME, owner=user, at=at)


@transaction.atomic
def collect(*, user: User, work: Work, lightbox: Lightbox | None, at: datetime) -> Lightbox:
    """Put `work` at the end of `lightbox`, or of the one used last; one that is there stays put.

    Raises FullLightbox, TooManyLightboxes.
    """
    box = _held(lightbox or last_used(user=user, at=at))
    Lightbox.objects.filter(pk=box.pk).update(used_at=at)
    there = box.collected.filter(work=work).first()
    if there and there.removed_at is None:
        return box
    if box.collected.filter(removed_at=None).count() >= MOST_WORKS:
        raise FullLightbox(f"“{box.name}” holds {MOST_WORKS} works, as many as it can.")
    values = {"position": _end(box), "added_by": user, "added_at": at, "removed_at": None}
    Collected.objects.update_or_create(lightbox=box, work=work, defaults=values)
    return box


@transaction.atomic
def take_out(*, collected: Collected, at: datetime) -> None:
    """Take a work out of its lightbox, keeping its place and note for `put_back`."""
    Collected.objects.filter(pk=collected.pk, removed_at=None).update(removed_at=at)


@transaction.atomic
def put_back(*, collected: Collected) -> None:
    """Undo `take_out`: the work is where it was. Raises FullLightbox."""
    box = _held(collected.lightbox)
    if box.collected.filter(removed_at=None).count() >= MOST_WORKS:
        raise FullLightbox(f"“{box.name}” holds {MOST_WORKS} works, as many as it can.")
    Collected.objects.filter(pk=collected.pk).update(removed_at=None)


@transaction.atomic
def move(*, collected: Collected, place: int) -> None:
    """Put a work at `place` among those of its lightbox, 0 being the first; beyond is the end."""
    box = _held(collected.lightbox)
    rows = list(box.collected.filter(removed_at=None).order_by("position", "pk"))
    moved = next((row for row in rows if row.pk == collected.pk), None)
    if moved is None:
        return
    rows.remove(moved)
    rows.insert(max(place, 0), moved)
    for position, row in enumerate(rows):
        row.position = position
    Collected.objects.bulk_update(rows, ["position"])


def note(*, collected: Collected, text: str) -> None:
    """Keep a remark beside a work."""
    Collected.objects.filter(pk=collected.pk).update(note=text)


@transaction.atomic
def describe(*, lightbox: Lightbox, name: str, notes: str, team: Team | None) -> None:
    """Name a lightbox, say what it is about, and share it with a team or with none."""
    Lightbox.objects.filter(pk=lightbox.pk).update(name=name, notes=notes, team=team)


def share(*, lightbox: Lightbox) -> str:
    """A link's token for who may look without an account; the same one until it is revoked."""
    Lightbox.objects.filter(pk=lightbox.pk, share_token=None).update(
        share_token=secrets.token_urlsafe(32)
    )
    return str(Lightbox.objects.values_list("share_token", flat=True).get(pk=lightbox.pk))


def unshare(*, lightbox: Lightbox) -> None:
    """End the link for good: sharing again makes another one."""
    Lightbox.objects.filter(pk=lightbox.pk).update(share_token=None)


def _held(lightbox: Lightbox) -> Lightbox:
    return Lightbox.objects.select_for_update(no_key=True).get(pk=lightbox.pk)


def _end(box: Lightbox) -> int:
    last = box.collected.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1
