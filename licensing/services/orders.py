"""Placing an order from the cart, and giving it up."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from procrastinate.contrib.django import app

from invoicing.models import Assessment
from invoicing.rules.billing import Billing
from invoicing.services import assessing
from licensing.models import CartLine, Order, OrderLine
from licensing.rules import offers
from licensing.rules.offers import NotOnOffer, Quote
from licensing.rules.states import OrderState
from licensing.services import carts, custom_quotes, freezes, numbering, prices, spending
from licensing.services.carts import Cart, FullCart, NotForSale
from members.models import User
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from teams.models import Project

NOTHING_SAID = Billing()


class EmptyCart(Refused):
    """There is nothing in the cart to order."""


class PriceChanged(Refused):
    """The total is not the one the buyer agreed to."""


class AnotherLicensee(Refused):
    """An upgrade stays with the licensee of the licence that it upgrades."""


class NotOpen(Refused):
    """The order does not wait for its payment any more."""


@transaction.atomic
def place(
    *,
    buyer: User,
    token: UUID,
    licensee: str,
    agreed: Money,
    billing: Billing = NOTHING_SAID,
    at: datetime,
    project: Project | None = None,
) -> Order:
    """Turn the cart into an order for `licensee` at the total that the buyer `agreed` to.

    The total is with the tax for a buyer at `billing`. For a `project` the licensee is its team's,
    and an order beyond its buyer's bounds waits for an approver. The same `token` gives the same
    order again. Raises EmptyCart, PriceChanged, AnotherLicensee, NoPlace, spending.NotForProject.
    """
    # One order at a time per buyer: a form sent twice waits here and then finds the first order.
    User.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    placed = Order.objects.filter(buyer=buyer, token=token).first()
    if placed:
        return placed
    custom_quotes.hold(buyer=buyer)
    cart = carts.read(buyer=buyer, at=at)
    if not cart.payable:
        raise EmptyCart("There is nothing in your cart to order.")
    net = [quote.price for _, quote in cart.payable]
    assessment = assessing.keep(billing=billing, prices=net, at=at)
    tax = assessment.assessed().total(cart.currency)
    if cart.total + tax != agreed:
        raise PriceChanged(_changed(cart, cart.total + tax))
    teammate = spending.hold(project=project, buyer=buyer) if project else None
    licensee = teammate.team.legal_name if teammate else licensee
    _require_licensee(cart, licensee)
    order = Order.objects.create(
        number=numbering.new(),
        token=token,
        buyer=buyer,
        licensee=licensee,
        project=project,
        total_minor=(cart.total + tax).minor,
        tax_minor=tax.minor,
        assessment=assessment,
        currency=cart.total.currency,
        placed_at=at,
    )
    _add_lines(order, cart, assessment, at)
    if billing != NOTHING_SAID:
        assessing.remember(user=buyer, billing=billing)
    if teammate:
        spending.weigh(order=order, teammate=teammate, at=at)
    CartLine.objects.filter(pk__in=[entry.line.pk for entry in cart.entries]).delete()
    return order


@transaction.atomic
def cancel(*, order: Order, at: datetime) -> None:
    """Give up an open order; what is still for sale goes back into the cart. Raises NotOpen.

    Its payment under way is closed at the gateway; one that is made before settles it all the same.
    """
    moved = Order.objects.filter(pk=order.pk).move(
        OrderState.OPEN, OrderState.CANCELLED, cancelled_at=at
    )
    if not moved:
        raise NotOpen(f"Order {order.number} is not open any more.")
    close_payments(order=order)
    waiting = set(CartLine.objects.filter(buyer=order.buyer).values_list("work", flat=True))
    for line in order.lines.select_related("work").exclude(work__in=waiting):
        try:
            carts.put(
                buyer=order.buyer,
                work=line.work,
                choice=line.choice,
                upgrade=line.upgrades,
                custom_quote=line.custom_quote,
                at=at,
            )
        except (NotForSale, NotOnOffer, FullCart):
            continue


def close_payments(*, order: Order) -> None:
    """Queue that the gateway takes no money for `order` any more."""
    for payment in order.payments.pending().exclude(reference=""):
        app.configure_task("licensing.close_payment", queue="money").defer(payment_id=payment.pk)


def _require_licensee(cart: Cart, licensee: str) -> None:
    for line, _ in cart.payable:
        holder = line.upgrades.line.order.licensee if line.upgrades else licensee
        if holder != licensee:
            raise AnotherLicensee(
                f"The upgrade of “{line.work.title}” is for {holder}, who holds the licence. "
                "Please order it under that name, apart from other works if need be."
            )


def _changed(cart: Cart, total: Money) -> str:
    said = " ".join(cart.notes) or "Your cart, or its tax, has changed since you saw the total."
    return f"{said} The total is now {total}; nothing has been ordered."


def _add_lines(order: Order, cart: Cart, assessment: Assessment, at: datetime) -> None:
    price_list = prices.current(at=at)
    terms = prices.terms(at=at)
    assessed = assessment.assessed()

    def line(position: int, from_cart: CartLine, quote: Quote) -> OrderLine:
        quoted = from_cart.custom_quote
        return OrderLine(
            order=order,
            position=position,
            work=from_cart.work,
            price_book=quoted.price_book if quoted else price_list.row,
            terms=terms[quote.kind.code],
            kind=quote.kind.code,
            size=quote.size.code,
            exclusive=quote.kind.exclusive,
            longest_side=offers.limit(quote.size, prices.item_of(from_cart.work)),
            add_ons=dict(quote.choice.add_ons),
            reach=freezes.stored(quote.kind.reach),
            freeze=freezes.kept(price_list.book, quote, from_cart.work_id, but=from_cart.upgrades),
            upgrades=from_cart.upgrades,
            custom_quote=quoted,
            credit_minor=quote.credit.minor if quote.credit else 0,
            price_minor=quote.price.minor,
            tax_minor=assessed.of_line(position - 1),
            currency=quote.price.currency,
        )

    OrderLine.objects.bulk_create(
        line(position, *payable) for position, payable in enumerate(cart.payable, start=1)
    )
