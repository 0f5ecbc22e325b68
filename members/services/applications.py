"""Applications to join: submitted with a portfolio, decided by the board."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.urls import reverse

from members.adapters import portfolio
from members.models import (
    AdmissionTerms,
    Application,
    Membership,
    PortfolioImage,
    ShareClass,
    User,
)
from members.rules.portfolio import Limits, Picture, fault_of_count
from members.rules.roles import Role
from members.services import memberships, notices
from stockcoop.kernel.errors import Refused


class CannotApply(Refused):
    """The person is a member or has an application waiting."""


class NoTerms(Refused):
    """The co-op has not said on which terms it admits."""


class WrongPortfolio(Refused):
    """Too few images, too many, or one of them twice."""

    status = 422


class NotWaiting(Refused):
    """The application has been decided."""


class ReasonMissing(Refused):
    """A declined applicant is owed a reason."""

    status = 422


def submit(
    *,
    applicant: User,
    share_class: ShareClass,
    statement: str,
    website: str = "",
    files: Sequence["UploadedFile[bytes]"],
    at: datetime,
) -> Application:
    """Apply to join in `share_class`; the board is told.

    A class of artists needs a portfolio: each of `files` is decoded under limits and kept as a
    small private JPEG. Raises a Refused naming the file or the number that is wrong.
    """
    if Membership.objects.open().filter(user=applicant).exists():
        raise CannotApply("You are a member already.")
    pictures = _pictures(files, at) if share_class.uploads else []
    application = Application(
        applicant=applicant,
        share_class=share_class,
        statement=statement,
        website=website,
        submitted_at=at,
    )
    _keep(application, pictures)
    return application


def terms_at(at: datetime) -> AdmissionTerms:
    """The terms of admission at `at`. Raises NoTerms before the co-op has set any."""
    try:
        return AdmissionTerms.objects.in_force(at)
    except AdmissionTerms.DoesNotExist:
        raise NoTerms("The co-op does not take applications yet.") from None


@transaction.atomic
def admit(
    *, application: Application, share_class: ShareClass, by: User, at: datetime
) -> Membership:
    """Admit the applicant into `share_class`, which may differ from the one applied for."""
    _decide(application, Application.State.ADMITTED, by=by, at=at)
    membership = memberships.admit(
        user=application.applicant, share_class=share_class, by=by, at=at
    )
    notices.tell(
        recipient=application.applicant,
        text=f"Welcome! The board admitted you as member no. {membership.number}, "
        f"class {share_class}.",
        url=reverse("members:account"),
        at=at,
    )
    return membership


@transaction.atomic
def decline(*, application: Application, reason: str, by: User, at: datetime) -> None:
    """Decline an application with a reason, which the applicant is told."""
    if not reason.strip():
        raise ReasonMissing("Please give the applicant a reason.")
    _decide(application, Application.State.DECLINED, by=by, at=at, reason=reason.strip())
    notices.tell(
        recipient=application.applicant,
        text=f"The board declined your application: {reason.strip()}",
        url=reverse("members:apply"),
        at=at,
    )


@transaction.atomic
def withdraw(*, applicant: User, at: datetime) -> None:
    """Take back the waiting application of `applicant`."""
    moved = Application.objects.of(applicant).decide(
        Application.State.WITHDRAWN, decided_at=at, decided_by=applicant
    )
    if not moved:
        raise NotWaiting("You have no application waiting.")


def _pictures(files: Sequence["UploadedFile[bytes]"], at: datetime) -> list[Picture]:
    terms = terms_at(at)
    fault = fault_of_count(len(files), least=terms.least_images, most=terms.most_images)
    if fault:
        raise WrongPortfolio(fault)
    pictures: dict[str, Picture] = {}
    for file in files:
        name = file.name or "A file"
        picture = portfolio.clean(file.open(), name=name, size=file.size or 0, limits=Limits())
        digest = hashlib.sha256(picture.jpeg).hexdigest()
        if digest in pictures:
            raise WrongPortfolio(f"{name}: this image is in the portfolio twice.")
        pictures[digest] = picture
    return list(pictures.values())


def _keep(application: Application, pictures: Sequence[Picture]) -> None:
    """Store rows and files together: when the rows fail, the files go."""
    storage = storages["originals"]
    stored: list[str] = []
    try:
        with transaction.atomic():
            application.save()
            for position, picture in enumerate(pictures, start=1):
                key = f"portfolios/{application.pk}/{position}.jpg"
                stored.append(storage.save(key, ContentFile(picture.jpeg)))
                PortfolioImage.objects.create(
                    application=application,
                    position=position,
                    key=stored[-1],
                    width=picture.width,
                    height=picture.height,
                )
            _tell_board(application)
    except Exception as error:
        for key in stored:
            storage.delete(key)
        if isinstance(error, IntegrityError):
            raise CannotApply("Your application is with the board already.") from error
        raise


def _tell_board(application: Application) -> None:
    for board_member in User.objects.holding(Role.BOARD):
        notices.tell(
            recipient=board_member,
            text=f"{application.applicant.name} applies to join, class {application.share_class}.",
            url=reverse("members:application", args=[application.pk]),
            at=application.submitted_at,
        )


def _decide(
    application: Application, state: Application.State, *, by: User, at: datetime, reason: str = ""
) -> None:
    if application.applicant_id == by.pk:
        raise memberships.OwnAdmission(
            "Nobody decides their own application; another board member must."
        )
    moved = Application.objects.filter(pk=application.pk).decide(
        state, decided_at=at, decided_by=by, reason=reason
    )
    if not moved:
        raise NotWaiting("This application has been decided already.")
    application.refresh_from_db()
