"""By-laws and votes for tests."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from governance.models import ByLaws, Proposal
from governance.rules.tally import Choice
from governance.services import establish, proposals
from members.models import User
from tests.make.members import LONG_AGO, founder

VOTING: dict[str, Any] = {
    "name": "voting",
    "title": "Voting",
    "text": "A vote lasts {voting_days}; the quorum is {quorum_bp} of classes {electorate}.",
    "quorum_bp": 5000,
    "majority_bp": 5000,
    "notice_days": 0,
    "voting_days": 7,
    "electorate": ["A", "B", "C"],
}
SURPLUS: dict[str, Any] = {
    "name": "surplus",
    "title": "Surplus",
    "text": "{reserve_bp} of it go to the reserve; the classes share the rest.",
    "reserve_bp": 2000,
    "parts": [
        {
            "share_class": "A",
            "part_bp": 500,
            "measure": "equal",
            "text": "{part_bp} to class {share_class}, in equal parts.",
        },
        {
            "share_class": "B",
            "part_bp": 500,
            "measure": "service",
            "text": "{part_bp} to class {share_class}, by days of service.",
        },
        {
            "share_class": "C",
            "part_bp": 9000,
            "measure": "royalties",
            "text": "{part_bp} to class {share_class}, by royalties.",
        },
    ],
}
WEEK = timedelta(days=7)


def bylaws(*, at: datetime = LONG_AGO, voting: dict[str, Any] | None = None) -> ByLaws:
    """The by-laws in force at `at`, established when there are none; `voting` changes figures."""
    if voting or not ByLaws.objects.exists():
        articles = [{**VOTING, **(voting or {})}, SURPLUS]
        establish.establish({"governance": {"bylaws": articles}}, at=at)
    return ByLaws.objects.in_force(at)


def proposal(
    *,
    reference: str = "matter:1",
    options: Sequence[Choice] = (),
    by: User | None = None,
    at: datetime = LONG_AGO,
) -> Proposal:
    """A proposal opened under the by-laws in force at `at`."""
    bylaws(at=at)
    return proposals.open_proposal(
        reference=reference,
        title="Shall we plant a tree?",
        text="An oak, by the door.",
        options=options,
        by=by or founder(),
        at=at,
    )
