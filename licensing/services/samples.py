"""The marked picture of a work to show elsewhere: embedded in a page, or laid out as a comp."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from html import escape

from django.conf import settings
from django.urls import reverse

from media.models import Work
from media.rules.sizes import height_of
from media.services import sizes

_EMBEDDED, _COMP = 640, 1024
_EMBED_LASTS = timedelta(days=365)


@dataclass(frozen=True)
class Samples:
    """`code` is HTML for a page elsewhere; widths are pixels."""

    code: str
    width: int
    until: datetime
    comp_width: int


def of(work: Work, *, at: datetime) -> Samples | None:
    """What can be shown of `work`; None if its pictures are too small for that."""
    width, comp_width = (sizes.widest(work=work, most=most) for most in (_EMBEDDED, _COMP))
    if not width:
        return None
    picture = sizes.address(work=work, width=width, extension="jpg", at=at, lasting=_EMBED_LASTS)
    return Samples(
        code=_code(work, picture, width),
        width=width,
        until=at + _EMBED_LASTS,
        comp_width=comp_width,
    )


def comp(work: Work, *, at: datetime, lasting: timedelta) -> str:
    """The signed address of the comp of `work`, to be kept; "" if its pictures are too small."""
    width = sizes.widest(work=work, most=_COMP)
    if not width:
        return ""
    address = sizes.address(work=work, width=width, extension="jpg", at=at, lasting=lasting)
    return f"{address}&download"


def _code(work: Work, picture: str, width: int) -> str:
    """Both addresses are ours and whole; the words are the artist's."""
    page = settings.BASE_URL + reverse("licensing:work", args=[work.uuid])
    height = height_of(width, (work.width, work.height))
    by = f"{work.alt}, by {work.creator or work.owner.name}"
    return (
        f'<a href="{escape(page)}"><img src="{escape(settings.BASE_URL + picture)}" '
        f'width="{width}" height="{height}" alt="{escape(by)}"></a>'
    )
