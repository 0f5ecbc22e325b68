"""Recording what was sold, and taking it back."""

from datetime import datetime

from django.db import transaction

from ledger.services import posting
from media.models import Work
from media.services.splits import Agreed
from royalties.models import Refund, Restoration, Sale
from royalties.rules import splits
from royalties.rules.rates import Rule
from royalties.rules.splits import Split
from royalties.services import periods, ruling
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from stockcoop.kernel.rows import Part, inserted, recordset


class SaleRecorded(Refused):
    """The reference stands for a sale already, and for another one than was asked for."""


class NoSuchSale(Refused):
    """There is no sale under this reference."""

    status = 404


class TakenBack(Refused):
    """The sale stands taken back already, for another cause."""


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
    sale = Sale(reference=reference, work=work, licence_kind=licence_kind, sold_at=at)
    sale.buyer_name = buyer_name[:200]
    sale.price_minor, sale.currency = price.minor, price.currency
    try:
        if _write(sale, gateway):
            return sale
    except Refused:
        # A sale that is there stays, whatever was closed or changed since.
        if not Sale.objects.filter(reference=reference).exists():
            raise
    stored = Sale.objects.get(reference=reference)
    if (stored.work_id, stored.licence_kind, stored.price) != (work.pk, licence_kind, price):
        raise SaleRecorded(f"The sale {reference} is recorded already, with another content.")
    return stored


@transaction.atomic
def refund(*, reference: str, at: datetime, reason: str, cause: str = "") -> Refund:
    """Take the sale `reference` back by reversing the entry that counts it; nothing is split anew.

    `cause` names what made it so: later calls with the same one return the same refund. A balance
    may fall below zero by it; that is carried and shown.
    Raises NoSuchSale, TakenBack when another cause has taken it back, and PeriodClosed.
    """
    sale = _sale(reference)
    stored = Refund.objects.filter(sale=sale, cause=cause).first()
    if stored is not None:
        return stored
    last = _last_refund(sale)
    if last is not None and last.cause == cause:
        # Somebody else did so since the first look.
        return last
    if last is not None and not hasattr(last, "restoration"):
        raise TakenBack(f"The sale {reference} was taken back before.")
    periods.require_open_month(at)
    made = Refund(
        sale=sale, cause=cause, reason=reason[:200], number=last.number + 1 if last else 1
    )
    made.entry = posting.reverse(
        entry=last.restoration.entry if last else sale.entry,
        source=made.source,
        at=at,
        memo=f"Refund: {sale.title}"[:200],
    )
    # Whoever else took the sale back at the same moment has posted the same entry.
    fields = {"entry": made.entry, "at": made.entry.at, "reason": made.reason}
    stored, _ = Refund.objects.get_or_create(
        sale=sale, cause=cause, defaults={**fields, "number": made.number}
    )
    return stored


@transaction.atomic
def restore(*, reference: str, at: datetime, reason: str, cause: str = "") -> Restoration:
    """Let the sale count again that `cause` took back, by reversing the reversal.

    Later calls return the same restoration. Raises NoSuchSale, also when `cause` took nothing
    back, and PeriodClosed.
    """
    taken = Refund.objects.filter(sale=_sale(reference), cause=cause).first()
    if taken is None:
        raise NoSuchSale(f"The sale {reference} was not taken back for this.")
    stored = Restoration.objects.filter(refund=taken).first()
    if stored is not None:
        return stored
    periods.require_open_month(at)
    made = Restoration(refund=taken, reason=reason[:200])
    made.entry = posting.reverse(
        entry=taken.entry, source=made.source, at=at, memo=f"Restored: {taken.sale.title}"[:200]
    )
    stored, _ = Restoration.objects.get_or_create(
        refund=taken,
        defaults={"entry": made.entry, "at": made.entry.at, "reason": made.reason},
    )
    return stored


def _sale(reference: str) -> Sale:
    sale = Sale.objects.select_related("entry").filter(reference=reference).first()
    if sale is None:
        raise NoSuchSale(f"There is no sale {reference}.")
    return sale


def _last_refund(sale: Sale) -> Refund | None:
    refunds = Refund.objects.filter(sale=sale).select_related("restoration__entry", "sale")
    return refunds.order_by("-number").first()


# Beside the sale, in the statement that writes it.
_SHARES = """
INSERT INTO royalties_saleshare (sale_id, member_id, weight, amount_minor)
SELECT sale.id, part.* FROM sale,
       json_to_recordset(%(parts)s::json) AS part (member bigint, weight bigint, minor bigint)
"""


@transaction.atomic
def _write(sale: Sale, gateway: str) -> bool:
    """Write `sale`, its shares and its entry at once; False when its entry is there already."""
    rules = ruling.of(sale)
    split = ruled(sale, rules.agreed, rules.rule)
    entry = posting.post(
        source=sale.source,
        postings=splits.postings(split, gateway=gateway),
        at=sale.sold_at,
        memo=sale.memo,
        along=[inserted("sale", sale, beside="entry", entry_id="entry.id"), _shares(split)],
    )
    if sale.pk is None:
        return False
    sale.entry = entry
    return True


def ruled(sale: Sale, agreed: Agreed, rule: Rule) -> Split:
    """Store with the unsaved `sale` the rules that apply to it, and split it by them."""
    sale.title = str(sale.work)[:255]
    sale.split_version_id, sale.shares = agreed.version, [list(share) for share in agreed.shares]
    sale.rate_id, sale.coop_rate_bp, sale.rate_words = rule.key, rule.coop_rate_bp, rule.words
    sale.digest = sale.computed_digest()
    return sale.split()


def _shares(split: Split) -> Part:
    parts = (
        {"member": part.member, "weight": part.weight, "minor": part.amount.minor}
        for part in split.parts
    )
    return Part("share", _SHARES, {"parts": recordset(parts)})
