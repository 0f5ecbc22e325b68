"""Accounts: who can sign in."""

from functools import cached_property
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.core.validators import MinLengthValidator, RegexValidator
from django.db import IntegrityError, models, transaction
from django.db.models import F
from django.db.models.functions import Lower
from django.utils import timezone

from members.models.offices import RoleGrant
from members.models.register import Membership
from members.rules import handles, roles
from members.rules.roles import Role


class UserManager(BaseUserManager["User"]):
    """Makes accounts and finds them."""

    def holding(self, office: Role) -> models.QuerySet["User"]:
        """Active accounts that hold an office now, by name."""
        return self.filter(is_active=True, grants__role=office, grants__revoked_at=None).order_by(
            "name", "pk"
        )

    def create_user(self, email: str, name: str, password: str | None = None) -> "User":
        """Create an account with a free handle; without a password it signs in by reset only."""
        user = self.model(email=email.strip().lower(), name=name.strip())
        user.set_password(password)
        self.insert(user)
        return user

    def insert(self, user: "User") -> None:
        """Insert a new account under a free handle, also when two of one name come at once."""
        while True:
            user.handle = self.free_handle(user.name)
            try:
                with transaction.atomic(using=self._db):
                    user.save(using=self._db)
            except IntegrityError:
                if not self.filter(handle=user.handle).exists():
                    raise
            else:
                return

    def free_handle(self, name: str) -> str:
        """The first handle suggested by `name` that nobody has."""
        taken = set(
            self.filter(handle__startswith=handles.suggested(name)).values_list("handle", flat=True)
        )
        return next(handle for handle in handles.candidates(name) if handle not in taken)


class User(AbstractBaseUser):
    """A person with an account. The e-mail address is the login."""

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField("display name", max_length=80)
    handle = models.CharField(
        max_length=handles.LONGEST,
        unique=True,
        validators=[
            MinLengthValidator(handles.SHORTEST),
            RegexValidator(
                f"^{handles.PATTERN}$",
                "Use lower-case letters, digits and single hyphens between them.",
            ),
        ],
    )
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(email=Lower(F("email"))), name="user_email_lower"
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="user_has_a_name"),
            models.CheckConstraint(
                condition=models.Q(handle__regex=f"^{handles.PATTERN}$"),
                name="user_handle_well_formed",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def membership(self) -> Membership | None:
        """The open membership, read once per instance."""
        return Membership.objects.open().filter(user=self).select_related("share_class").first()

    @cached_property
    def roles(self) -> frozenset[Role]:
        """The roles held now, read once per instance."""
        membership = self.membership
        return roles.held(
            active=self.is_active,
            member=membership is not None,
            uploads=membership is not None and membership.share_class.uploads,
            offices=RoleGrant.objects.open().filter(user=self).values_list("role", flat=True),
        )

    def has_role(self, role: Role) -> bool:
        """Whether this person holds `role` now."""
        return role in self.roles

    def refresh_from_db(self, *args: Any, **kwargs: Any) -> None:
        """Read the row again, and with it the roles."""
        for name in ("membership", "roles"):
            self.__dict__.pop(name, None)
        super().refresh_from_db(*args, **kwargs)
