"""Sales and their splits, statements, payouts, costs: rows that the ledger's entries explain."""

from royalties.models.cost import Cost, CostCorrection
from royalties.models.equity import (
    PatronageConsent,
    PatronageNotice,
    Redemption,
    RedemptionRun,
)
from royalties.models.holds import HoldReason, OwnFloor, PayoutHold, PayoutHoldEnd
from royalties.models.hours import WorkedHours
from royalties.models.movement import Movement, MovementEntry
from royalties.models.payout import Payout, PayoutRun
from royalties.models.rate import RateEnd, RoyaltyRate
from royalties.models.receiving import PayoutAccount, PayoutReturn
from royalties.models.remittance import Remittance, RemittanceReturn
from royalties.models.sale import Refund, Restoration, Sale, SaleShare
from royalties.models.statement import Statement
from royalties.models.surplus import (
    Distribution,
    DistributionPlan,
    DistributionShare,
    DistributionVote,
    VotedPlan,
    YearClose,
)
from royalties.models.tax import PayoutPart, TaxProfile, TaxTerms
from royalties.models.terms import PayoutTerms
from royalties.models.year import YearStatement

__all__ = [
    "Cost",
    "CostCorrection",
    "Distribution",
    "DistributionPlan",
    "DistributionShare",
    "DistributionVote",
    "HoldReason",
    "Movement",
    "MovementEntry",
    "OwnFloor",
    "PatronageConsent",
    "PatronageNotice",
    "Payout",
    "PayoutAccount",
    "PayoutHold",
    "PayoutHoldEnd",
    "PayoutPart",
    "PayoutReturn",
    "PayoutRun",
    "PayoutTerms",
    "RateEnd",
    "Redemption",
    "RedemptionRun",
    "Refund",
    "Remittance",
    "RemittanceReturn",
    "Restoration",
    "RoyaltyRate",
    "Sale",
    "SaleShare",
    "Statement",
    "TaxProfile",
    "TaxTerms",
    "VotedPlan",
    "WorkedHours",
    "YearClose",
    "YearStatement",
]
