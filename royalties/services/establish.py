"""The co-op's own data about royalties: rates per licence kind, the floor of payouts."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import transaction

from royalties.models import PayoutTerms, RoyaltyRate, TaxTerms
from royalties.rules.law import Law
from royalties.rules.redemption import Schedule
from royalties.rules.tax_forms import FormTerms
from royalties.rules.withholding import Rule
from royalties.services import holds


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Bring rates and payout terms in line with `data`; what changed applies from `at`.

    `data["royalties"]`: `rates` (list of licence_kind, coop_rate_bp) and `payout_floor_minor` in
    the co-op's currency. Unchanged data does nothing; a rate is never removed. Optional are
    `hold_reasons`, `tax_home`, `withholding` and `tax_forms`. Raises ValueError when the by-laws'
    articles on surplus and equity cannot be applied.
    """
    if articles := data.get("governance", {}).get("bylaws"):
        Law.of_bylaws(articles)
        Schedule.of_bylaws(articles)
    royalties = data["royalties"]
    for rate in royalties["rates"]:
        kind, basis_points = rate["licence_kind"], rate["coop_rate_bp"]
        newest = RoyaltyRate.objects.in_force(kind, at).first()
        if newest is None or newest.coop_rate_bp != basis_points:
            RoyaltyRate.objects.create(
                licence_kind=kind, coop_rate_bp=basis_points, in_force_from=at
            )
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
