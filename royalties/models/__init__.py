"""Sales and their splits, statements, payouts, costs: rows that the ledger's entries explain."""

from royalties.models.cost import Cost, CostCorrection
from royalties.models.movement import Movement, MovementEntry
from royalties.models.payout import Payout, PayoutRun
from royalties.models.rate import RateEnd, RoyaltyRate
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
from royalties.models.terms import PayoutTerms

__all__ = [
    "Cost",
    "CostCorrection",
    "Distribution",
    "DistributionPlan",
    "DistributionShare",
    "DistributionVote",
    "Movement",
    "MovementEntry",
    "Payout",
    "PayoutAccount",
    "PayoutReturn",
    "PayoutRun",
    "PayoutTerms",
    "RateEnd",
    "Refund",
    "Restoration",
    "RoyaltyRate",
    "Sale",
    "SaleShare",
    "Statement",
    "VotedPlan",
    "YearClose",
]
