"""The marks over the public pictures: the co-op's own, seen, and the work's, unseen."""

from dataclasses import replace
from datetime import datetime

from django.conf import settings

from media.adapters import samples, stencils
from media.adapters.watermark import Mark
from media.models import Work
from media.services import traces

SAMPLES = tuple(samples.SAMPLES)
"""The names of pictures to try the mark on."""


def of(*, work: Work, at: datetime) -> Mark:
    """The mark over the public pictures of `work`, which has a trace from now on."""
    return replace(present(), seed=str(work.uuid), trace=traces.of_comp(work=work, at=at))


def sample(*, name: str, opacity: int) -> bytes:
    """A JPEG of one of SAMPLES under the present mark with that opacity."""
    return samples.printed(name, replace(present(opacity=opacity), seed=name))


def present(*, opacity: int | None = None) -> Mark:
    """The mark as it is set, or with another `opacity` in percent. Raises stencils.Unusable."""
    logo = stencils.logo(settings.WATERMARK_LOGO) if settings.WATERMARK_LOGO else b""
    return Mark(settings.WATERMARK_TEXT, opacity or settings.WATERMARK_OPACITY, logo)
