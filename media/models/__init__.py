"""Works, how they came in, the files made from them, and what editors decided."""

from media.models.allowance import Allowance
from media.models.encoding import Encoding
from media.models.rendition import Rendition
from media.models.review import ReviewEvent, ReviewReason
from media.models.sensitive import SensitiveUse
from media.models.split import (
    SplitAnswer,
    SplitAsked,
    SplitOutcome,
    SplitPart,
    SplitRole,
    SplitVersion,
)
from media.models.trace import Trace
from media.models.upload import Upload
from media.models.work import Work

__all__ = [
    "Allowance",
    "Encoding",
    "Rendition",
    "ReviewEvent",
    "ReviewReason",
    "SensitiveUse",
    "SplitAnswer",
    "SplitAsked",
    "SplitOutcome",
    "SplitPart",
    "SplitRole",
    "SplitVersion",
    "Trace",
    "Upload",
    "Work",
]
