"""The works that wait for an editor, oldest first, and how long they wait."""

from datetime import datetime, timedelta
from statistics import median

from django.db.models import OuterRef, Q, QuerySet, Subquery

from media.models import ReviewEvent, Work
from media.rules.states import DECIDED, RELEASED, State

LOOK_BACK = timedelta(days=30)
_MOST = 2000

ALIKE_BITS = 10
"""Two pictures whose hashes differ in no more of their 64 bits most often show the same."""


def waiting() -> QuerySet[Work]:
    """Works in review in the order in which they were handed in."""
    return (
        Work.objects.filter(state=State.IN_REVIEW)
        .select_related("owner")
        .with_renditions()
        .order_by("submitted_at", "pk")
    )


def neighbours(work: Work) -> tuple[Work | None, Work | None]:
    """The waiting works before and after `work`, which may have left the queue itself."""
    earlier = Q(submitted_at__lt=work.submitted_at) | Q(
        submitted_at=work.submitted_at, pk__lt=work.pk
    )
    others = waiting().exclude(pk=work.pk)
    return others.filter(earlier).last(), others.exclude(earlier).first()


def median_wait(at: datetime) -> timedelta | None:
    """From handing in to the decision, over the latest decisions of 30 days; None without any."""
    handed_in = ReviewEvent.objects.filter(
        work=OuterRef("work"), after=State.IN_REVIEW, pk__lt=OuterRef("pk")
    ).order_by("-pk")
    decisions = (
        ReviewEvent.objects.filter(
            before=State.IN_REVIEW, after__in=DECIDED, at__gt=at - LOOK_BACK, at__lte=at
        )
        .annotate(since=Subquery(handed_in.values("at")[:1]))
        .exclude(since=None)
        .order_by("-at")
    )
    waits = [decided - since for decided, since in decisions.values_list("at", "since")[:_MOST]]
    return median(waits) if waits else None


def lookalikes(work: Work, *, most: int = 4) -> list[Work]:
    """Other works before editors that may show the same picture, the most alike first."""
    if work.look_hash is None:
        return []
    others = Work.objects.handed_in().exclude(pk=work.pk).exclude(state__in=RELEASED)
    alike = others.looking_like(work.look_hash, ALIKE_BITS)
    return list(alike.select_related("owner").with_renditions()[:most])
