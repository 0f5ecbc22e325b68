"""Accounts opened by the co-op itself rather than by sign-up."""

from allauth.account.models import EmailAddress
from django.db import IntegrityError, transaction

from members.models import User
from stockcoop.kernel.errors import Refused


class AddressTaken(Refused):
    """Somebody has an account with this e-mail address or handle."""


@transaction.atomic
def open_account(*, email: str, name: str, password: str | None = None) -> User:
    """Open an account whose e-mail address the co-op vouches for.

    Without a password its owner sets one by "Forgot your password?".
    """
    try:
        with transaction.atomic():
            user = User.objects.create_user(email=email, name=name, password=password)
    except IntegrityError:
        raise AddressTaken(f"There is already an account for {email.strip().lower()}.") from None
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


@transaction.atomic
def rename(*, user: User, name: str, handle: str) -> None:
    """Change how a person is called in public, and the handle in their address."""
    user.name, user.handle = name, handle
    try:
        with transaction.atomic():
            user.save(update_fields=["name", "handle"])
    except IntegrityError:
        raise AddressTaken(f"The handle {handle} is taken.") from None
