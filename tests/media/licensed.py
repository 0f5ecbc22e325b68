"""Files made for a licence, as their buyers get them."""

from media.models import Work
from media.rules.metadata import Facts
from media.rules.wishes import Wish
from media.services import deliveries

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
