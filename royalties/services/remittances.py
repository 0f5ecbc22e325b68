"""Handing over what is owed outside: withheld tax to authorities, gifts to charities."""

from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from ledger.services import balances, posting
from ledger.services.balances import Balance
from members.models import User
from royalties.models import Remittance
from royalties.rules import chart
from royalties.rules import remittances as rules
from royalties.rules.payouts import RunState
from royalties.services import four_eyes, periods
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.money import Money


class NotOwed(Refused):
    """So much is not owed there."""

    status = 422


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

    Raises NotOwed when so much is not owed there or the day is still to come, NotDecided
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
    made.digest = made.computed_digest()
    four_eyes.keep(made, taken="Another payment to them waits for a decision.")
    return made


@transaction.atomic
def approve(*, remittance: Remittance, by: User, at: datetime) -> None:
    """Book the payment: less is owed, less is at the bank.

    Raises NotDecided when it was decided before or `by` proposed it, NotOwed when less is owed by
    now.
    """
    periods.require_open_year(at)
    four_eyes.lock(remittance, approver=by)
    _require_owed(remittance.account, remittance.amount)
    entry = posting.post(
        source=remittance.source,
        postings=rules.moves(remittance.account, remittance.amount),
        at=at,
        memo=remittance.words[:200],
    )
    four_eyes.decide(remittance, RunState.APPROVED, by=by, at=at, entry=entry)


@transaction.atomic
def reject(*, remittance: Remittance, by: User, at: datetime) -> None:
    """Reject the payment, or withdraw one's own. Raises NotDecided when it is late."""
    four_eyes.decide(remittance, RunState.REJECTED, by=by, at=at)


def _require_owed(account: str, amount: Money) -> None:
    """Refuse more than stands in `account`, which is held until the transaction ends."""
    if not rules.is_handed_over(account):
        raise NotOwed(f"Nothing is handed over from {chart.words(account)}.")
    stands = balances.locked(account, currency=amount.currency)
    if not 0 < amount.minor <= stands.minor:
        raise NotOwed(f"{chart.words(account)}: {stands}. Not more than this can be paid.")
