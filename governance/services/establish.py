"""The co-op's own by-laws, as dated versions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from governance.models import ByLaws
from governance.rules.bylaws import Voting, readable


@transaction.atomic
def establish(data: Mapping[str, Any], at: datetime) -> None:
    """Bring the by-laws in line with `data["governance"]["bylaws"]`, a list of articles.

    Unchanged articles do nothing; changed ones become a new version in force from `at`.
    Raises ValueError when the voting article or a text cannot be applied.
    """
    articles = data["governance"]["bylaws"]
    Voting.of(articles)
    readable(articles)
    newest = ByLaws.objects.order_by("number").last()
    if newest is None or newest.articles != articles:
        ByLaws.objects.create(
            number=newest.number + 1 if newest else 1, in_force_from=at, articles=articles
        )
