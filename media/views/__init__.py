"""Pages of the studio, the editors' queue, uploads, and what plays the bucket."""

from django.http import HttpRequest

from members.models import User


def asked_by_htmx(request: HttpRequest) -> bool:
    """Whether a part of a page is wanted in place of the page."""
    return bool(request.htmx)  # type: ignore[attr-defined]


def signed_in(request: HttpRequest) -> User:
    """The person who asks; the view's audience let nobody else through."""
    assert isinstance(request.user, User)
    return request.user
