"""Who may call a view. Every view says so; one that says nothing is refused to everybody.

The words are `members.rules.roles.Role` values plus two that need no role: "anyone" and
"account" (signed in). Ownership of a row is not decided here: views fetch through a QuerySet
scoped to the asker, so the wrong owner finds nothing.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse

View = TypeVar("View", bound=Callable[..., Any])

ANYONE = "anyone"
ACCOUNT = "account"

# Views of these packages guard themselves; ours must all declare.
_SELF_GUARDED = ("allauth.", "django.views.", "django.contrib.staticfiles.")


def audience(*roles: str) -> Callable[[View], View]:
    """Declare that any holder of one of `roles` may call the view."""
    if not roles:
        raise ValueError("an audience names at least one role")

    def declare(view: View) -> View:
        cast(Any, view).audience = frozenset(roles)
        return view

    return declare


def audience_of(view: Callable[..., Any]) -> frozenset[str] | None:
    """The roles that `view` declares; None when it declares none."""
    declared: frozenset[str] | None = getattr(view, "audience", None)
    if declared is None and view.__module__.startswith(_SELF_GUARDED):
        return frozenset({ANYONE})
    return declared


def wants_json(request: HttpRequest) -> bool:
    """Whether the asker is a script that expects JSON rather than a page."""
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"


class AudienceMiddleware:
    """Holds every request against the audience its view declares: deny by default."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """The answer; one that is not for anyone is kept by no cache unless its view says so."""
        response = self.get_response(request)
        match = request.resolver_match
        allowed = audience_of(match.func) if match else None
        if allowed and ANYONE not in allowed and not response.has_header("Cache-Control"):
            response["Cache-Control"] = "private, no-store"
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        """None to let the request pass, a redirect to sign in, or PermissionDenied (403)."""
        allowed = audience_of(view)
        if allowed is None:
            raise PermissionDenied(f"{view.__module__}.{view.__name__} declares no audience")
        if ANYONE in allowed:
            return None
        user = request.user
        if not user.is_authenticated:
            if wants_json(request):
                return JsonResponse({"error": "Please sign in."}, status=401)
            return redirect_to_login(request.get_full_path())
        if ACCOUNT in allowed or allowed & user.roles:
            return None
        raise PermissionDenied("This page is for " + ", ".join(sorted(allowed)) + ".")
