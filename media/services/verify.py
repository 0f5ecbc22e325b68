"""Agreed splits, recomputed: what was proposed, who agreed, and from when on it holds."""

from collections.abc import Iterator

from media.models import SplitVersion
from media.rules import agreements
from media.rules.agreements import Outcome


def differences() -> Iterator[str]:
    """One sentence for each split that its parts and answers do not give."""
    versions = SplitVersion.objects.select_related("work", "outcome").prefetch_related(
        "parts", "asked__answer"
    )
    for version in versions.order_by("pk").iterator(chunk_size=1000):
        yield from _of(version)


def _of(version: SplitVersion) -> Iterator[str]:
    name = f"Split {version.number} of work {version.work_id}"
    asked = {row.member_id: getattr(row, "answer", None) for row in version.asked.all()}
    if version.computed_digest(version.shares(), list(asked)) != version.digest:
        yield f"{name} does not match the digest it was proposed with."
    if not version.migrated and agreements.fault(version.work.owner_id, version.shares()):
        yield f"{name} leaves out the owner, or has parts that nobody could propose."
    outcome = getattr(version, "outcome", None)
    given = [answer for answer in asked.values() if answer]
    if outcome is None or outcome.word == Outcome.WITHDRAWN:
        return
    last = max((answer.at for answer in given), default=None)
    if last != outcome.at:
        yield f"{name} ended {outcome.at}, its last answer is of {last}."
    consents = [answer for answer in given if answer.agrees]
    if (len(consents) == len(asked)) != (outcome.word == Outcome.AGREED):
        yield f"{name} is {outcome.word}, with {len(consents)} consents of {len(asked)} asked."
    if outcome.word == Outcome.AGREED:
        begins = agreements.begins(agreed_at=outcome.at, named=version.not_before)
        if outcome.in_force_from != begins:
            yield f"{name} is stored in force from {outcome.in_force_from}, computed {begins}."
