"""The co-op's own data about people: share classes and the terms of admission."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from members.models import AdmissionTerms, ShareClass


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Bring the share classes and the terms of admission in line with `data`.

    `data["members"]`: `share_classes` (list of code, name, description, uploads) and `admission`
    (`least_images`, `most_images`). Unchanged data does nothing; a class is never removed, and
    changed terms apply from `at`.
    """
    people = data["members"]
    for position, share_class in enumerate(people["share_classes"]):
        ShareClass.objects.update_or_create(
            code=share_class["code"],
            defaults={
                "name": share_class["name"],
                "description": share_class.get("description", ""),
                "uploads": share_class["uploads"],
                "position": position,
            },
        )
    terms = people["admission"]
    wanted = (terms["least_images"], terms["most_images"])
    newest = AdmissionTerms.objects.order_by("in_force_from", "pk").last()
    if newest is None or (newest.least_images, newest.most_images) != wanted:
        AdmissionTerms.objects.create(
            in_force_from=at, least_images=wanted[0], most_images=wanted[1]
        )
