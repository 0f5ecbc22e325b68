"""A statement as a file: rows for a spreadsheet, data for the printed page."""

import csv
import io
from typing import Any

from django.conf import settings

from royalties.models import PatronageNotice
from royalties.rules.law import Law
from royalties.rules.retention import Form
from royalties.rules.statements import Line
from royalties.services.statements import Reading
from stockcoop.kernel import pdf
from stockcoop.kernel.spreadsheets import harmless
from stockcoop.templatetags.money import amount, money

TITLES = {
    Form.CASH: "Notice of patronage, paid in cash",
    Form.QUALIFIED: "Qualified written notice of allocation",
    Form.NON_QUALIFIED: "Non-qualified written notice of allocation",
}
HEADER = ("day", "kind", "what", "to whom", "sum", "currency", "balance", "why", "entry")


def as_csv(reading: Reading) -> str:
    """The month as CSV (RFC 4180): opening balance, each line, closing balance."""
    account, currency = reading.account, reading.account.opening.currency
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEADER)
    first = account.month.first_day().isoformat()
    opening = account.opening.decimal()
    rows.writerow([first, "opening balance", "", "", "", currency, opening, "", ""])
    for line, balance in account.running():
        rows.writerow(
            [
                reading.day(line).isoformat(),
                line.kind.label.lower(),
                harmless(line.what),
                harmless(line.to),
                line.amount.decimal(),
                currency,
                balance.decimal(),
                harmless(line.why),
                line.entry,
            ]
        )
    last = account.month.last_day().isoformat()
    closing = account.closing.decimal()
    rows.writerow([last, "closing balance", "", "", "", currency, closing, "", ""])
    return out.getvalue()


def as_pdf(reading: Reading, *, member_name: str, coop_name: str) -> bytes:
    """The month as a PDF; equal figures and names give equal bytes."""
    account = reading.account
    data: dict[str, Any] = {
        "coop": coop_name,
        "member": reading.issued.member_name if reading.issued else member_name,
        "month": account.month.words(),
        "issued": reading.issued.issued_at.date().isoformat() if reading.issued else "",
        "opening": money(account.opening),
        "closing": money(account.closing),
        "lines": [_printed(reading, line) for line in account.lines],
        "sums": [[kind.plural, money(sum_)] for kind, sum_ in account.sums()],
        "digest": reading.digest,
    }
    return pdf.render("royalties/statement.typ", data)


def notice_pdf(notice: PatronageNotice) -> bytes:
    """The written notice of a member's patronage as a PDF, in the words of the by-laws."""
    plan = notice.distribution.plan
    law = Law.read(plan.law)
    data: dict[str, Any] = {
        "coop": settings.COOP_NAME,
        "member": notice.member.name,
        "year": str(notice.year),
        "title": TITLES[Form(notice.form)],
        "words": law.retention.notice_words(Form(notice.form)),
        "amount": money(notice.amount),
        "cash": money(notice.cash),
        "retained": money(notice.retained),
        "pay_by": law.retention.due(notice.year).isoformat(),
        "consent": notice.consent.at.date().isoformat() if notice.consent else "",
        "distributed": notice.distribution.at.date().isoformat(),
        "digest": notice.digest,
    }
    return pdf.render("royalties/notice.typ", data)


def _printed(reading: Reading, line: Line) -> dict[str, str]:
    return {
        "day": reading.day(line).strftime("%d %b"),
        "kind": line.kind.label,
        "what": line.what,
        "to": line.to,
        "why": line.why,
        "sum": amount(line.amount),
    }
