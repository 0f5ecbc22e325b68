"""Ballots: an elector says something; the last word counts."""

from datetime import datetime

from django.db import transaction

from governance.models import Ballot, Elector, Proposal
from governance.services import proposals
from members.models import User
from stockcoop.kernel.errors import Refused


class VotingNotOpen(Refused):
    """Before the opening or after the end."""


class NotAnElector(Refused):
    """The person was not a member of a voting class when the vote opened."""

    status = 403


class NotOnThePaper(Refused):
    """The ballot says something the proposal does not ask."""

    status = 422


@transaction.atomic
def cast(*, proposal: Proposal, member: User, choice: str, at: datetime) -> Ballot:
    """Cast the ballot of `member`; an earlier one of theirs no longer counts."""
    # Locked, so that a count begins after this ballot or before it, and never amid it.
    current = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    if current.closed_at is not None or not current.is_open_at(at):
        raise VotingNotOpen("Voting on this proposal is not open.")
    if current.electorate is None:
        proposals.enter_electors(proposal=current, at=at)
    elector = Elector.objects.filter(proposal=current, member=member).first()
    if elector is None:
        raise NotAnElector("Only those who were members when the vote opened can vote on it.")
    if choice not in {option.code for option in current.choices}:
        raise NotOnThePaper("Please choose one of the answers.")
    return Ballot.objects.create(elector=elector, choice=choice, cast_at=at)


def own(*, proposal: Proposal, member: User) -> Ballot | None:
    """The ballot of `member` that counts so far."""
    return Ballot.objects.on(proposal).filter(elector__member=member).last()
