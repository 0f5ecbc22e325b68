"""Written notices and redemptions, held against plans, consents and the ledger."""

from collections import defaultdict
from collections.abc import Iterator

from ledger.models import Entry
from ledger.services import balances
from royalties.models import Distribution, PatronageNotice, RedemptionRun
from royalties.rules import chart
from royalties.services import redemptions
from stockcoop.kernel.money import Money


def differences() -> Iterator[str]:
    """One sentence for each figure of retained patronage that its facts would not give."""
    for done in Distribution.objects.select_related("plan__close", "close"):
        yield from _of_distribution(done)
    stands: dict[int, int] = defaultdict(int)
    for notice in PatronageNotice.objects.with_redeemed():
        stands[notice.member_id] += notice.retained_minor - notice.redeemed
    yield from _of_accounts(stands)
    for run in RedemptionRun.objects.select_related("entry"):
        yield from _of_run(run)
    for entry in Entry.objects.filter(source__startswith="redemption:"):
        if not RedemptionRun.objects.filter(entry=entry).exists():
            yield f"Entry {entry.source} redeems what no run redeemed."


def _of_distribution(done: Distribution) -> Iterator[str]:
    rows = {row.member_id: row for row in done.notices.select_related("consent")}
    agreed = {
        member
        for member, row in rows.items()
        if row.consent
        and row.consent.given
        and row.consent.member_id == member
        and row.consent.at <= done.at
    }
    found = done.plan.value().allotments(agreed)
    # Distributions of before there were notices paid all of it in cash.
    for member in sorted(rows.keys() | found.keys() if rows else ()):
        row, paid = rows.get(member), found.get(member)
        stored = (row.cash, row.retained, row.form) if row else None
        computed = (paid.cash, paid.retained, paid.form.value) if paid else None
        if stored != computed or (row and row.digest != row.computed_digest()):
            yield (
                f"The notice of {done.close.year} for member {member} says "
                f"{_said(stored)}, computed {_said(computed)}."
            )


def _said(parts: tuple[Money, Money, str] | None) -> str:
    return f"{parts[0]} in cash and {parts[1]} retained ({parts[2]})" if parts else "nothing"


def _of_accounts(stands: dict[int, int]) -> Iterator[str]:
    booked = {
        balance.code: balance.amount.minor
        for balance in balances.below(chart.MEMBERS)
        if balance.code.endswith(":equity")
    }
    for code in sorted(booked.keys() | {chart.equity(member) for member in stands}):
        member = chart.member_of(code.removesuffix(":equity")) or 0
        if booked.get(code, 0) != stands.get(member, 0):
            yield (
                f"Equity for member {member}: {booked.get(code, 0)} booked, "
                f"{stands.get(member, 0)} by notices and redemptions."
            )


def _of_run(run: RedemptionRun) -> Iterator[str]:
    if run.computed_digest() != run.digest:
        members = ", ".join(str(one.notice.member_id) for one in run.redemptions.all())
        yield f"Redemption run {run.pk}, for member {members}: the list does not match its digest."
    if run.entry and run.entry.moves() != redemptions.moves(run):
        yield f"Entry {run.entry.source} does not move what its run lists."
