"""Pages of the studio, the editors' queue, uploads, and what plays the bucket."""

from django.http import HttpRequest

from members.models import User


def signed_in(request: HttpRequest) -> User:
    """The person who asks; the view's audience let nobody else through."""
    assert isinstance(request.user, User)
    return request.user
