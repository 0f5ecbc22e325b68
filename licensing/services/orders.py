"""Placing an order from the cart, and giving it up."""

from datetime import datetime
from typing import Any
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
from media.models import Work
from members.models import User
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money
from teams.models import Project, Teammate

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
    if placed := _placed_before(buyer, token):
        return placed
    cart = _held_cart(buyer, at)
    assessment = _assess(cart, billing, agreed, at)
    teammate = spending.hold(project=project, buyer=buyer) if project else None
    licensee = _licensee(cart, teammate, licensee)
    order = _write(
        cart, assessment, buyer=buyer, token=token, licensee=licensee, project=project, at=at
    )
    if billing != NOTHING_SAID:
        assessing.remember(user=buyer, billing=billing)
    if teammate:
        spending.weigh(order=order, teammate=teammate, at=at)
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


def _placed_before(buyer: User, token: UUID) -> Order | None:
    """The order that this form gave already; a form sent twice waits here for its first one.

    Until the transaction ends nobody else orders for `buyer`.
    """
    User.objects.select_for_update(no_key=True).get(pk=buyer.pk)
    return Order.objects.filter(buyer=buyer, token=token).first()


def _held_cart(buyer: User, at: datetime) -> Cart:
    """What there is to order, the custom quotes in it held. Raises EmptyCart."""
    custom_quotes.hold(buyer=buyer)
    cart = carts.read(buyer=buyer, at=at)
    if not cart.payable:
        raise EmptyCart("There is nothing in your cart to order.")
    return cart


def _assess(cart: Cart, billing: Billing, agreed: Money, at: datetime) -> Assessment:
    """The tax that `cart` bears, kept. Raises PriceChanged, NoPlace."""
    net = [quote.price for _, quote in cart.payable]
    assessment = assessing.keep(billing=billing, prices=net, at=at)
    due = cart.total + assessment.assessed().total(cart.currency)
    if due != agreed:
        raise PriceChanged(_changed(cart, due))
    return assessment


def _licensee(cart: Cart, teammate: Teammate | None, said: str) -> str:
    """For whom the order is: the team, or who the buyer `said`. Raises AnotherLicensee."""
    licensee = teammate.team.legal_name if teammate else said
    for line, _ in cart.payable:
        holder = line.upgrades.line.order.licensee if line.upgrades else licensee
        if holder != licensee:
            raise AnotherLicensee(
                f"The upgrade of “{line.work.title}” is for {holder}, who holds the licence. "
                "Please order it under that name, apart from other works if need be."
            )
    return licensee


def _changed(cart: Cart, total: Money) -> str:
    said = " ".join(cart.notes) or "Your cart, or its tax, has changed since you saw the total."
    return f"{said} The total is now {total}; nothing has been ordered."


def _write(
    cart: Cart,
    assessment: Assessment,
    *,
    buyer: User,
    token: UUID,
    licensee: str,
    project: Project | None,
    at: datetime,
) -> Order:
    """The order of all that can be had of `cart`, under a new number; the cart is empty then."""
    tax = assessment.assessed().total(cart.currency)
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
    _add_lines(order, cart, assessment)
    CartLine.objects.filter(pk__in=[entry.line.pk for entry in cart.entries]).delete()
    return order


def _add_lines(order: Order, cart: Cart, assessment: Assessment) -> None:
    price_list = prices.current(at=order.placed_at)
    terms = prices.terms(at=order.placed_at)
    assessed = assessment.assessed()
    beside = {entry.line: entry.beside for entry in cart.entries}

    def line(position: int, from_cart: CartLine, quote: Quote) -> OrderLine:
        quoted = from_cart.custom_quote
        return OrderLine(
            order=order,
            position=position,
            work=from_cart.work,
            price_book=quoted.price_book if quoted else price_list.row,
            terms=terms[quote.kind.code],
            freeze=freezes.kept(price_list.book, quote, beside[from_cart]),
            upgrades=from_cart.upgrades,
            custom_quote=quoted,
            tax_minor=assessed.of_line(position - 1),
            **_quoted(quote, from_cart.work),
        )

    OrderLine.objects.bulk_create(
        line(position, *payable) for position, payable in enumerate(cart.payable, start=1)
    )


def _quoted(quote: Quote, work: Work) -> dict[str, Any]:
    """What an order line keeps of the `quote` for `work`."""
    return {
        "kind": quote.kind.code,
        "size": quote.size.code,
        "exclusive": quote.kind.exclusive,
        "longest_side": offers.limit(quote.size, prices.item_of(work)),
        "add_ons": dict(quote.choice.add_ons),
        "reach": freezes.stored(quote.kind.reach),
        "credit_minor": quote.credit.minor if quote.credit else 0,
        "price_minor": quote.price.minor,
        "currency": quote.price.currency,
    }
