"""Works, the files made from them, and what editors decided."""

from media.models.rendition import Rendition
from media.models.review import ReviewEvent
from media.models.work import CoCreator, Work

__all__ = ["CoCreator", "Rendition", "ReviewEvent", "Work"]
