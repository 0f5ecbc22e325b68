"""Applications to join, and the portfolio that comes with each."""

from datetime import datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from members.models.accounts import User
from members.models.register import ShareClass
from members.rules.roles import Role


class AdmissionTermsQuerySet(models.QuerySet["AdmissionTerms"]):
    """Words of the terms."""

    def in_force(self, moment: datetime) -> "AdmissionTerms":
        """The terms that applied at `moment`. Raises AdmissionTerms.DoesNotExist if none did."""
        return self.filter(in_force_from__lte=moment).latest("in_force_from", "pk")


class AdmissionTerms(models.Model):
    """How many portfolio images an application brings; each change is a new dated row."""

    in_force_from = models.DateTimeField()
    least_images = models.PositiveSmallIntegerField()
    most_images = models.PositiveSmallIntegerField()

    objects = AdmissionTermsQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "admission terms"
        constraints = [
            models.CheckConstraint(
                condition=Q(most_images__gte=F("least_images")) & Q(most_images__gte=1),
                name="admission_terms_in_order",
            )
        ]

    def __str__(self) -> str:
        return (
            f"{self.least_images} to {self.most_images} images from {self.in_force_from:%Y-%m-%d}"
        )


class ApplicationQuerySet(models.QuerySet["Application"]):
    """Words of the applications."""

    def waiting(self) -> Self:
        """Applications that the board has not decided."""
        return self.filter(state=Application.State.WAITING)

    def of(self, applicant: User) -> Self:
        """Applications of one person, newest first."""
        return self.filter(applicant=applicant).order_by("-submitted_at", "-pk")

    def decide(self, state: str, **fields: object) -> bool:
        """Move a waiting application on; False when it no longer waits."""
        return self.waiting().update(state=state, **fields) == 1


class Application(models.Model):
    """A request to become a member, and what the board decided."""

    class State(models.TextChoices):
        WAITING = "waiting", "waiting"
        ADMITTED = "admitted", "admitted"
        DECLINED = "declined", "declined"
        WITHDRAWN = "withdrawn", "withdrawn"

    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="applications"
    )
    share_class = models.ForeignKey(
        ShareClass, models.PROTECT, related_name="+", help_text="The class applied for."
    )
    statement = models.TextField(max_length=3000)
    website = models.URLField(blank=True)
    state = models.CharField(max_length=10, choices=State.choices, default=State.WAITING)
    submitted_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    reason = models.TextField(blank=True, max_length=2000)

    objects = ApplicationQuerySet.as_manager()

    class Meta:
        ordering = ["submitted_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["applicant"],
                condition=Q(state="waiting"),
                name="application_one_waiting_per_person",
            ),
            models.CheckConstraint(
                condition=Q(decided_by=None) | ~Q(decided_by=F("applicant")) | Q(state="withdrawn"),
                name="application_nobody_decides_their_own",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | (
                    Q(state__in=["admitted", "declined", "withdrawn"])
                    & Q(decided_at__isnull=False, decided_by__isnull=False)
                ),
                name="application_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="declined") | ~Q(reason=""),
                name="application_declined_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"Application of {self.applicant}, {self.state}"


class PortfolioImageQuerySet(models.QuerySet["PortfolioImage"]):
    """Words of the portfolios."""

    def visible_to(self, user: User) -> Self:
        """All images for the board, their own for anybody else."""
        return self if user.has_role(Role.BOARD) else self.filter(application__applicant=user)


class PortfolioImage(models.Model):
    """One picture of an application: a private JPEG of our own making, without metadata."""

    application = models.ForeignKey(Application, models.PROTECT, related_name="images")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=200, unique=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()

    objects = PortfolioImageQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "position"], name="portfolio_image_one_per_position"
            )
        ]

    def __str__(self) -> str:
        return f"Image {self.position} of application {self.application_id}"
