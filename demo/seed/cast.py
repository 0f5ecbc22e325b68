"""The people of the demo: founders, staff, artists, offices, buyers, an applicant."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from demo.adapters.raster import jpeg
from demo.catalogue import painters
from demo.painter.studio import paint
from members.models import Membership, ShareClass, User
from members.rules.roles import Role
from members.services import accounts, applications, memberships, roles

PASSWORD = "our pictures, our terms"  # noqa: S105 (of a demo, printed on the screen)


@dataclass(frozen=True)
class Person:
    """Somebody in the demo. `part` is what the welcome calls them; "" leaves them out."""

    name: str
    email: str
    part: str = ""
    share_class: str = ""
    office: Role | None = None

    @property
    def user(self) -> User:
        """Their account. Raises User.DoesNotExist before `gather`."""
        return User.objects.get(email=self.email)


FOUNDER = Person("Ines Duarte", "board@demo.example", "board member", "A", Role.BOARD)
SECOND = Person("Ruth Okafor", "board2@demo.example", "", "A", Role.BOARD)
TREASURER = Person("Tom Achterberg", "treasurer@demo.example", "treasurer", "B", Role.TREASURER)
EDITOR = Person("Maya Lindqvist", "editor@demo.example", "editor", "B", Role.EDITOR)
BUYER = Person("Nadia Brandt", "buyer@demo.example", "buyer")
OTHER_BUYER = Person("Oskar Nyberg", "buyer2@demo.example")
APPLICANT = Person("Jonas Keil", "applicant@demo.example", "applicant")


ARTIST_CAST = tuple(
    Person(painter.name, painter.email, "artist" if number < 2 else "", "C")
    for number, painter in enumerate(painters())
)
CAST = (*ARTIST_CAST, BUYER, OTHER_BUYER, EDITOR, FOUNDER, SECOND, TREASURER, APPLICANT)


@transaction.atomic
def gather(*, at: datetime) -> None:
    """Found the co-op at `at` and admit its members in the months after; once only."""
    if Membership.objects.exists():
        return
    founder = memberships.found(
        email=FOUNDER.email,
        name=FOUNDER.name,
        share_class=ShareClass.objects.get(code=FOUNDER.share_class),
        at=at,
        password=PASSWORD,
    )
    for number, person in enumerate(person for person in CAST if person != FOUNDER):
        user = accounts.open_account(email=person.email, name=person.name, password=PASSWORD)
        joined = at + timedelta(days=11 * number)
        if person.share_class:
            share_class = ShareClass.objects.get(code=person.share_class)
            memberships.admit(user=user, share_class=share_class, by=founder, at=joined)
        if person.office:
            roles.grant(role=person.office, to=user, by=founder, at=joined)


def apply_to_join(*, at: datetime) -> None:
    """Somebody whose application waits for the board, with a portfolio of their own; once only."""
    applicant = APPLICANT.user
    if not applicant.applications.exists():
        applications.submit(
            applicant=applicant,
            share_class=ShareClass.objects.get(code="C"),
            statement=(
                "I photograph rivers and the people who live off them. I have sold through two "
                "agencies and would like to own a part of the third."
            ),
            files=[SimpleUploadedFile(f"river-{n}.jpg", body) for n, body in _portfolio()],
            at=at,
        )


def _portfolio() -> Iterator[tuple[int, bytes]]:
    """Four small pictures unlike those of the others: their scenes from other seeds."""
    borrowed = [(3, 0), (1, 2), (3, 1), (0, 4)]
    for number, (artist, work) in enumerate(borrowed, start=1):
        painter = painters()[artist]
        piece = replace(painter.pieces[work], seed=700 + number, profile="")
        yield number, jpeg(paint(painter, piece, 0.3), profile=None)
