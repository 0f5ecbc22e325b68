"""Sales for tests, recorded by the service that records them in earnest."""

from collections.abc import Mapping
from datetime import datetime
from itertools import count
from typing import Any
from uuid import uuid4

from media.models import Work
from media.rules.states import State
from members.models import User
from royalties.models import RoyaltyRate, Sale
from royalties.services import establish, sales
from stockcoop.kernel.money import Money
from tests.make.ledger import NOON, usd
from tests.make.media import agreed_split
from tests.make.members import LONG_AGO, artist

TERMS: dict[str, Any] = {
    "royalties": {
        "rates": [
            {"licence_kind": "standard", "coop_rate_bp": 5000},
            {"licence_kind": "extended", "coop_rate_bp": 2500},
            {"licence_kind": "exclusive", "coop_rate_bp": 2500},
        ],
        "payout_floor_minor": 10_000,
    }
}
_numbers = count(1)


def royalty_terms() -> None:
    """The rates and the payout floor of the example co-op, in force for long."""
    if not RoyaltyRate.objects.exists():
        establish.establish(TERMS, at=LONG_AGO)


def shared_work(owner: User, weights: Mapping[User, int]) -> Work:
    """A work of `owner`, shared by the members in `weights`; by nobody else when it is empty."""
    work = Work.objects.create(
        owner=owner,
        original_name="harbour.jpg",
        original_key="harbour.jpg",
        sha256=uuid4().hex,
        width=3,
        height=2,
        title="Harbour at dawn",
        created_at=LONG_AGO,
    )
    for state in (State.INGESTING, State.DRAFT):
        Work.objects.filter(pk=work.pk).update(state=state)
    work.refresh_from_db()
    if dict(weights) not in ({}, {owner: 1}):
        agreed_split(work, weights)
    return work


def sale(
    *,
    reference: str = "",
    work: Work | None = None,
    shares: Mapping[User, int] | None = None,
    licence_kind: str = "standard",
    price: Money | None = None,
    buyer_name: str = "Atlas Books",
    at: datetime = NOON,
) -> Sale:
    """A sale at 15 dollars of a work by one new artist, unless told; `shares` name co-creators."""
    royalty_terms()
    shares = shares or {}
    return sales.record(
        reference=reference or f"line-{next(_numbers)}",
        work=work or shared_work(next(iter(shares), None) or artist(), shares),
        licence_kind=licence_kind,
        price=price or usd(1500),
        gateway="practice",
        buyer_name=buyer_name,
        at=at,
    )
