"""A team of buyers: a project with a budget, a shared lightbox, an order that is to be approved."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import transaction

from demo.seed import story
from demo.seed.cast import BUYER, OTHER_BUYER, Person
from licensing.models import Order
from licensing.rules.offers import Choice, kinds, sizes
from licensing.services import carts, orders, prices
from media.models import Work
from members.models import User
from teams.models import Project, Team
from teams.rules.roles import TeamRole
from teams.services import invitations, lightboxes, projects, teams

NAME, LICENSEE = "Atlas", "Atlas Books Ltd"
LIMIT, MONTH, BUDGET = 2_500, 150_000, 80_000
CANDIDATES = 6


@transaction.atomic
def gather(*, now: datetime) -> None:
    """Found the team and have it buy; once only, and only where something is on sale."""
    works = list(Work.objects.published().order_by("-published_at")[:CANDIDATES])
    if not works or Team.objects.exists():
        return
    began = now - timedelta(days=6)
    manager, buyer = BUYER.user, OTHER_BUYER.user
    team = _team(manager, buyer, began)
    project = projects.begin(
        team=team, name="A year of weather", client="", budget_minor=BUDGET, by=manager, at=began
    )
    _lightbox(team, manager, works, began)
    story.pay(_order(BUYER, works[:1], project, now - timedelta(hours=3)), now)
    _order(OTHER_BUYER, works[:2], project, now - timedelta(hours=2))


def _team(manager: User, buyer: User, at: datetime) -> Team:
    team = teams.found(name=NAME, legal_name=LICENSEE, by=manager, at=at)
    invitation = invitations.invite(
        team=team, email=buyer.email, role=TeamRole.BUYER, by=manager, at=at
    )
    token = invitations.path_of(invitation).rsplit("/", 1)[-1]
    invitations.accept(token=token, user=buyer, at=at + timedelta(hours=1))
    teams.settle(
        team=team,
        name=NAME,
        legal_name=LICENSEE,
        limit_minor=LIMIT,
        month_minor=MONTH,
        by=manager,
        at=at + timedelta(hours=2),
    )
    return team


def _lightbox(team: Team, owner: User, works: Sequence[Work], at: datetime) -> None:
    name = "Covers"
    box = lightboxes.begin(name=name, owner=owner, at=at)
    for work in works:
        lightboxes.collect(user=owner, work=work, lightbox=box, at=at)
    first = box.collected.order_by("position")[0]
    lightboxes.note(collected=first, text="Room for the title above?")
    notes = "For the cover and the four openers. Please say by Friday which you like."
    lightboxes.describe(lightbox=box, name=name, notes=notes, team=team)


def _order(person: Person, works: Sequence[Work], project: Project, at: datetime) -> Order:
    buyer = person.user
    for work in works:
        carts.put(buyer=buyer, work=work, choice=_smallest(work, at), at=at)
    return orders.place(
        buyer=buyer,
        token=uuid5(NAMESPACE_URL, f"demo:{at.isoformat()}"),
        licensee=LICENSEE,
        agreed=carts.read(buyer=buyer, at=at).total,
        project=project,
        at=at,
    )


def _smallest(work: Work, at: datetime) -> Choice:
    book, item = prices.current(at=at).book, prices.item_of(work)
    return Choice(kinds(book, item)[0].code, sizes(book, item)[0].code)
