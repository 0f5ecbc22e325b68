"""Turns whatever a decoder raises over a stranger's bytes into one refusal."""

from collections.abc import Iterator
from contextlib import contextmanager

from media.rules.formats import Unfit

DAMAGED = (
    "This file is damaged or cut off, or of a rare kind that cannot be read here. "
    "Export it again, as an sRGB JPEG if you can, and resend it."
)


@contextmanager
def reading(refusal: str = DAMAGED) -> Iterator[None]:
    """Whatever goes wrong inside is the file's doing: Unfit, in the words of `refusal`.

    Memory keeps its own word.
    """
    try:
        yield
    except (Unfit, MemoryError):
        raise
    except Exception as error:
        raise Unfit(refusal) from error
