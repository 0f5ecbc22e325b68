"""Handing over what is owed outside: withheld tax to authorities, gifts to charities."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from ledger.services import balances, posting
from ledger.services.balances import Balance
from members.models import User
from royalties.models import Remittance
from royalties.rules import chart
from royalties.rules import remittances as rules
from royalties.rules.payouts import RunState
from royalties.services import periods
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class NotOwed(Refused):
    """So much is not owed there."""

    status = 422


class RemittanceDecided(Refused):
    """The remittance cannot be decided like this, or not by this person."""


def owed() -> list[Balance]:
    """Each account from which something is to be handed over, by code."""
    stood = (each for prefix in rules.HANDED_OVER for each in balances.below(prefix))
    return [balance for balance in stood if balance.amount.minor > 0]


@transaction.atomic
def propose(
    *,
    account: str,
    amount: Money,
    paid_on: date,
    reference: str,
    proposed_by: User,
    at: datetime,
) -> Remittance:
    """Say that `amount` of what stands in `account` was paid, as `reference`; somebody approves.

    Raises NotOwed when so much is not owed there or the day is still to come, RemittanceDecided
    when another one for the account waits.
    """
    if paid_on > timezone.localdate(at):
        raise NotOwed("That day has not come yet. Write it down when it is paid.")
    _require_owed(account, amount)
    made = Remittance(
        account=account,
        amount_minor=amount.minor,
        currency=amount.currency,
        paid_on=paid_on,
        reference=reference,
        proposed_by=proposed_by,
        proposed_at=at,
    )
    _save(made)
    return made


@transaction.atomic
def approve(*, remittance: Remittance, by: User, at: datetime) -> None:
    """Book the payment: less is owed, less is at the bank.

    Raises RemittanceDecided when it was decided before or `by` proposed it, NotOwed when less is
    owed by now.
    """
    periods.require_open_year(at)
    held = Remittance.objects.select_for_update().get(pk=remittance.pk)
    if held.state != RunState.PROPOSED.value:
        raise RemittanceDecided("It was decided before.")
    if by.pk == held.proposed_by_id:
        raise RemittanceDecided("Somebody else than the proposer must approve a payment.")
    if held.computed_digest() != held.digest:
        raise RemittanceDecided("It is not what was proposed. Reject it.")
    _require_owed(held.account, held.amount)
    entry = posting.post(
        source=held.source,
        postings=rules.moves(held.account, held.amount),
        at=at,
        memo=f"Paid on {held.paid_on:%-d %B %Y}: {held.reference}"[:200],
    )
    Remittance.objects.filter(pk=held.pk).update(
        state=RunState.APPROVED.value, decided_by=by, decided_at=at, entry=entry
    )


@transaction.atomic
def reject(*, remittance: Remittance, by: User, at: datetime) -> None:
    """Reject the payment, or withdraw one's own. Raises RemittanceDecided when it is late."""
    waiting = Remittance.objects.waiting().filter(pk=remittance.pk)
    if not waiting.update(state=RunState.REJECTED.value, decided_by=by, decided_at=at):
        raise RemittanceDecided("It was decided before.")


def _save(made: Remittance) -> None:
    """Keep it with its digest. Raises RemittanceDecided when another one waits."""
    made.digest = made.computed_digest()
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError as error:
        raise RemittanceDecided("Another payment to them waits for a decision.") from error


def _require_owed(account: str, amount: Money) -> None:
    """Refuse more than stands in `account`, which is held until the transaction ends."""
    if not rules.is_handed_over(account):
        raise NotOwed(f"Nothing is handed over from {chart.words(account)}.")
    stands = balances.locked(account, currency=amount.currency)
    if not 0 < amount.minor <= stands.minor:
        raise NotOwed(f"{chart.words(account)}: {stands}. Not more than this can be paid.")
