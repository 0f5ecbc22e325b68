"""Filling an empty co-op: people, works, two years of sales, a surplus and a vote on it, a team."""

import tomllib
from collections.abc import Callable
from datetime import datetime, timedelta

from django.utils import timezone

from demo.seed import agency, cast, story, works
from demo.seed.works import Pictures
from members.models import ShareClass
from stockcoop.env import ROOT
from stockcoop.packages import offering


def seed(pictures: Pictures, *, say: Callable[[str], None], check: Callable[[], None]) -> None:
    """Seed the co-op, going on where an earlier run was cut off.

    `say` takes each line of progress; `check` is called often and raises when it is no use to
    go on. Ingest is the worker's: one must be running.
    """
    now = timezone.now()
    founded = datetime(now.year - 2, 10, 1, 9, tzinfo=timezone.get_default_timezone())
    _establish(founded)
    cast.gather(at=founded)
    say(f"Painting or reading {len(pictures)} pictures, and sending them in:")
    opening = datetime(now.year - 1, 1, 5, 10, tzinfo=timezone.get_default_timezone())
    sent = works.send_in(pictures, at=opening, say=say, check=check)
    say("The worker reads them and makes the renditions ...")
    works.await_ingest(say=say, check=check)
    works.publish(sent, moments=_spread(opening, now - timedelta(days=1), len(sent)))
    cast.apply_to_join(at=now - timedelta(days=3))
    say("Two years of sales, royalties, costs and a vote ...")
    story.tell(now=now)
    agency.gather(now=now)


def _establish(at: datetime) -> None:
    """The example co-op's figures, in force since it was founded; once only."""
    if ShareClass.objects.exists():
        return
    data = tomllib.loads((ROOT / "stockcoop" / "coop.toml").read_text(encoding="utf-8"))
    for module in offering("services.establish"):
        module.establish(data, at)


def _spread(first: datetime, last: datetime, count: int) -> list[datetime]:
    """`count` moments from `first` to `last`: most early on, the last few recent."""
    span = last - first
    return [first + span * (number / max(1, count - 1)) ** 2 for number in range(count)]
