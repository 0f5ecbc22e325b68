"""Sales and their splits, statements, payouts, costs: rows that the ledger's entries explain."""

from royalties.models.cost import Cost, CostCorrection
from royalties.models.equity import (
    PatronageConsent,
    PatronageNotice,
    Redemption,
    RedemptionRun,
)
from royalties.models.hours import WorkedHours
from royalties.models.movement import Movement, MovementEntry
from royalties.models.payout import Payout, PayoutRun
from royalties.models.receiving import PayoutAccount, PayoutReturn
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
from royalties.models.terms import PayoutTerms, RoyaltyRate

__all__ = [
    "Cost",
    "CostCorrection",
    "Distribution",
    "DistributionPlan",
    "DistributionShare",
    "DistributionVote",
    "Movement",
    "MovementEntry",
    "PatronageConsent",
    "PatronageNotice",
    "Payout",
    "PayoutAccount",
    "PayoutReturn",
    "PayoutRun",
    "PayoutTerms",
    "Redemption",
    "RedemptionRun",
    "Refund",
    "Restoration",
    "RoyaltyRate",
    "Sale",
    "SaleShare",
    "Statement",
    "VotedPlan",
    "WorkedHours",
    "YearClose",
]
