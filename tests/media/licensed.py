"""Files made for a licence, as their buyers get them."""

from media.models import Encoding, Work
from media.rules.metadata import Facts
from media.rules.wishes import Wish
from media.services import deliveries, encodings
from tests.make import LONG_AGO

JPEG = Wish()

LICENCE = Facts(
    title="Dunes",
    creator="Ann Lee",
    credit="Ann Lee / stockcoop",
    rights="© Ann Lee",
    licence_url="https://photos.example/terms/standard/1",
    licensor="stockcoop",
    licensor_url="https://photos.example/works/1",
    licence_number="SC-2026-000042",
)


def cut(
    work: Work, longest_side: int | None = None, wish: Wish = JPEG
) -> tuple[deliveries.Delivery, bytes]:
    """What was delivered, and its bytes."""
    delivery = deliveries.cut(work=work, longest_side=longest_side, facts=LICENCE, wish=wish)
    assert delivery.file is not None
    with delivery.file as file:
        return delivery, file.read()


def encode(work: Work, longest_side: int) -> Encoding:
    """A clip in a smaller size, asked for and made."""
    encodings.order(work=work, longest_side=longest_side, at=LONG_AGO)
    encoding = Encoding.objects.get(work=work)
    encodings.make(encoding_id=encoding.pk)
    encoding.refresh_from_db()
    return encoding
