"""Where members receive their payouts: an account of their own at the gateway."""

import logging
from datetime import datetime

from django.db.models import Q

from members.models import User
from royalties.models import PayoutAccount
from royalties.rules.payouts import AccountGateway, PayoutFailed, PayoutGateway

log = logging.getLogger(__name__)


def account_of(*, member: User, gateway: str) -> PayoutAccount | None:
    """The member's account at `gateway`; None before they have begun one."""
    return PayoutAccount.objects.filter(member=member, gateway=gateway).first()


def set_up(
    *,
    member: User,
    gateway: AccountGateway,
    country: str,
    return_url: str,
    again_url: str,
    at: datetime,
) -> str:
    """The gateway's page where the member says where to be paid; the account is begun if need be.

    The key is the member's, so two clicks at once begin one account.
    """
    account = account_of(member=member, gateway=gateway.name)
    if account is None:
        reference = gateway.open_account(
            key=f"account:{member.pk}", member=member.pk, email=member.email, country=country
        )
        account, _ = PayoutAccount.objects.get_or_create(
            member=member,
            gateway=gateway.name,
            defaults={"reference": reference, "opened_at": at, "asked_at": at},
        )
    return gateway.setup_page(account.reference, return_url=return_url, again_url=again_url)


def hear(*, account: PayoutAccount, gateway: AccountGateway, at: datetime) -> PayoutAccount:
    """Ask the gateway how far the account is, and keep the answer unless a later one is known."""
    state = gateway.account_state(account.reference)
    bank_payout = gateway.bank_payout(account.reference) if state.reaches_bank else ""
    PayoutAccount.objects.filter(Q(asked_at__lte=at), pk=account.pk).update(
        ready=state.ready,
        reaches_bank=state.reaches_bank,
        missing=list(state.missing),
        bank_payout=bank_payout,
        asked_at=at,
    )
    return PayoutAccount.objects.get(pk=account.pk)


def account_to_pay(
    *,
    member: User,
    gateway: PayoutGateway,
    accounts: AccountGateway | None,
    may_be_sent: bool,
    at: datetime,
) -> str:
    """The gateway's name of where `member` is to be paid; empty where it needs none.

    Raises PayoutFailed with a sentence when the member cannot be paid yet; not when the payout
    `may_be_sent` already, for then an account that has closed since says nothing about it.
    """
    if not gateway.needs_accounts:
        return ""
    account = account_of(member=member, gateway=gateway.name)
    if account is None:
        raise PayoutFailed("The member has not set up where to be paid yet.")
    if may_be_sent:
        return account.reference
    if not account.ready and accounts is not None:
        account = hear(account=account, gateway=accounts, at=at)
    if not account.ready:
        raise PayoutFailed("The member has begun to set up payouts, but something is missing yet.")
    return account.reference
