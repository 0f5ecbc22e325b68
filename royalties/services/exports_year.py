"""A year as a file: rows for a spreadsheet, data for the printed page."""

import csv
import io
from collections.abc import Sequence
from typing import Any

from royalties.services.remuneration import Use
from royalties.services.years import YearReading
from stockcoop.kernel import pdf
from stockcoop.kernel.spreadsheets import harmless
from stockcoop.templatetags.money import amount, money


def as_csv(reading: YearReading) -> str:
    """The year as CSV (RFC 4180): by month, by kind, by work, each with its sum."""
    year, out = reading.year, io.StringIO()
    currency = year.opening.currency
    rows = csv.writer(out)
    rows.writerow(("year", "by", "what", "licences", "sum", "currency"))
    rows.writerow([year.number, "balance", "opening", "", year.opening.decimal(), currency])
    for month in year.months:
        moved = (month.closing - month.opening).decimal()
        rows.writerow([year.number, "month", str(month.month), "", moved, currency])
    for kind, sum_ in year.kinds():
        rows.writerow([year.number, "kind", kind.plural.lower(), "", sum_.decimal(), currency])
    for work in year.works():
        told = [harmless(work.title), work.uses, work.amount.decimal(), currency]
        rows.writerow([year.number, "work", *told])
    rows.writerow([year.number, "balance", "closing", "", year.closing.decimal(), currency])
    return out.getvalue()


def as_pdf(reading: YearReading, *, member_name: str, coop_name: str) -> bytes:
    """The year as a PDF; equal figures and names give equal bytes."""
    year, issued = reading.year, reading.issued
    months = [[m.month.words(), amount(m.closing - m.opening)] for m in year.months]
    tables: list[Any] = [
        {"title": "By month", "rows": [[name, "", sum_] for name, sum_ in months]},
        {"title": "By kind", "rows": [[k.plural, "", amount(sum_)] for k, sum_ in year.kinds()]},
        {
            "title": "By work",
            "rows": [[w.title, str(w.uses), amount(w.amount)] for w in year.works()],
        },
    ]
    stood = [["Opening balance", money(year.opening)], ["Closing balance", money(year.closing)]]
    data = {
        "coop": coop_name,
        "member": issued.member_name if issued else member_name,
        "title": f"Statement, {year.number}",
        "issued": issued.issued_at.date().isoformat() if issued else "",
        "stood": stood,
        "tables": tables,
        "note": f"SHA-256 of the figures: {reading.digest}",
    }
    return pdf.render("royalties/year.typ", data)


def remuneration_pdf(uses: Sequence[Use], *, year: int, member_name: str, coop_name: str) -> bytes:
    """The yearly statement of remuneration as a PDF."""
    rows = [
        [f"{use.title}, {use.licence_kind}", str(use.licences), amount(use.due)] for use in uses
    ]
    revenue = [
        [f"{use.title}, {use.licence_kind}", str(use.licences), amount(use.revenue)] for use in uses
    ]
    data = {
        "coop": coop_name,
        "member": member_name,
        "title": f"Remuneration, {year}",
        "issued": str(year),
        "stood": [],
        "tables": [
            {"title": "Revenue of each work and use", "rows": revenue},
            {"title": "Remuneration due to you", "rows": rows},
        ],
        "note": "Directive (EU) 2019/790, article 19",
    }
    return pdf.render("royalties/year.typ", data)
