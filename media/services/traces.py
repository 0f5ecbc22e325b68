"""Numbers that files carry unseen, and the search for them in a file that was found somewhere."""

import hmac
import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import transaction

from media.adapters import reading_traces
from media.models import Trace, Work
from media.models.trace import COMP
from media.rules import tracing
from media.rules.formats import Unfit
from media.rules.kinds import Kind
from media.services import darkroom, originals
from members.models import User
from stockcoop.kernel.errors import Refused


class NotSearchable(Refused):
    """The file cannot be searched for traces."""

    status = 422


@dataclass(frozen=True)
class Finding:
    """What a found file says about one work.

    `trace` is the one that it carries, None if none is found. By chance it would be found in one
    of `odds` pictures that carry none. `alike` tells whether the file shows the work at all.
    """

    work: Work
    trace: Trace | None
    odds: int
    alike: bool

    @property
    def in_words(self) -> str:
        """A sentence for whoever asked."""
        if self.trace is None:
            return (
                "No mark found: the file shows this work, but it is not known from where."
                if self.alike
                else "No mark found, and the file does not seem to show this work."
            )
        certain = f"By chance: less than 1 in {self.odds:,}."
        holder = self.trace.holder
        if holder is None:
            return f"Made from a public picture of this work, not from a licensed file. {certain}"
        return (
            f"Made from the file for {self.trace.source}, given to {holder} "
            f"<{holder.email}> on {self.trace.issued_at:%Y-%m-%d}. {certain}"
        )


def is_traced(work: Work) -> bool:
    """Whether a delivery carries a trace when it is made anew in 8-bit RGB.

    The pixels of the original, where they are what is delivered, are never changed.
    """
    return bool(settings.TRACE_DELIVERIES) and work.kind == Kind.PHOTO


def issue(*, work: Work, source: str, holder: User, at: datetime) -> bytes:
    """The seed of the mark in files of `work` made for `source`; later calls give the same."""
    return _seed(_issued(work, source, holder, at))


def of_comp(*, work: Work, at: datetime) -> bytes:
    """The seed of the mark in the public pictures of `work`; later calls give the same."""
    return _seed(_issued(work, COMP, None, at))


def find(*, path: Path, work: Work) -> Finding:
    """Look for every trace of `work` in the file at `path`. Raises NotSearchable."""
    if work.kind != Kind.PHOTO:
        raise NotSearchable("Clips carry no traces.")
    try:
        with originals.local(work) as original:
            seen = darkroom.compare(path, original)
    except Unfit as unfit:
        raise NotSearchable(unfit.message) from unfit
    except (darkroom.Fault, FileNotFoundError) as error:
        raise NotSearchable("The files cannot be compared right now.") from error
    issued = list(Trace.objects.filter(work=work).select_related("holder"))
    scores = reading_traces.scores(seen.residue, [_seed(trace) for trace in issued])
    best, score = max(zip(issued, scores, strict=True), key=lambda pair: pair[1],
                      default=(None, 0.0))  # fmt: skip
    found = best if tracing.is_found(score, len(issued)) else None
    return Finding(
        work=work,
        trace=found,
        odds=tracing.odds(score, len(issued)),
        alike=found is not None or tracing.is_alike(seen.likeness),
    )


@transaction.atomic
def _issued(work: Work, source: str, holder: User | None, at: datetime) -> Trace:
    number = 1 + secrets.randbelow(tracing.LARGEST_NUMBER)
    trace, _ = Trace.objects.get_or_create(
        work=work, source=source, defaults={"number": number, "holder": holder, "issued_at": at}
    )
    return trace


def _seed(trace: Trace) -> bytes:
    """Under a key of its own, so that no other use of the secret says anything about marks."""
    key = hmac.digest(settings.TRACE_KEY.encode(), b"media.trace", "sha256")
    return tracing.seed(trace.number, key)
