"""A sale with the rule that it followed, and entries of the ledger."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from ledger.models import Posting
from members.models import User
from royalties.models import Refund, Sale
from royalties.rules import chart, words
from royalties.services import names
from royalties.views import trail
from royalties.views.asking import entries_for, sales_for, sees_all, signed_in
from stockcoop.kernel.access import audience


@audience("account")
@require_GET
def sale(request: HttpRequest, pk: int) -> HttpResponse:
    """A sale that the asker had a part in: price, rule, parts, and where it is in the ledger."""
    user = signed_in(request)
    rows = sales_for(user).select_related("entry", "rate", "work", "split_version__outcome")
    found = get_object_or_404(rows, pk=pk)
    split = found.split()
    named = names.of_accounts(chart.member(part.member) for part in split.parts)
    weights = sum(part.weight for part in split.parts)
    parts = [{"label": "The co-op", "money": split.coop, "note": words.percent(found.coop_rate_bp)}]
    parts += [
        {
            "label": "You" if part.member == user.pk else named[chart.member(part.member)],
            "money": part.amount,
            "note": f"{part.weight} of {weights} parts" if len(split.parts) > 1 else "",
        }
        for part in split.parts
    ]
    context = {
        "sale": found,
        "parts": parts,
        # Those concerned may read how they agreed on it.
        "shares": any(part.member == user.pk for part in split.parts),
        "steps": words.steps(split, found.coop_rate_bp, found.licence_kind, found.rate_words),
        "ways": trail.of_sale(found, user),
    }
    return render(request, "royalties/sale.html", context)


@audience("account")
@require_GET
def entry(request: HttpRequest, pk: int) -> HttpResponse:
    """An entry that touches the asker's account, with its postings.

    Who shared a sale sees all of it; of any other entry a member sees their own postings.
    """
    user = signed_in(request)
    found = get_object_or_404(entries_for(user).select_related("reverses"), pk=pk)
    postings = list(found.postings.select_related("debit", "credit").order_by("position"))
    about = Sale.objects.filter(entry=found.reverses_id or found.pk).first()
    shown = postings if about or sees_all(user) else [p for p in postings if _is_of(p, user)]
    context = {
        "entry": found,
        "rows": _named(shown),
        "hidden": len(postings) - len(shown),
        "sale": about,
        "refund": Refund.objects.filter(entry=found).first(),
        "reversal": found.reversal(),
        "ways": trail.of_entry(found, user),
        "sees_all": sees_all(user),
    }
    return render(request, "royalties/entry.html", context)


def _named(postings: list[Posting]) -> list[dict[str, object]]:
    """Each posting with its accounts in words."""
    named = names.of_accounts(
        account.code for posting in postings for account in (posting.debit, posting.credit)
    )
    return [
        {"debit": named[one.debit.code], "credit": named[one.credit.code], "posting": one}
        for one in postings
    ]


def _is_of(posting: Posting, user: User) -> bool:
    return chart.member(user.pk) in (posting.debit.code, posting.credit.code)
