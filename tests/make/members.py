"""People for tests, each made by the services that make them in earnest."""

import io
import itertools
from datetime import UTC, datetime
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image

from members.models import Application, Membership, ShareClass, User
from members.rules.roles import Role
from members.services import accounts, applications, establish, memberships, roles

LONG_AGO = datetime(2020, 1, 1, 12, tzinfo=UTC)
PASSWORD = "a long enough password"
CLASSES: dict[str, Any] = {
    "share_classes": [
        {"code": "A", "name": "Founders", "description": "", "uploads": False},
        {"code": "B", "name": "Staff", "description": "", "uploads": False},
        {"code": "C", "name": "Artists", "description": "", "uploads": True},
    ],
    "admission": {"least_images": 1, "most_images": 10},
}
_numbers = itertools.count(1)


def share_class(code: str = "C") -> ShareClass:
    """The share class `code` of the co-op, established when it is not there yet."""
    if not ShareClass.objects.exists():
        establish.establish({"members": CLASSES}, at=LONG_AGO)
    return ShareClass.objects.get(code=code)


def user(*, name: str = "", email: str = "") -> User:
    """An account that can sign in with PASSWORD and is nothing but a buyer."""
    number = next(_numbers)
    return accounts.open_account(
        email=email or f"person{number}@example.org",
        name=name or f"Person {number}",
        password=PASSWORD,
    )


def buyer(**facts: str) -> User:
    """Somebody who buys: every account can."""
    return user(**facts)


def picture(*, size: tuple[int, int] = (640, 480), colour: str = "teal") -> SimpleUploadedFile:
    """A JPEG as a browser sends it."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return SimpleUploadedFile(f"{colour}.jpg", out.getvalue(), content_type="image/jpeg")


def application(*, applicant: User | None = None, code: str = "C") -> Application:
    """An application that waits for the board."""
    return applications.submit(
        applicant=applicant or user(),
        share_class=share_class(code),
        statement="I photograph the sea.",
        files=[picture()],
        at=LONG_AGO,
    )


def member(*, share_class: str = "C", at: datetime = LONG_AGO, name: str = "") -> User:
    """A member admitted by the board into the class with this code."""
    applicant = user(name=name)
    waiting = application(applicant=applicant, code=share_class)
    applications.admit(application=waiting, share_class=waiting.share_class, by=founder(), at=at)
    return _again(applicant)


def artist(*, name: str = "", at: datetime = LONG_AGO) -> User:
    """A member whose class uploads works."""
    return member(share_class="C", name=name, at=at)


def founder() -> User:
    """The first board member; founds the co-op when there is none."""
    first = Membership.objects.filter(number=1).select_related("user").first()
    if first is not None:
        return first.user
    number = next(_numbers)
    return memberships.found(
        email=f"founder{number}@example.org",
        name=f"Founder {number}",
        share_class=share_class("A"),
        password=PASSWORD,
        at=LONG_AGO,
    )


def board(*, name: str = "") -> User:
    """A board member beside the founder."""
    return office(Role.BOARD, member(share_class="A", name=name))


def editor(*, name: str = "") -> User:
    """An editor who is not a member."""
    return office(Role.EDITOR, user(name=name))


def treasurer(*, name: str = "") -> User:
    """A treasurer who is not a member."""
    return office(Role.TREASURER, user(name=name))


def office(role: Role, holder: User) -> User:
    """`holder` after the founder granted the office."""
    roles.grant(role=role, to=holder, by=founder(), at=LONG_AGO)
    return _again(holder)


def _again(person: User) -> User:
    return User.objects.get(pk=person.pk)
