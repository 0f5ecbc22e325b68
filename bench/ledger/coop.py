"""A co-op to measure: members, works of theirs, and what they sold in five years."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from media.models import SplitAnswer, SplitAsked, SplitOutcome, SplitPart, SplitVersion, Work
from media.rules.agreements import Outcome, Share
from members.models import Membership, ShareClass, User
from members.services import memberships
from royalties.rules.past import Past
from stockcoop.kernel.money import Money

FIRST_DAY = datetime(2021, 1, 4, 9, tzinfo=UTC)
YEARS = 5
SHARED_BY = 5
PRICES = [1500, 4500, 12_500, 40_000]
KINDS = ["standard", "standard", "standard", "extended"]
BATCH = 5000


def members(count: int) -> list[int]:
    """Admit `count` artists; their user ids. Straight into the tables: it is not what is timed."""
    people = User.objects.bulk_create(
        (
            User(email=f"artist{n}@example.org", name=f"Artist {n}", handle=f"artist-{n}")
            for n in range(count)
        ),
        batch_size=BATCH,
    )
    share_class = ShareClass.objects.get(code="C")
    founder = memberships.found(
        email="founder@example.org",
        name="Founder",
        share_class=ShareClass.objects.get(code="A"),
        at=FIRST_DAY - timedelta(days=2),
    )
    Membership.objects.bulk_create(
        (
            Membership(
                user=user,
                number=number,
                share_class=share_class,
                admitted_at=FIRST_DAY - timedelta(days=1),
                admitted_by=founder,
            )
            for number, user in enumerate(people, start=1_000)
        ),
        batch_size=BATCH,
    )
    return [user.pk for user in people]


def works(owners: list[int], count: int) -> list[str]:
    """`count` works, each tenth shared by five; their uuids. Some artists have many more."""
    dice = random.Random(1)
    made = Work.objects.bulk_create(
        (
            Work(
                owner_id=owners[int(len(owners) * dice.random() ** 2)],
                original_name=f"{n}.jpg",
                title=f"Picture {n}",
                created_at=FIRST_DAY,
            )
            for n in range(count)
        ),
        batch_size=BATCH,
    )
    _share([(work, dice.sample(owners, SHARED_BY)) for work in made[::10]], dice)
    return [str(work.uuid) for work in made]


def _share(works: list[tuple[Work, list[int]]], dice: random.Random) -> None:
    """Splits as `media.services.splits` keeps them, of the owner and others who agreed."""
    begins = FIRST_DAY - timedelta(days=1)
    for first in range(0, len(works), BATCH):
        parts = [
            [Share(m, "", dice.randint(1, 5)) for m in sorted({work.owner_id, *others})]
            for work, others in works[first : first + BATCH]
        ]
        versions = [
            SplitVersion(work=work, number=1, proposed_by_id=work.owner_id, proposed_at=begins)
            for work, _ in works[first : first + BATCH]
        ]
        for version, shares in zip(versions, parts, strict=True):
            version.digest = version.computed_digest(shares, [s.member for s in shares])
        SplitVersion.objects.bulk_create(versions)
        flat = [(v, s) for v, shares in zip(versions, parts, strict=True) for s in shares]
        SplitPart.objects.bulk_create(
            SplitPart(version=v, member_id=s.member, role=s.role, weight=s.weight) for v, s in flat
        )
        SplitAsked.objects.bulk_create(SplitAsked(version=v, member_id=s.member) for v, s in flat)
        SplitAnswer.objects.bulk_create(
            SplitAnswer(asked=asked, agrees=True, at=begins)
            for asked in SplitAsked.objects.filter(version__in=versions)
        )
        SplitOutcome.objects.bulk_create(
            SplitOutcome(version=v, word=Outcome.AGREED, at=begins, in_force_from=begins)
            for v in versions
        )


def history(uuids: list[str], count: int, *, start: datetime = FIRST_DAY) -> Iterator[Past]:
    """`count` sales in order of time, over YEARS from FIRST_DAY on."""
    dice = random.Random(2)
    step = timedelta(days=365 * YEARS - 10) / count
    for number in range(count):
        yield Past(
            reference=f"line:{start:%Y}-{number}",
            work=dice.choice(uuids),
            licence_kind=dice.choice(KINDS),
            price=Money(dice.choice(PRICES), "USD"),
            buyer_name=f"Buyer {dice.randrange(5000)}",
            sold_at=start + number * step,
            gateway="practice",
        )


def some(uuids: list[str], count: int) -> list[Past]:
    """`count` sales to be recorded one by one, in January after the history."""
    start = datetime(FIRST_DAY.year + YEARS, 1, 4, 9, tzinfo=UTC)
    return list(islice(history(uuids, count * 1000, start=start), count))
