"""The files that applications name."""

from collections.abc import Iterator

from members.models import PortfolioImage
from stockcoop.kernel.objects import StoredObject


def named() -> Iterator[StoredObject]:
    """The pictures of portfolios."""
    keys = PortfolioImage.objects.order_by("pk").values_list("key", flat=True)
    return (StoredObject("originals", key, media_type="image/jpeg") for key in keys.iterator())
