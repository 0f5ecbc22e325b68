"""What licensing keeps in a visitor's session: the cart's count, an undo, a wish before sign-in."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpRequest, QueryDict

from licensing.models import CartLine
from licensing.rules.offers import Choice
from media.models import Work
from members.models import User

_COUNT, _UNDO, _WANTED = "cart_count", "cart_undo", "cart_wanted"


@dataclass(frozen=True, slots=True)
class Kept:
    """A work and a choice of licence; `upgrade` is the number of the licence that it upgrades, and
    `custom_quote` the one that it was chosen by; both may be empty.
    """

    work: UUID
    choice: Choice
    upgrade: str = ""
    custom_quote: str = ""


def buyer_of(request: HttpRequest) -> User:
    """The asker, on a page whose audience is signed in."""
    assert isinstance(request.user, User)
    return request.user


def count_cart(request: HttpRequest) -> None:
    """Keep the number of lines in the cart, for the header of every page."""
    number = CartLine.objects.filter(buyer=request.user.pk).count()
    if request.session.get(_COUNT, 0) != number:
        request.session[_COUNT] = number


def set_undo(request: HttpRequest, line: CartLine, text: str) -> None:
    """Keep `line`, which the cart held before, with a sentence about what was done."""
    request.session[_UNDO] = {
        "work": str(line.work.uuid),
        "query": line.choice.query(),
        "upgrade": line.upgrades.number if line.upgrades else "",
        "custom_quote": str(line.custom_quote.uuid) if line.custom_quote else "",
        "text": text,
    }


def undo_text(request: HttpRequest) -> str:
    """The sentence of what can be undone; empty when nothing can."""
    return str(request.session.get(_UNDO, {}).get("text", ""))


def pop_undo(request: HttpRequest) -> Kept | None:
    """What to put back, once."""
    return _pop(request, _UNDO)


def set_wanted(request: HttpRequest, work: Work, choice: Choice) -> None:
    """Keep what a visitor wants to license until they have signed in."""
    request.session[_WANTED] = {"work": str(work.uuid), "query": choice.query()}


def pop_wanted(request: HttpRequest) -> Kept | None:
    """What the visitor wanted, once."""
    return _pop(request, _WANTED)


def _pop(request: HttpRequest, name: str) -> Kept | None:
    kept = request.session.pop(name, None)
    if kept is None:
        return None
    choice = Choice.from_form(QueryDict(kept["query"]).dict())
    return Kept(UUID(kept["work"]), choice, kept.get("upgrade", ""), kept.get("custom_quote", ""))
