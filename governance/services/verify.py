"""Every term, electorate, tally and result, computed again from by-laws, register and ballots."""

from collections.abc import Iterator

from governance.models import Proposal
from governance.services import proposals


def differences() -> Iterator[str]:
    """One sentence for each stored figure that differs from the recount."""
    for proposal in Proposal.objects.select_related("bylaws"):
        yield from _of_terms(proposal)
        if proposal.electorate is not None:
            yield from _of_electors(proposal)
        if proposal.closed_at is not None:
            yield from _of_result(proposal)


def _of_terms(proposal: Proposal) -> Iterator[str]:
    voting = proposal.bylaws.voting
    opens_at = proposal.announced_at + voting.notice
    for name, stored, found in (
        ("a quorum (bp)", proposal.quorum_bp, voting.quorum_bp),
        ("a majority (bp)", proposal.majority_bp, voting.majority_bp),
        ("an opening", proposal.opens_at, opens_at),
        ("an end", proposal.closes_at, opens_at + voting.period),
    ):
        if stored != found:
            yield (
                f"Proposal {proposal.reference} stores {name} of {stored}, "
                f"{proposal.bylaws} give {found}."
            )


def _of_electors(proposal: Proposal) -> Iterator[str]:
    entered = set(proposal.electors.values_list("member_id", flat=True))
    entitled = set(proposals.electorate(proposal))
    if proposal.electorate != len(entered):
        yield (
            f"Proposal {proposal.reference} states {proposal.electorate} electors, "
            f"{len(entered)} are entered."
        )
    for member in sorted(entered ^ entitled):
        said = "is an elector" if member in entered else "is no elector"
        yield f"Member {member} {said} of proposal {proposal.reference} against the register."


def _of_result(proposal: Proposal) -> Iterator[str]:
    counts, outcome = proposals.recount(proposal)
    if proposal.tally != counts:
        yield (
            f"Proposal {proposal.reference} stores the tally {proposal.tally}, "
            f"the ballots give {counts}."
        )
    stored = (proposal.result == Proposal.Result.PASSED, proposal.winner, proposal.why)
    if stored != (outcome.passed, outcome.winner, outcome.why):
        yield (
            f"Proposal {proposal.reference} stores {proposal.result} {proposal.winner!r} "
            f"({proposal.why}), the recount gives "
            f"{'passed' if outcome.passed else 'failed'} {outcome.winner!r} ({outcome.why})."
        )
