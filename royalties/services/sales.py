"""Recording what was sold, and taking it back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from ledger.services import posting
from media.models import Work
from royalties.models import Refund, Sale, SaleShare
from royalties.rules import splits
from royalties.services import periods, rates
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class SaleRecorded(Refused):
    """The reference stands for a sale already, and for another one than was asked for."""


class NoSuchSale(Refused):
    """There is no sale under this reference."""

    status = 404


def record(
    *,
    reference: str,
    work: Work,
    licence_kind: str,
    price: Money,
    gateway: str,
    buyer_name: str,
    at: datetime,
) -> Sale:
    """Split the sale of a licence to `work` and post it; later calls return the same sale.

    `reference` is the caller's own name for it, `gateway` the one that took the money in. Call it
    in the transaction that grants the licence. Raises SaleRecorded when the reference stands for
    another sale, NoRate, PeriodClosed, and ValueError when the price is not above zero.
    """
    stored = Sale.objects.filter(reference=reference).first()
    if stored is None:
        sale = Sale(reference=reference, work=work, licence_kind=licence_kind, sold_at=at)
        sale.buyer_name = buyer_name[:200]
        sale.price_minor, sale.currency = price.minor, price.currency
        try:
            return _write(sale, gateway)
        except IntegrityError:
            # Somebody else recorded it at the same moment; theirs is the one that stays.
            stored = Sale.objects.get(reference=reference)
    if (stored.work_id, stored.licence_kind, stored.price) != (work.pk, licence_kind, price):
        raise SaleRecorded(f"The sale {reference} is recorded already, with another content.")
    return stored


@transaction.atomic
def refund(*, reference: str, at: datetime, reason: str) -> Refund:
    """Take the sale `reference` back by reversing its entry; later calls return the same refund.

    Nothing is split anew. A balance may fall below zero by it; that is carried and shown.
    Raises NoSuchSale and PeriodClosed.
    """
    sale = Sale.objects.select_related("entry").filter(reference=reference).first()
    if sale is None:
        raise NoSuchSale(f"There is no sale {reference}.")
    source = f"refund:{reference}"
    stored = Refund.objects.filter(sale=sale).first()
    if stored is not None:
        return stored
    periods.require_open_month(at)
    entry = posting.reverse(
        entry=sale.entry, source=source, at=at, memo=f"Refund: {sale.title}"[:200]
    )
    # Whoever else took the sale back at the same moment has posted the same entry.
    made, _ = Refund.objects.get_or_create(
        sale=sale, defaults={"entry": entry, "at": entry.at, "reason": reason[:200]}
    )
    return made


@transaction.atomic
def _write(sale: Sale, gateway: str) -> Sale:
    sale.title = str(sale.work)[:255]
    sale.shares = [list(share) for share in sale.work.shares()]
    sale.rate = rates.in_force(sale.licence_kind, sale.sold_at)
    sale.coop_rate_bp = sale.rate.coop_rate_bp
    split = sale.split()
    periods.require_open_month(sale.sold_at)
    sale.entry = posting.post(
        source=f"sale:{sale.reference}",
        postings=splits.postings(split, gateway=gateway),
        at=sale.sold_at,
        memo=f"{sale.licence_kind.capitalize()} licence: {sale.title}"[:200],
    )
    sale.save()
    SaleShare.objects.bulk_create(
        SaleShare(
            sale=sale, member_id=part.member, weight=part.weight, amount_minor=part.amount.minor
        )
        for part in split.parts
    )
    return sale
