"""Proposals: announced, opened to their electors, closed and counted."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from governance.models import Ballot, ByLaws, Elector, Proposal
from governance.rules import tally
from governance.rules.tally import Choice
from members.models import Membership, User
from members.services import notices
from stockcoop.kernel.errors import Refused


class NotOver(Refused):
    """Voting goes on."""


@transaction.atomic
def open_proposal(
    *,
    reference: str,
    title: str,
    text: str,
    url: str = "",
    options: Sequence[Choice] = (),
    by: User,
    at: datetime,
) -> Proposal:
    """Announce a proposal under the by-laws in force at `at`; it opens after their notice.

    Without `options` the question is yes or no; with them, which one, or none. Its electors are
    the members of the by-laws' classes at the moment it opens. `reference` is unique; `url` is the
    path of the page that explains the matter.
    """
    proposal = Proposal(
        reference=reference,
        title=title,
        text=text,
        url=url,
        options=[{"code": option.code, "label": option.label} for option in options],
        announced_at=at,
        announced_by=by,
    )
    _apply(ByLaws.objects.in_force(at), proposal)
    proposal.save()
    if proposal.opens_at <= at:
        enter_electors(proposal=proposal, at=at)
    return proposal


@transaction.atomic
def enter_electors(*, proposal: Proposal, at: datetime) -> None:
    """Enter who may vote: the members at the moment of opening, however late this runs.

    Does nothing when they are entered. Raises NotOver before the opening.
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.electorate is None:
        if at < locked.opens_at:
            raise NotOver(f"Voting opens on {moment(locked.opens_at)}.")
        members = electorate(locked)
        Elector.objects.bulk_create(
            Elector(proposal=locked, member_id=member) for member in members
        )
        locked.electorate = len(members)
        locked.save(update_fields=["electorate"])
        _tell_electors(locked, f"Please vote by {moment(locked.closes_at)}: {locked.title}", at=at)
    proposal.refresh_from_db()


def electorate(proposal: Proposal) -> list[int]:
    """The members (pk) of the by-laws' classes at the moment the proposal opened, by number."""
    return list(
        Membership.objects.open_at(proposal.opens_at)
        .filter(share_class__code__in=proposal.bylaws.voting.electorate)
        .order_by("number")
        .values_list("user_id", flat=True)
    )


@transaction.atomic
def close(proposal: Proposal, at: datetime) -> tally.Outcome:
    """Count a proposal whose voting is over and keep the result; later calls return the same.

    Raises NotOver before its end.
    """
    locked = Proposal.objects.select_for_update().get(pk=proposal.pk)
    if locked.closed_at is None:
        if at < locked.closes_at:
            raise NotOver(f"Voting goes on until {moment(locked.closes_at)}.")
        if locked.electorate is None:
            enter_electors(proposal=locked, at=at)
        _keep_result(locked, at)
    proposal.refresh_from_db()
    return tally.Outcome(
        passed=proposal.result == Proposal.Result.PASSED,
        winner=proposal.winner,
        why=proposal.why,
    )


def recount(proposal: Proposal) -> tuple[dict[str, int], tally.Outcome]:
    """How often each choice counts, and the outcome, from the ballots and electors alone."""
    ballots = Ballot.objects.on(proposal).values_list("elector_id", "choice")
    counts = tally.count(ballots, [choice.code for choice in proposal.choices])
    outcome = tally.outcome(
        counts,
        electors=proposal.electors.count(),
        quorum_bp=proposal.quorum_bp,
        majority_bp=proposal.majority_bp,
    )
    return counts, outcome


def turnout(proposal: Proposal) -> int:
    """How many electors have cast a ballot so far."""
    return proposal.electors.filter(ballots__isnull=False).distinct().count()


def proceed(at: datetime) -> None:
    """Open and close every proposal whose time has come."""
    for proposal in Proposal.objects.due_to_open(at):
        enter_electors(proposal=proposal, at=at)
    for proposal in Proposal.objects.due_to_close(at):
        close(proposal, at)


def moment(at: datetime) -> str:
    """A time as people of the co-op read it, in its time zone."""
    return date_format(timezone.localtime(at), "j F Y, H:i")


def _apply(bylaws: ByLaws, proposal: Proposal) -> None:
    """Fix the times and thresholds of a proposal by the voting article."""
    voting = bylaws.voting
    proposal.bylaws = bylaws
    proposal.opens_at = proposal.announced_at + voting.notice
    proposal.closes_at = proposal.opens_at + voting.period
    proposal.quorum_bp, proposal.majority_bp = voting.quorum_bp, voting.majority_bp


def _keep_result(proposal: Proposal, at: datetime) -> None:
    counts, outcome = recount(proposal)
    proposal.tally = counts
    proposal.result = Proposal.Result.PASSED if outcome.passed else Proposal.Result.FAILED
    proposal.winner, proposal.why, proposal.closed_at = outcome.winner, outcome.why, at
    proposal.save(update_fields=["tally", "result", "winner", "why", "closed_at"])
    verdict = "passed" if outcome.passed else "failed"
    _tell_electors(proposal, f"The vote is over: {proposal.title}. It {verdict}.", at=at)


def _tell_electors(proposal: Proposal, text: str, *, at: datetime) -> None:
    url = reverse("governance:proposal", args=[proposal.uuid])
    for elector in proposal.electors.select_related("member"):
        notices.tell(recipient=elector.member, text=text, url=url, at=at)
