"""Handing out the file of a licence."""

from datetime import datetime

from django.conf import settings
from django.urls import reverse

from licensing.models import Download, Licence
from media.models import Work
from media.rules.encodings import Readiness
from media.rules.kinds import Kind
from media.rules.metadata import Facts
from media.rules.rights import POLICIES
from media.rules.wishes import Colours, FileKind, Wish
from media.services import deliveries, traces
from media.services.deliveries import Delivery
from stockcoop.kernel.errors import Refused


class Revoked(Refused):
    """The licence has ended."""

    status = 410


class NotReady(Refused):
    """The file is being made; the licence's page says how far it is."""

    status = 503


def readiness(licence: Licence) -> Readiness:
    """Whether the file can be handed out at once."""
    line = licence.line
    return deliveries.readiness(work=line.work, longest_side=line.longest_side)


def kinds(licence: Licence) -> list[FileKind]:
    """The files that the buyer may choose from, the default first; empty for a clip."""
    return deliveries.kinds(work=licence.line.work, longest_side=licence.line.longest_side)


def hand_out(*, licence: Licence, wish: Wish, at: datetime) -> Delivery:
    """The file in the size that `licence` covers, its metadata naming the licence; on record.

    `licence` comes from a QuerySet of its buyer. What has to be made first is asked for. Raises
    Revoked, NotOffered, or NotReady.
    """
    if not licence.is_valid:
        raise Revoked(licence.ended_because)
    line = licence.line
    if not deliveries.prepare(work=line.work, longest_side=line.longest_side, at=at).is_ready:
        raise NotReady("Your file is being made. The licence's page says how far it is.")
    delivery = deliveries.cut(
        work=line.work,
        longest_side=line.longest_side,
        facts=_facts(licence, line.work),
        wish=wish,
        trace=_trace(licence, at),
    )
    Download.objects.create(
        licence=licence,
        at=at,
        name=delivery.name,
        media_type=delivery.media_type,
        bytes=delivery.bytes,
        sha256=delivery.sha256,
        **_asked(line.work, wish),
    )
    return delivery


def _asked(work: Work, wish: Wish) -> dict[str, str]:
    """The choice as its record keeps it; a clip knows none, and SENT keeps its colours."""
    if work.kind == Kind.VIDEO:
        return {}
    colours = Colours.KEPT if wish.kind is FileKind.SENT else wish.colours
    return {"kind": wish.kind.value, "colours": colours.value}


def _trace(licence: Licence, at: datetime) -> bytes:
    """The seed of the mark by which the file leads back to `licence`; empty if it has none."""
    work = licence.line.work
    if not traces.is_traced(work):
        return b""
    source = f"licence:{licence.number}"
    return traces.issue(work=work, source=source, holder=licence.buyer, at=at)


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
        usage_terms=f"{terms.title}, version {terms.version}: {settings.BASE_URL}{page}",
        data_mining=POLICIES[settings.DATA_MINING].plus,
    )
