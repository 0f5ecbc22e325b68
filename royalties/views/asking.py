"""Who asks, and what they may see of sales and entries."""

from django.db.models import Q, QuerySet
from django.http import HttpRequest

from ledger.models import Account, Entry, Posting
from members.models import User
from members.rules.roles import Role
from royalties.models import Sale
from royalties.rules import chart

SEES_ALL = (Role.TREASURER, Role.BOARD)


def signed_in(request: HttpRequest) -> User:
    """The asker, on a page whose audience is signed in."""
    assert isinstance(request.user, User)
    return request.user


def sees_all(user: User) -> bool:
    """Whether the asker looks after the co-op's money."""
    return any(user.has_role(role) for role in SEES_ALL)


def sales_for(user: User) -> QuerySet[Sale]:
    """The sales that the asker may see: those they had a part in, or all."""
    return Sale.objects.all() if sees_all(user) else Sale.objects.shared_by(user)


def members_for(user: User) -> QuerySet[User]:
    """Whose statements the asker may read: their own, or everybody's."""
    return User.objects.all() if sees_all(user) else User.objects.filter(pk=user.pk)


def entries_for(user: User) -> QuerySet[Entry]:
    """The entries that the asker may see: those that touch their account, or all."""
    if sees_all(user):
        return Entry.objects.all()
    own = Account.objects.filter(code=chart.member(user.pk))
    touching = Posting.objects.filter(Q(debit__in=own) | Q(credit__in=own))
    return Entry.objects.filter(pk__in=touching.values("entry"))
