"""What rules a sale, in one look at the database: its month, its split, its rate."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from media.services import splits
from media.services.splits import Agreed
from royalties.models import Sale
from royalties.rules import rates
from royalties.rules.rates import Rule
from royalties.services import periods
from royalties.services.rates import no_rate
from stockcoop.kernel import prepared

# `services.rates` asks the same by models, and `checks.rules` holds each sale against that.
_LOOK = f"""
SELECT period.closed, period.told, {splits.HELD},
       (SELECT json_agg(json_build_array(
                 r.id, r.coop_rate_bp, r.in_force_from, least(r.in_force_until, e.at),
                 r.share_class, r.work_id, r.promotion))
          FROM royalties_royaltyrate r LEFT JOIN royalties_rateend e ON e.rate_id = r.id
         WHERE r.licence_kind = %(kind)s AND r.in_force_from <= %(at)s
           AND (r.work_id IS NULL OR r.work_id = %(work)s)),
       (SELECT c.code
          FROM members_membership m JOIN members_shareclass c ON c.id = m.share_class_id
         WHERE m.user_id = %(owner)s AND m.admitted_at <= %(at)s
           AND (m.left_at IS NULL OR m.left_at > %(at)s) LIMIT 1)
  FROM {periods.HELD} period
"""  # noqa: S608 -- made of constants


@dataclass(frozen=True, slots=True)
class Ruling:
    """The split that was agreed on, and the rule that says what the co-op keeps."""

    agreed: Agreed
    rule: Rule


def of(sale: Sale) -> Ruling:
    """What rules the unsaved `sale`. Call it in its transaction, which holds both until its end.

    Raises PeriodClosed when its month is finished, and NoRate.
    """
    found = prepared.one(
        _LOOK,
        {
            "work": sale.work_id,
            "owner": sale.work.owner_id,
            "kind": sale.licence_kind,
            "at": sale.sold_at,
            **periods.asked(sale.sold_at),
        },
    )
    assert found is not None, "_LOOK gives one row"
    closed, told, holding, known, share_class = found
    periods.refuse(sale.sold_at, closed=closed, told=told)
    rule = rates.that_applies(
        (_rule(sale.licence_kind, row) for row in known or []),
        licence_kind=sale.licence_kind,
        share_class=share_class or "",
        work=sale.work_id,
        at=sale.sold_at,
    )
    if rule is None:
        raise no_rate(sale.licence_kind)
    return Ruling(Agreed.read(sale.work, holding), rule)


def _rule(licence_kind: str, row: list[Any]) -> Rule:
    key, coop_rate_bp, begins, ends, share_class, work, promotion = row
    return Rule(
        key=key,
        licence_kind=licence_kind,
        coop_rate_bp=coop_rate_bp,
        begins=datetime.fromisoformat(begins),
        ends=datetime.fromisoformat(ends) if ends else None,
        share_class=share_class,
        work=work,
        promotion=promotion,
    )
