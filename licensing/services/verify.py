"""What is stored about prices, orders and licences, computed again."""

from collections.abc import Iterator
from uuid import UUID

from ledger.models import Entry
from licensing.adapters.practice import PracticeGateway
from licensing.models import Licence, Order, OrderLine, Payment, PriceBook, Refund, Terms
from licensing.rules.book import BadPriceBook, Book
from licensing.rules.gateway import GatewayError
from licensing.rules.offers import NotOnOffer, Quote, priced
from licensing.rules.states import PaymentState, RefundState
from licensing.rules.upgrades import credited
from licensing.services import verify_certificates, verify_freezes, verify_quotes, verify_tax
from royalties.models import Refund as SaleRefund
from stockcoop.kernel import canonical
from stockcoop.kernel.money import Money, total

_BATCH = 1000


def differences() -> Iterator[str]:
    """One sentence for each stored figure that is not what its facts give."""
    yield from _versions()
    yield from _lines()
    yield from _orders()
    yield from _licences()
    yield from _refunds()
    yield from _unexplained()
    yield from _practice()
    yield from verify_certificates.differences()
    yield from verify_tax.differences()
    yield from verify_quotes.differences()
    yield from verify_freezes.differences()


def _versions() -> Iterator[str]:
    for book in PriceBook.objects.order_by("version"):
        computed = canonical.digest([book.currency, book.content])
        if computed != book.digest:
            yield f"{book}: its digest is stored as {book.digest}, its prices give {computed}."
    for terms in Terms.objects.order_by("kind", "version"):
        computed = canonical.digest([terms.title, terms.clauses])
        if computed != terms.digest:
            yield f"{terms}: its digest is stored as {terms.digest}, its text gives {computed}."


def _lines() -> Iterator[str]:
    for price_book in PriceBook.objects.order_by("version"):
        try:
            book = price_book.book()
        except BadPriceBook as fault:
            yield f"{price_book}: {fault}"
            continue
        lines = OrderLine.objects.filter(price_book=price_book).order_by("pk")
        for line in lines.iterator(chunk_size=_BATCH):
            yield from _line(line, book, str(price_book))
            yield from verify_freezes.of_line(line, book)


def _line(line: OrderLine, book: Book, name: str) -> Iterator[str]:
    try:
        quote = _priced(line, book)
    except NotOnOffer:
        yield f"Order line {line.pk}: {name} has no {line.kind}, {line.size}."
    else:
        if quote.price != line.price:
            yield (
                f"Order line {line.pk}: its price is stored as {line.price}, "
                f"{name} gives {quote.price}."
            )
        if (quote.credit or Money.zero(line.currency)) != line.credit:
            yield (
                f"Order line {line.pk}: {line.credit} are stored as paid before, "
                f"what it upgrades gives {quote.credit}."
            )


def _priced(line: OrderLine, book: Book) -> Quote:
    """The price of `line` as quoted, or by its own book less what was paid for what it upgrades."""
    if line.custom_quote:
        return line.custom_quote.quote()
    quote = priced(book, line.choice)
    if line.upgrades is None:
        return quote
    return credited(book, quote, line.upgrades.counted(line.order.placed_at))


def _orders() -> Iterator[str]:
    orders = Order.objects.order_by("pk").prefetch_related("lines", "payments")
    for order in orders.iterator(chunk_size=_BATCH):
        computed = total((line.gross for line in order.lines.all()), order.currency)
        if computed != order.total:
            yield f"{order}: its total is stored as {order.total}, its lines give {computed}."
        for payment in order.payments.all():
            if payment.amount != computed:
                yield f"{payment} of {order}: stored as {payment.amount}, due were {computed}."
        paid = any(payment.state == PaymentState.PAID for payment in order.payments.all())
        if paid != order.is_paid:
            yield f"{order}: it is stored as {order.state}, its payments say otherwise."


