"""The co-op's own data about royalties: rates per licence kind, the floor of payouts."""

from collections.abc import Mapping
from datetime import date, datetime, time
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.timezone import make_aware

from royalties.models import PayoutTerms, RoyaltyRate, TaxTerms
from royalties.rules.law import Law
from royalties.rules.redemption import Schedule
from royalties.rules.tax_forms import FormTerms
from royalties.rules.withholding import Rule
from royalties.services import holds


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Bring rates and payout terms in line with `data`; what changed applies from `at`.

    `data["royalties"]`: `payout_floor_minor` in the co-op's currency, and `rates`: a list of
    licence_kind, coop_rate_bp, and optionally share_class, promotion, from and until (dates).
    Unchanged data does nothing; a rate is never removed. Optional are `hold_reasons`, `tax_home`,
    `withholding` and `tax_forms`. Raises ValueError when a dated rate says something else than it
    did, and when the by-laws' articles on surplus and equity cannot be applied.
    """
    if articles := data.get("governance", {}).get("bylaws"):
        Law.of_bylaws(articles)
        Schedule.of_bylaws(articles)
    royalties = data["royalties"]
    for rate in royalties["rates"]:
        _rate(rate, at)
    wanted = (royalties["payout_floor_minor"], settings.CURRENCY)
    terms = PayoutTerms.objects.in_force(at).first()
    if terms is None or (terms.floor_minor, terms.currency) != wanted:
        PayoutTerms.objects.create(floor_minor=wanted[0], currency=wanted[1], in_force_from=at)
    if "hold_reasons" in royalties:
        holds.establish(royalties["hold_reasons"], at)
    if "tax_home" in royalties:
        _establish_taxes(royalties, at)


def _establish_taxes(royalties: Mapping[str, Any], at: datetime) -> None:
    """Bring the tax terms in line; data that could not be applied raises ValueError."""
    home, rules = royalties["tax_home"], royalties.get("withholding", [])
    forms = royalties.get("tax_forms", [])
    for rule in rules:
        Rule.read(rule)
    for form in forms:
        FormTerms.read(form)
    newest = TaxTerms.objects.in_force(at).first()
    if newest is None or (newest.home, newest.withholding, newest.forms) != (home, rules, forms):
        TaxTerms.objects.create(home=home, withholding=rules, forms=forms, in_force_from=at)


def _rate(said: Mapping[str, Any], at: datetime) -> None:
    same = RoyaltyRate.objects.filter(
        work=None,
        licence_kind=said["licence_kind"],
        share_class=said.get("share_class", ""),
        promotion=said.get("promotion", ""),
    )
    begins, until = _moment(said.get("from")), _moment(said.get("until"))
    if begins is None:
        known = same.begun(at).filter(in_force_until=None).order_by("-in_force_from").first()
    else:
        known = same.filter(in_force_from=begins).first()
    if known and (known.coop_rate_bp, known.in_force_until) == (said["coop_rate_bp"], until):
        return
    if known and begins is not None:
        raise ValueError(f"The rate from {begins} stands already with other figures: {known}.")
    RoyaltyRate.objects.create(
        licence_kind=said["licence_kind"],
        coop_rate_bp=said["coop_rate_bp"],
        share_class=said.get("share_class", ""),
        promotion=said.get("promotion", ""),
        in_force_from=begins or at,
        in_force_until=until,
    )


def _moment(day: date | datetime | None) -> datetime | None:
    """The first moment of a day that the file names, in the co-op's time zone."""
    if day is None or (isinstance(day, datetime) and day.tzinfo):
        return day
    if not isinstance(day, datetime):
        day = datetime.combine(day, time())
    return make_aware(day)
