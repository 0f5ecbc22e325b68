"""Members' accounts at the Stripe stand-in, and runs paid into them."""

from typing import Any

from members.models import User
from royalties.adapters import gateways
from royalties.adapters.stripe import StripePayouts
from royalties.models import Payout, PayoutAccount
from royalties.services import payouts, receiving
from tests.stripe_site import StripeSite, now

URL = "https://shop.example/back"


def set_up(member: User, site: StripeSite, *, ready: bool = True) -> PayoutAccount:
    """The member's account at Stripe, as far as `ready` says."""
    receiving.set_up(
        member=member,
        gateway=StripePayouts(),
        country="US",
        return_url=URL,
        again_url=URL,
        at=now(),
    )
    account = PayoutAccount.objects.get(member=member)
    if ready:
        site.hook(f"accounts/{account.reference}/onboard")
    return account


def pay(run: Any) -> dict[int, Payout]:
    payouts.pay_run(
        run=run, gateway=gateways.current(), accounts=gateways.with_accounts(), at=now()
    )
    return {payout.member_id: payout for payout in run.payouts.all()}
