"""The co-op's own data about works: the reasons editors give, what co-creators are called."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from media.models import ReviewReason, SplitRole


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Bring `media.review_reasons` and `media.split_roles` (lists of tables) in line with `data`.

    Unchanged data does nothing; a changed, moved, new or missing row becomes a row in force from
    `at`. Data without a table leaves what it would hold alone.
    """
    media = data.get("media", {})
    if "review_reasons" in media:
        _reasons(media["review_reasons"], at)
    if "split_roles" in media:
        _roles(media["split_roles"], at)


def _reasons(reasons: Sequence[Mapping[str, Any]], at: datetime) -> None:
    known = {reason.code: reason for reason in ReviewReason.objects.in_force(at)}
    wanted = {
        reason["code"]: (position, reason["text"])
        for position, reason in enumerate(reasons, start=1)
    }
    for code, (position, text) in wanted.items():
        old = known.get(code)
        if old is None or (old.position, old.text) != (position, text):
            ReviewReason.objects.create(code=code, text=text, position=position, in_force_from=at)
    for code in known.keys() - wanted.keys():
        ReviewReason.objects.create(code=code, text="", in_force_from=at)


def _roles(roles: Sequence[Mapping[str, Any]], at: datetime) -> None:
    known = {role.code: role for role in SplitRole.objects.in_force(at)}
    wanted = {role["code"]: (place, role["name"]) for place, role in enumerate(roles, start=1)}
    for code, (position, name) in wanted.items():
        old = known.get(code)
        if old is None or (old.position, old.name) != (position, name):
            SplitRole.objects.create(code=code, name=name, position=position, in_force_from=at)
    for code in known.keys() - wanted.keys():
        SplitRole.objects.create(code=code, name="", in_force_from=at)
