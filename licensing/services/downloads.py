"""Handing out the file of a licence."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from licensing.models import Download, Licence
from media.models import Work
from media.rules.metadata import Facts
from media.services import deliveries
from media.services.deliveries import Delivery
from stockcoop.kernel.errors import Refused


class Revoked(Refused):
    """The licence has ended."""

    status = 410


def hand_out(*, licence: Licence, at: datetime) -> Delivery:
    """The file in the size that `licence` covers, its metadata naming the licence; on record.

    `licence` comes from a QuerySet of its buyer. Raises Revoked.
    """
    if not licence.is_valid:
        raise Revoked(licence.ended_because)
    line = licence.line
    delivery = deliveries.cut(
        work=line.work, longest_side=line.longest_side, facts=_facts(licence, line.work)
    )
    Download.objects.create(
        licence=licence,
        at=at,
        name=delivery.name,
        media_type=delivery.media_type,
        bytes=delivery.bytes,
        sha256=delivery.sha256,
    )
    return delivery


def _facts(licence: Licence, work: Work) -> Facts:
    terms = licence.line.terms
    page = reverse("licensing:terms_version", args=[terms.kind, terms.version])
    return Facts(
        title=work.title,
        description=work.description,
        keywords=tuple(work.keywords),
        creator=work.creator or work.owner.name,
        credit=work.credit or work.owner.name,
        rights=work.rights,
        licence_url=settings.BASE_URL + page,
        licensor=settings.COOP_NAME,
        licensor_url=settings.BASE_URL + reverse("licensing:work", args=[work.uuid]),
        licence_number=licence.number,
    )
