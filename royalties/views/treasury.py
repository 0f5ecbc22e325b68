"""The treasury: where every sum stands, and every entry that put it there."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ledger.models import Entry, Posting
from ledger.rules.accounts import Kind
from ledger.services import balances
from ledger.services.balances import Balance
from royalties.services import names, patronage
from stockcoop.kernel.access import audience
from stockcoop.kernel.money import Money
from stockcoop.kernel.web import page_of, words_of

HEADINGS = {
    Kind.ASSET: "What the co-op has",
    Kind.LIABILITY: "What the co-op owes",
    Kind.EQUITY: "What is the co-op's own",
    Kind.INCOME: "Income not closed yet",
    Kind.EXPENSE: "Expenses not closed yet",
}


@audience("treasurer", "board")
@require_GET
def treasury(request: HttpRequest) -> HttpResponse:
    """Every account with its balance, by kind; debits and credits sum to nothing."""
    stood = balances.below("")
    named = names.of_accounts(balance.code for balance in stood)
    groups = [
        {
            "heading": heading,
            "rows": [
                {"code": b.code, "name": named[b.code], "amount": _as_grown(b)}
                for b in stood
                if b.kind is kind
            ],
        }
        for kind, heading in HEADINGS.items()
    ]
    context = {
        "groups": [group for group in groups if group["rows"]],
        "cash_due": patronage.cash_due(timezone.localdate()),
    }
    return render(request, "royalties/treasury.html", context)


@audience("treasurer", "board")
@require_GET
def account(request: HttpRequest, code: str) -> HttpResponse:
    """One account: its balance and what moved it, newest first."""
    stood = [balance for balance in balances.below(code) if balance.code == code]
    if not stood:
        raise Http404(f"There is no account {code}.")
    page = page_of(request, Posting.objects.touching(code), per=50)
    postings = list(page)
    other = {p.pk: p.credit if p.debit.code == code else p.debit for p in postings}
    named = names.of_accounts([code, *(account.code for account in other.values())])
    context = {
        "code": code,
        "name": named[code],
        "balances": [_as_grown(balance) for balance in stood],
        "page": page,
        "rows": [
            {
                "posting": posting,
                "other": named[other[posting.pk].code],
                "amount": _seen(posting, code, stood[0].kind),
            }
            for posting in postings
        ],
    }
    return render(request, "royalties/account.html", context)


@audience("treasurer", "board")
@require_GET
def entries(request: HttpRequest) -> HttpResponse:
    """The ledger, newest entry first; `?q=` looks into sources, memos and account codes."""
    text = words_of(request, most=100)
    rows = Entry.objects.matching(text).select_related("reverses").with_postings().newest_first()
    context = {"page": page_of(request, rows, per=50), "text": text}
    return render(request, "royalties/entries.html", context)


def _as_grown(balance: Balance) -> Money:
    return -balance.amount if balance.kind.grows_by_debit else balance.amount


def _seen(posting: Posting, code: str, kind: Kind) -> Money:
    grows = (posting.debit.code == code) == kind.grows_by_debit
    return posting.amount if grows else -posting.amount
