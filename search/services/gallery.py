"""What the public pages show without a search: straight from the database, engine or none."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Sum

from media.models import Work
from media.models.work import WorkQuerySet
from members.models import Membership, User
from royalties.models import Sale, SaleShare
from stockcoop.kernel.money import Money


@dataclass(frozen=True)
class Figures:
    """What the co-op is, in numbers. `paid` to artists out of `sold`, refunds taken off."""

    members: int
    artists: int
    works: int
    sold: Money
    paid: Money

    @property
    def paid_percent(self) -> int:
        return self.paid.minor * 100 // self.sold.minor if self.sold else 0


@dataclass(frozen=True)
class Artist:
    """An artist with published works, and the newest of them."""

    user: User
    works: int
    newest: Work


def figures(*, currency: str, at: datetime) -> Figures:
    """The figures of the front page, as of `at`."""
    kept = Sale.objects.filter(currency=currency).kept()
    parts = SaleShare.objects.filter(sale__in=kept)
    published = Work.objects.published()
    return Figures(
        members=Membership.objects.open_at(at).count(),
        artists=published.values("owner").distinct().count(),
        works=published.count(),
        sold=Money(kept.aggregate(sum=Sum("price_minor"))["sum"] or 0, currency),
        paid=Money(parts.aggregate(sum=Sum("amount_minor"))["sum"] or 0, currency),
    )


def newest() -> WorkQuerySet:
    """Every published work, the newest first, ready to be shown in a gallery."""
    works = Work.objects.published().order_by("-published_at", "-pk")
    return works.select_related("owner").with_renditions()


def artists(limit: int) -> list[Artist]:
    """The artists who published last, each with their newest work."""
    busiest = (
        Work.objects.published()
        .values("owner")
        .annotate(works=Count("pk"), latest=Max("published_at"))
        .order_by("-latest", "owner")[:limit]
    )
    counts = {row["owner"]: row["works"] for row in busiest}
    works = newest().filter(owner__in=counts).order_by("owner", "-published_at", "-pk")
    first = {work.owner_id: work for work in works.distinct("owner")}
    return [Artist(first[pk].owner, counts[pk], first[pk]) for pk in counts]


def member_since(user: User) -> datetime | None:
    """When the artist's open membership began; None for somebody who left."""
    return user.membership.admitted_at if user.membership else None
