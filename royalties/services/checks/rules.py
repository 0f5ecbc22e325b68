"""The rule stored with each sale, held against the rates and agreements of its moment."""

from collections import defaultdict
from collections.abc import Iterator

from media.models import SplitVersion
from members.models import Membership
from royalties.models import RoyaltyRate, Sale
from royalties.rules import rates
from royalties.rules.rates import Rule

CHUNK = 1000


def differences() -> Iterator[str]:
    """Sales whose rate or split was not the one that applied when they were made."""
    rules: dict[tuple[str, int | None], list[Rule]] = defaultdict(list)
    for rate in RoyaltyRate.objects.select_related("end"):
        rules[rate.licence_kind, rate.work_id].append(rate.rule)
    sales = Sale.objects.exclude(rate_words="").select_related("work").order_by("pk")
    chunk: list[Sale] = []
    for sale in sales.iterator(chunk_size=CHUNK):
        chunk.append(sale)
        if len(chunk) == CHUNK:
            yield from _of_chunk(chunk, rules)
            chunk = []
    yield from _of_chunk(chunk, rules)


def _of_chunk(sales: list[Sale], rules: dict[tuple[str, int | None], list[Rule]]) -> Iterator[str]:
    classes, versions = _classes(sales), _versions(sales)
    for sale in sales:
        name = f"sale {sale.reference}"
        kind, own = (sale.licence_kind, None), (sale.licence_kind, sale.work_id)
        found = rates.that_applies(
            [*rules.get(kind, []), *rules.get(own, [])],
            licence_kind=sale.licence_kind,
            share_class=_class_at(classes[sale.work.owner_id], sale),
            work=sale.work_id,
            at=sale.sold_at,
        )
        if found is None or (found.key, found.words) != (sale.rate_id, sale.rate_words):
            applied = f"rate {found.key} ({found.words})" if found else "none"
            yield f"{name}: stored rate {sale.rate_id} ({sale.rate_words}), applied {applied}"
        yield from _split(name, sale, versions[sale.work_id])


def _split(name: str, sale: Sale, versions: list[SplitVersion]) -> Iterator[str]:
    """`versions` are the agreed ones of the work, the latest first."""
    begun = (v for v in versions if (v.outcome.in_force_from or sale.sold_at) <= sale.sold_at)
    holds = next(begun, None)
    agreed = [[s.member, s.weight] for s in holds.shares()] if holds else [[sale.work.owner_id, 1]]
    if sale.split_version_id != (holds.pk if holds else None):
        yield f"{name}: stored split {sale.split_version_id}, agreed was {holds}"
    elif sale.shares != agreed:
        yield f"{name}: stored shares {sale.shares}, agreed were {agreed}"


def _classes(sales: list[Sale]) -> dict[int, list[Membership]]:
    found: dict[int, list[Membership]] = defaultdict(list)
    owners = {sale.work.owner_id for sale in sales}
    for held in Membership.objects.filter(user__in=owners).select_related("share_class"):
        found[held.user_id].append(held)
    return found


def _class_at(held: list[Membership], sale: Sale) -> str:
    at = sale.sold_at
    open_ = (m for m in held if m.admitted_at <= at and (m.left_at is None or m.left_at > at))
    membership = next(open_, None)
    return membership.share_class.code if membership else ""


def _versions(sales: list[Sale]) -> dict[int, list[SplitVersion]]:
    found: dict[int, list[SplitVersion]] = defaultdict(list)
    agreed = SplitVersion.objects.filter(
        work__in={sale.work_id for sale in sales}, outcome__in_force_from__isnull=False
    )
    for version in agreed.select_related("outcome").prefetch_related("parts").order_by("-number"):
        found[version.work_id].append(version)
    return found
