"""Parts of payouts, worked out again from the rule that is stored with them."""

from collections.abc import Iterator

from royalties.models import Payout, PayoutPart
from royalties.rules.withholding import withheld_of


def differences() -> Iterator[str]:
    """Parts that do not sum to their payout, or of which another sum was withheld."""
    for payout in Payout.objects.prefetch_related("parts").order_by("pk").iterator(500):
        parts = list(payout.parts.all())
        computed = sum(part.base_minor for part in parts)
        if parts and computed != payout.amount_minor:
            yield f"payout {payout.pk} of {payout.amount}: stored parts come to {computed}"
        for part in parts:
            yield from _of_part(part)


def _of_part(part: PayoutPart) -> Iterator[str]:
    computed = withheld_of(
        part.base_minor, before=part.before_minor, free=part.free_minor, rate_bp=part.rate_bp
    )
    if computed != part.withheld_minor:
        yield (
            f"payout part {part.pk} of {part.base_minor}: stored {part.withheld_minor} withheld, "
            f"computed {computed}"
        )