def _licences() -> Iterator[str]:
    unlicensed = OrderLine.objects.filter(order__state="paid", licence=None, refund=None).order_by(
        "pk"
    )
    for line in unlicensed.iterator(chunk_size=_BATCH):
        yield f"Order line {line.pk}: its order is paid, but no licence was granted."
    licences = Licence.objects.select_related("line__refund", "sale").order_by("pk")
    licences = licences.prefetch_related("sale__refunds__restoration")
    for licence in licences.iterator(chunk_size=_BATCH):
        line, sale = licence.line, licence.sale
        if (sale.reference, sale.price, sale.licence_kind) != (
            line.reference,
            line.price,
            line.kind,
        ):
            yield (
                f"{licence}: its sale is stored as {sale.reference}, {sale.licence_kind}, "
                f"{sale.price}; it sold {line.reference}, {line.kind}, {line.price}."
            )
        if (licence.work_id, licence.exclusive, licence.upgrades_id) != (
            line.work_id,
            line.exclusive,
            line.upgrades_id,
        ):
            yield f"{licence}: its work, exclusivity or upgrade is stored unlike its line's."
        if licence.chain()[-1].pk != licence.root_id:
            yield f"{licence}: its root is stored as {licence.root_id}, unlike what it upgrades."
        refunded = hasattr(line, "refund") and line.refund.is_done
        if refunded and not licence.revoked_at:
            yield f"{licence}: its line is refunded, but it was not revoked."
        if not refunded and _for_refund(line, sale.refund):
            yield f"{licence}: its line is not refunded, but its sale was taken back for that."
        counts = sale.refund is None
        if counts != licence.counts:
            word = "counts" if counts else "was taken back"
            yield f"{licence}: its sale {word}, which does not fit the licence."


def _for_refund(line: OrderLine, taken: SaleRefund | None) -> bool:
    ours = {"", f"refund:{line.refund.uuid}"} if hasattr(line, "refund") else {""}
    return taken is not None and taken.cause in ours


def _refunds() -> Iterator[str]:
    refunds = Refund.objects.select_related("line__licence").order_by("pk")
    reversed_sales = set(SaleRefund.objects.values_list("sale", flat=True))
    for refund in refunds.iterator(chunk_size=_BATCH):
        if refund.amount != refund.line.gross:
            yield f"{refund}: stored as {refund.amount}, the line cost {refund.line.gross}."
        if not hasattr(refund.line, "licence"):
            yield from _lost(refund)
        elif refund.is_done and refund.line.licence.sale_id not in reversed_sales:
            yield f"{refund}: it is done, but the sale was not reversed."


def _lost(refund: Refund) -> Iterator[str]:
    """A line without a licence: what came for it is owed to the buyer until it is given back."""
    owed = Entry.objects.with_postings().filter(source=f"lost:{refund.line.reference}").first()
    if owed is None or [move.amount for move in owed.moves()] != [refund.amount]:
        yield f"{refund}: {refund.amount} came for nothing, and the ledger does not owe it."
    elif (
        refund.is_done
        == Entry.objects.filter(source__startswith=owed.source, reversed_by=None).exists()
    ):
        yield f"{refund}: it is {refund.state}, and the ledger says otherwise."


def _unexplained() -> Iterator[str]:
    """Entries about money that came for nothing, without the refund that says for which line."""
    for prefix in ("lost:line:", "returned:line:"):
        sources = Entry.objects.filter(source__startswith=prefix).values_list("source", flat=True)
        lines = {UUID(source.removeprefix(prefix)[:36]): source for source in sources}
        refunds = Refund.objects.filter(line__uuid__in=lines, line__licence=None)
        for line in lines.keys() - set(refunds.values_list("line__uuid", flat=True)):
            yield f"entry {lines[line]}: there is no refund of a line without a licence."


def _practice() -> Iterator[str]:
    gateway = PracticeGateway()
    payments = Payment.objects.filter(gateway=gateway.name).exclude(reference="").order_by("pk")
    for payment in payments.prefetch_related("refunds").iterator(chunk_size=_BATCH):
        try:
            asked, given = (
                gateway.answer(payment.reference).amount,
                gateway.given_back(payment.reference),
            )
        except GatewayError as error:
            yield f"{payment}: {error}"
            continue
        refunds = [r.amount for r in payment.refunds.all() if r.state == RefundState.DONE]
        refunded = total(refunds, payment.currency)
        if asked != payment.amount:
            yield f"{payment}: stored as {payment.amount}, the gateway says {asked}."
        if given < refunded:
            yield f"{payment}: {refunded} are stored as refunded, the gateway says {given}."
