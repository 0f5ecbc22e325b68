"""Who asks."""

from django.http import HttpRequest

from members.models import User


def asker(request: HttpRequest) -> User:
    """The asker, on a page whose audience is signed in."""
    assert isinstance(request.user, User)
    return request.user
