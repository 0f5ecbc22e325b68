"""Offices: roles that the board grants and revokes."""

from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from members.rules.roles import OFFICES


class RoleGrantQuerySet(models.QuerySet["RoleGrant"]):
    """Words of the offices."""

    def open(self) -> Self:
        """Grants that have not been revoked."""
        return self.filter(revoked_at=None)


class RoleGrant(models.Model):
    """An office held by a person from its grant to its revocation; who did it and when."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="grants")
    role = models.CharField(max_length=12, choices=[(role.value, role.title()) for role in OFFICES])
    granted_at = models.DateTimeField()
    granted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+"
    )

    objects = RoleGrantQuerySet.as_manager()

    class Meta:
        ordering = ["-granted_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["user", "role"],
                condition=Q(revoked_at=None),
                name="role_grant_one_open_per_person_and_role",
            ),
            models.CheckConstraint(
                condition=Q(role__in=[role.value for role in OFFICES]),
                name="role_grant_is_an_office",
            ),
            models.CheckConstraint(
                condition=Q(granted_by=None) | ~Q(granted_by=F("user")),
                name="role_grant_nobody_grants_themselves",
            ),
            models.CheckConstraint(
                condition=Q(revoked_at=None, revoked_by=None)
                | Q(revoked_at__gte=F("granted_at"), revoked_by__isnull=False),
                name="role_grant_revoked_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.role} of {self.user}"
