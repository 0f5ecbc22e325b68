"""Ways on from a page of money: from a sale to its order, entry, statements, surplus, and back."""

from django.urls import reverse

from ledger.models import Entry
from members.models import User
from members.rules.roles import Role
from royalties.models import Distribution, Sale, YearClose
from royalties.rules import chart
from royalties.rules.months import Month
from royalties.services import periods
from royalties.views.asking import sees_all

# Words and address of a page.
Way = tuple[str, str]

# How the reference of a sale begins that a line of an order was paid for.
LINE = "line:"


def of_sale(sale: Sale, user: User) -> list[Way]:
    """From a sale: what the buyer holds, the entry, the statements that list it, the surplus."""
    return [
        *_bought(sale, user),
        (f"Entry {sale.entry_id} in the ledger", reverse("royalties:entry", args=[sale.entry_id])),
        *_statements(sale.entry, user),
        *of_year(periods.month_of(sale.sold_at).year, user),
    ]


def of_entry(entry: Entry, user: User) -> list[Way]:
    """From an entry: the statements that list it, and the year that it closed or shared out."""
    about = entry.reverses_id or entry.pk
    years = {
        *YearClose.objects.filter(entry=about).values_list("year", flat=True),
        *Distribution.objects.filter(entry=about).values_list("close__year", flat=True),
    }
    return [*_statements(entry, user), *(way for year in years for way in of_year(year, user))]


def of_year(year: int, user: User) -> list[Way]:
    """To the surplus of a year that is closed, for who may read about it."""
    reads = sees_all(user) or user.has_role(Role.MEMBER)
    if not reads or not YearClose.objects.filter(year=year).exists():
        return []
    return [(f"The surplus of {year}", reverse("royalties:surplus_year", args=[year]))]


def to_statement(month: Month, whose: User | None) -> str:
    """The address of the asker's own month, or of that of `whose`."""
    if whose is None:
        return reverse("royalties:statement", args=[month])
    return reverse("royalties:member_statement", args=[whose.pk, month])


def to_year(year: int, whose: User | None) -> str:
    """The address of the asker's own year, or of that of `whose`."""
    if whose is None:
        return reverse("royalties:year", args=[year])
    return reverse("royalties:member_year", args=[whose.pk, year])


def _bought(sale: Sale, user: User) -> list[Way]:
    """To what licensing knows of a sale; nothing for those of before it was done here."""
    if not sale.reference.startswith(LINE):
        return []
    words = "The order" if sees_all(user) else "The licence, as anybody can check it"
    return [(words, reverse("licensing:sold", args=[sale.reference]))]


def _statements(entry: Entry, user: User) -> list[Way]:
    """The month of each member whose account `entry` moves, as far as `user` may see them."""
    moved = {
        member
        for debit, credit in entry.postings.values_list("debit__code", "credit__code")
        for code in (debit, credit)
        if (member := chart.member_of(code))
    }
    month = periods.month_of(entry.at)
    own = (f"Your statement of {month.words()}", to_statement(month, None))
    found = [own] if user.pk in moved else []
    if sees_all(user):
        others = User.objects.filter(pk__in=moved).exclude(pk=user.pk).order_by("pk")
        found += [(f"{who.name}, {month.words()}", to_statement(month, who)) for who in others]
    return found
