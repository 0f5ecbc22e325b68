"""Published works in numbers: rows as ingest and review leave them, without the pictures."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from media.models import Work
from media.rules.states import State
from members.models import User
from tests import make

_numbers = count(1)


def in_review(*, owner: User | None = None, **known: Any) -> Work:
    """A work that was handed in and waits for an editor."""
    number = next(_numbers)
    work = Work.objects.create(
        owner=owner or make.artist(), original_name=f"{number}.jpg", created_at=make.LONG_AGO
    )
    facts: dict[str, Any] = {
        "sha256": f"5{number:063x}",
        "original_key": f"{work.uuid}/{number}.jpg",
        "width": 3000,
        "height": 2000,
        "orientation": "landscape",
        "colour_names": ["blue"],
    }
    _move(work, State.UPLOADING, State.INGESTING)
    _move(work, State.INGESTING, State.DRAFT, **{**facts, **known})
    _move(work, State.DRAFT, State.IN_REVIEW)
    work.refresh_from_db()
    return work


def published(*, owner: User | None = None, at: datetime | None = None, **known: Any) -> Work:
    """A work that went through every state; each one is published a minute after the last."""
    work = in_review(owner=owner, **known)
    moment = at or make.LONG_AGO + timedelta(minutes=next(_numbers))
    _move(work, State.IN_REVIEW, State.PUBLISHED, published_at=moment)
    work.refresh_from_db()
    return work


def withdraw(work: Work) -> None:
    """The work leaves the collection."""
    _move(work, State.PUBLISHED, State.WITHDRAWN, withdrawn_at=make.LONG_AGO)


def _move(work: Work, before: State, after: State, **fields: Any) -> None:
    assert Work.objects.filter(pk=work.pk).move(before, after, **fields)
