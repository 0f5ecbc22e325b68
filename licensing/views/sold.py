"""The way from a sale of the royalties to what was bought, and back."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_safe

from licensing.models import Licence
from licensing.views.sessions import buyer_of
from members.models import User
from members.rules.roles import Role
from royalties.models import Sale
from stockcoop.kernel.access import audience

# Words and address of a page.
Way = tuple[str, str]


@audience("account")
@require_safe
def sold(request: HttpRequest, reference: str) -> HttpResponse:
    """To the order for who keeps the treasury, to the licence for its holder, else to its check."""
    user = buyer_of(request)
    licence = get_object_or_404(_known_to(user), sale__reference=reference)
    if _sees_all(user):
        return redirect("licensing:treasury_order", licence.line.order.uuid)
    if Licence.objects.seen_by(user).filter(pk=licence.pk).exists():
        return redirect("licensing:licence", licence.number)
    return redirect(f"{reverse('licensing:verify')}?number={licence.number}")


def ways(licence: Licence, user: User) -> list[Way]:
    """Where `user` may read on about `licence`, beyond what anybody may know of it."""
    found = []
    if Licence.objects.seen_by(user).filter(pk=licence.pk).exists():
        found.append(("Your licence", reverse("licensing:licence", args=[licence.number])))
    if _sees_all(user):
        order = reverse("licensing:treasury_order", args=[licence.line.order.uuid])
        found.append(("The order", order))
    if _sees_all(user) or Sale.objects.shared_by(user).filter(pk=licence.sale_id).exists():
        found.append(("The sale", reverse("royalties:sale", args=[licence.sale_id])))
    return found


def _known_to(user: User) -> QuerySet[Licence]:
    """Licences of which `user` may know who bought them, or has a part in the sale."""
    rows = Licence.objects.select_related("line__order")
    if _sees_all(user):
        return rows
    held = Licence.objects.seen_by(user).values("pk")
    return rows.filter(Q(pk__in=held) | Q(sale__in=Sale.objects.shared_by(user)))


def _sees_all(user: User) -> bool:
    return user.has_role(Role.TREASURER) or user.has_role(Role.BOARD)
