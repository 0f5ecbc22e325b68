"""The rights ledger: what a buyer or a team may use, how, and how much of it is used."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db.models import Sum

from licensing.models import Licence, LicenceUse
from licensing.rules import rights
from licensing.rules.rights import Tally, Used
from licensing.services import certificates, uses
from stockcoop.kernel.spreadsheets import harmless

HEADER = (
    *("licence", "state", "since", "work", "artist", "licensee", "team", "project", "client"),
    *("kind", "size", "permits", "not covered", "editorial only"),
    *(
        "prints",
        "prints allowed",
        "people",
        "people allowed",
        "granted",
        "ends",
        "market freeze",
        "frozen until",
    ),
)


@dataclass(frozen=True, slots=True)
class Right:
    """One licence as the ledger shows it; `permits` and `forbids` are sentences, `frozen`
    one or empty."""

    licence: Licence
    kind: str
    size: str
    permits: tuple[str, ...]
    forbids: tuple[str, ...]
    editorial: bool
    prints: Tally
    seats: Tally
    people: tuple[str, ...]
    frozen: str = ""


def read(licences: Iterable[Licence]) -> list[Right]:
    """The rights of `licences`, which come with their lines, in the same order."""
    rows = list(licences)
    known = LicenceUse.objects.filter(licence__in=rows)
    sums = {
        (licence, used): int(recorded)
        for licence, used, recorded in known.order_by()
        .values_list("licence", "used")
        .annotate(recorded=Sum("quantity"))
    }
    names: dict[int, list[tuple[str, int]]] = {}
    for licence, who, quantity in known.filter(used=Used.SEATS).values_list(
        "licence", "who", "quantity"
    ):
        names.setdefault(licence, []).append((who, quantity))
    return [_right(row, sums, tuple(rights.people(names.get(row.pk, [])))) for row in rows]


def _right(licence: Licence, sums: dict[tuple[int, str], int], people: tuple[str, ...]) -> Right:
    said = certificates.covers(licence)

    def tally(used: Used) -> Tally:
        return uses.tally_of(licence, used, sums.get((licence.pk, used.value), 0))

    return Right(
        licence=licence,
        kind=said.kind,
        size=said.size,
        permits=said.permits,
        forbids=said.forbids,
        editorial=licence.line.work.editorial,
        prints=tally(Used.PRINTS),
        seats=tally(Used.SEATS),
        people=people,
        frozen=said.frozen,
    )


def as_csv(shown: Iterable[Right]) -> str:
    """The ledger as CSV (RFC 4180), one licence a row."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(HEADER)
    rows.writerows([harmless(cell) for cell in _cells(right)] for right in shown)
    return out.getvalue()


def _cells(right: Right) -> Iterator[str]:
    licence, line = right.licence, right.licence.line
    project = line.order.project
    yield from (licence.number, licence.state)
    yield f"{licence.ended_at:%Y-%m-%d}" if licence.ended_at else ""
    yield from (line.work.title, line.work.creator or line.work.owner.name, line.order.licensee)
    yield from (project.team.name, project.name, project.client) if project else ("", "", "")
    yield from (right.kind, right.size, "; ".join(right.permits), "; ".join(right.forbids))
    yield "yes" if right.editorial else "no"
    for tally in (right.prints, right.seats):
        yield str(tally.recorded)
        yield {None: "as the licence says", 0: "without limit"}.get(
            tally.allowed, str(tally.allowed)
        )
    yield f"{licence.granted_at:%Y-%m-%d}"
    yield "never"
    yield right.frozen
    yield f"{licence.frozen_until:%Y-%m-%d}" if licence.frozen_until else ""
