"""A co-op to measure: members, works of theirs, and what they sold in five years."""

import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice

from media.models import CoCreator, Work
from members.models import Membership, ShareClass, User
from members.services import memberships
from royalties.services.history import Past
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
    CoCreator.objects.bulk_create(
        (
            CoCreator(work=work, member_id=member, weight=dice.randint(1, 5))
            for work in made[::10]
            for member in dice.sample(owners, SHARED_BY)
        ),
        batch_size=BATCH,
    )
    return [str(work.uuid) for work in made]


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
