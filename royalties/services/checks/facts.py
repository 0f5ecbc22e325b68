"""Rows that nothing else repeats, held against their own digests."""

from collections.abc import Iterator

from royalties.models import (
    Cost,
    Movement,
    OwnFloor,
    PayoutPart,
    PayoutTerms,
    RateEnd,
    RemittanceReturn,
    RoyaltyRate,
    Sale,
    TaxProfile,
    TaxTerms,
    WorkedHours,
)
from royalties.models.base import Fact

FACTS: tuple[type[Fact], ...] = (
    RoyaltyRate,
    RateEnd,
    PayoutTerms,
    Sale,
    Cost,
    Movement,
    OwnFloor,
    TaxTerms,
    TaxProfile,
    PayoutPart,
    WorkedHours,
    RemittanceReturn,
)


def differences() -> Iterator[str]:
    """Facts whose figures are not those that their digests cover."""
    for model in FACTS:
        for row in model._default_manager.order_by("pk").iterator(chunk_size=2000):
            computed = row.computed_digest()
            if computed != row.digest:
                yield (
                    f"{model._meta.verbose_name} {row.pk} ({row}): stored digest "
                    f"{row.digest[:12]}, computed {computed[:12]}"
                )
