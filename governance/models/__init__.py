"""Governance: by-laws, proposals, electors, ballots."""

from governance.models.bylaws import ByLaws
from governance.models.votes import Ballot, Elector, Proposal

__all__ = ["Ballot", "ByLaws", "Elector", "Proposal"]
