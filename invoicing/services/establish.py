"""The co-op's tax book, from its data into dated versions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from invoicing.models import TaxBook
from invoicing.rules import book
from stockcoop.kernel import canonical


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Put the `invoicing` table of `data` in force from `at`, if it differs from the latest.

    Raises BadTaxBook with all faults of it; then nothing has changed.
    """
    content = data.get("invoicing", {})
    book.read(content)
    digest = canonical.digest(content)
    latest = TaxBook.objects.select_for_update().order_by("-version").first()
    if latest is None or latest.digest != digest:
        TaxBook.objects.create(
            version=latest.version + 1 if latest else 1,
            in_force_from=at,
            content=content,
            digest=digest,
        )
