"""Comps: handing out the marked picture of a work, under the comp terms that its holder accepts."""

from datetime import datetime, timedelta

from django.db import transaction

from licensing.models import Comp, Terms
from licensing.models.comps import COMP_TERMS
from licensing.services import samples
from media.models import Work
from members.models import User
from stockcoop.kernel.errors import Refused

_LASTING = timedelta(hours=1)


class NoComps(Refused):
    """No comps are given, or none of this work."""


class OtherTerms(Refused):
    """The terms that were accepted are not those in force."""


def terms(*, at: datetime) -> Terms | None:
    """The comp terms in force at `at`; None where the co-op has set none, and gives no comps."""
    return Terms.objects.in_force(at).filter(kind=COMP_TERMS).first()


@transaction.atomic
def hand_out(*, work: Work, to: User, accepted: int, at: datetime) -> str:
    """Where `to` finds the comp of `work`, given under version `accepted` of the comp terms.

    That is put on record, a work once for each version. Raises NoComps, OtherTerms.
    """
    in_force = terms(at=at)
    address = samples.comp(work, at=at, lasting=_LASTING)
    if in_force is None or not address or not work.is_published:
        raise NoComps(f"There is no comp of “{work.title}” to download.")
    if in_force.version != accepted:
        raise OtherTerms("The comp terms have changed since: please read them and ask again.")
    Comp.objects.get_or_create(holder=to, work=work, terms=in_force, defaults={"at": at})
    return address
