"""What is known of a member's taxes: the country they state, the form that somebody has seen."""

from datetime import datetime

from django.db import transaction

from members.models import User
from royalties.models import TaxProfile
from royalties.rules.withholding import Form
from stockcoop.kernel.errors import Refused


class NotRecorded(Refused):
    """The form cannot be recorded like this."""

    status = 422


def profile_of(*, member: User, at: datetime) -> TaxProfile | None:
    """What is known of the member's taxes at `at`; None when nothing was stated."""
    return TaxProfile.objects.in_force(at).filter(member=member).first()


@transaction.atomic
def state_country(*, member: User, country: str, at: datetime) -> TaxProfile:
    """The member states where they pay taxes; with another country, no form is on file any more."""
    known = profile_of(member=member, at=at)
    if known is not None and known.country == country:
        return known
    return TaxProfile.objects.create(member=member, country=country, stated_at=at, stated_by=member)


@transaction.atomic
def record_form(
    *, member: User, form: Form, treaty_bp: int | None, id_ending: str, by: User, at: datetime
) -> TaxProfile:
    """Record that `by` has seen the member's form; of the tax id its last four signs are kept.

    W-9 is for members in the US, W-8BEN for members elsewhere. Raises NotRecorded.
    """
    known = profile_of(member=member, at=at)
    if member == by:
        raise NotRecorded("Somebody else has to record your form.", status=403)
    if known is None or not known.country:
        raise NotRecorded("The member has to state their country first.")
    if form is not Form.NONE and (form is Form.W9) != (known.country == "US"):
        raise NotRecorded(f"{form.value} is not the form of a member in {known.country}.")
    if treaty_bp is not None and form is not Form.W8BEN:
        raise NotRecorded("A treaty's rate is claimed on form W-8BEN.")
    on_file = form is not Form.NONE
    return TaxProfile.objects.create(
        member=member,
        country=known.country,
        form=form,
        treaty_bp=treaty_bp,
        id_ending=id_ending[-4:] if on_file else "",
        stated_at=at,
        stated_by=by,
    )
