"""The co-op's own data about works: the reasons editors give."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from media.models import ReviewReason


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Bring the editors' reasons in line with `media.review_reasons` (list of code and text).

    Unchanged data does nothing; a changed, moved, new or missing reason becomes a row in force
    from `at`. Data without the table leaves the reasons alone.
    """
    reasons = data.get("media", {}).get("review_reasons")
    if reasons is None:
        return
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
