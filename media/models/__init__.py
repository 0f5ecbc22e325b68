"""Works, how they came in, the files made from them, and what editors decided."""

from media.models.allowance import Allowance
from media.models.encoding import Encoding
from media.models.rendition import Rendition
from media.models.review import ReviewEvent, ReviewReason
from media.models.trace import Trace
from media.models.upload import Upload
from media.models.work import CoCreator, Work

__all__ = [
    "Allowance",
    "CoCreator",
    "Encoding",
    "Rendition",
    "ReviewEvent",
    "ReviewReason",
    "Trace",
    "Upload",
    "Work",
]
