"""Content credentials of delivered files, where the co-op has a certificate."""

import logging
from pathlib import Path

from django.conf import settings

from media.adapters import credentials
from media.adapters.credentials import Signing, Statement
from media.models import Work
from media.rules.rights import POLICIES
from media.services import darkroom
from media.services.darkroom import Cutting

_log = logging.getLogger(__name__)


def signed(*, work: Work, original: Path, cut: Path, made: Cutting) -> Path:
    """The file `cut`, made of `original`, with credentials; itself where there is no certificate.

    What the original bears is kept in them. A file that cannot be signed is handed out without,
    since its buyer has paid for it, and the log says so.
    """
    own = settings.CREDENTIALS
    if own is None:
        return cut
    target = cut.with_name("signed")
    # Of an original without credentials nothing is said but that there was one, so the library
    # need not read it: outside the sandbox it reads only what it has read inside before.
    parent = (original, work.media_type) if darkroom.bears_credentials(original) else None
    try:
        credentials.sign(
            cut,
            target,
            made.format.media_type,
            _statement(work, made),
            parent=parent or (cut, made.format.media_type),
            signing=Signing(own.certificate, own.key, own.time_stamps),
        )
    except credentials.Unsigned:
        _log.exception("a delivery of work %s goes out without credentials", work.uuid)
        return cut
    return target


def _statement(work: Work, made: Cutting) -> Statement:
    return Statement(
        title=work.title or work.original_name,
        generator=settings.COOP_NAME,
        parent_title="The artist's original",
        actions=made.actions,
        uses=POLICIES[settings.DATA_MINING].uses(),
    )
