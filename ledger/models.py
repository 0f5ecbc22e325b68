"""Accounts, entries and postings: rows that `ledger.services.posting` writes once.

The database itself holds (see the migrations): rows are never changed; a posting and both its
accounts are of one currency; an entry has exactly the postings it announces, at least one, and none
is added later; a reversal mirrors what it reverses, once. Subtotals are a cache of the postings.
"""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from ledger.rules import Move
from ledger.rules.accounts import CODE_LENGTH, Kind
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money

SOURCE_LENGTH = 120
MEMO_LENGTH = 200


class AccountQuerySet(models.QuerySet["Account"]):
    def below(self, prefix: str) -> Self:
        """Accounts whose code begins with `prefix`: "member:" for all members."""
        return self.filter(code__startswith=prefix).order_by("code", "currency")

    def lock(self, code: str, currency: str) -> Account | None:
        """The account, held until the transaction ends: nothing is posted to it meanwhile.

        None when no entry has named it yet.
        """
        return self.select_for_update().filter(code=code, currency=currency).first()


class Account(AppendOnly):
    """Where sums are kept: one per code and currency, made when an entry first names it."""

    code = models.CharField(max_length=CODE_LENGTH)
    kind = models.CharField(max_length=9, choices=[(kind.value, kind.value) for kind in Kind])
    currency = models.CharField(max_length=3)

    objects = AccountQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "currency"], name="account_code_currency"),
            # What the postings' foreign keys point at, so that currencies cannot mix.
            models.UniqueConstraint(fields=["id", "currency"], name="account_id_currency"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in Kind]), name="account_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(currency__regex="^[A-Z]{3}$"), name="account_currency_code"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} ({self.currency})"


class EntryQuerySet(models.QuerySet["Entry"]):
    def newest_first(self) -> Self:
        return self.order_by("-at", "-pk")

    def matching(self, text: str) -> Self:
        """Entries whose source, memo or one of whose accounts contains `text`."""
        if not text:
            return self
        accounts = Account.objects.filter(code__icontains=text)
        touching = Posting.objects.filter(Q(debit__in=accounts) | Q(credit__in=accounts))
        return self.filter(
            Q(source__icontains=text) | Q(memo__icontains=text) | Q(pk__in=touching.values("entry"))
        )

    def with_postings(self) -> Self:
        return self.prefetch_related(
            models.Prefetch(
                "postings", Posting.objects.select_related("debit", "credit").order_by("position")
            )
        )


class Entry(AppendOnly):
    """One event in money: `size` postings under one `source`, and the entry it reverses, if any.

    `digest` is that of `rules.moves.content`, so that an altered row is found by recomputing.
    """

    source = models.CharField(max_length=SOURCE_LENGTH, unique=True)
    at = models.DateTimeField()
    memo = models.CharField(max_length=MEMO_LENGTH, blank=True)
    size = models.PositiveSmallIntegerField()
    digest = models.CharField(max_length=64)
    reverses = models.OneToOneField(
        "self", models.PROTECT, null=True, blank=True, related_name="reversed_by"
    )

    objects = EntryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(size__gte=1), name="entry_has_postings"),
            models.CheckConstraint(condition=~Q(source=""), name="entry_source_given"),
            models.UniqueConstraint(fields=["id", "at"], name="entry_id_at"),
        ]
        indexes = [models.Index(fields=["-at", "-id"], name="entry_newest")]

    def __str__(self) -> str:
        return self.source

    def moves(self) -> list[Move]:
        """What the entry moves, in order."""
        return [posting.move() for posting in self.postings.all()]

    def reversal(self) -> Entry | None:
        """The entry that takes this one back, if there is one."""
        return Entry.objects.filter(reverses=self).first()


class PostingQuerySet(models.QuerySet["Posting"]):
    def touching(self, code: str) -> Self:
        """Postings into or out of the account `code`, newest first, with entry and accounts."""
        # Two index scans by account beat one over the whole ledger.
        own = Account.objects.filter(code=code)
        return (
            self.filter(Q(debit__in=own) | Q(credit__in=own))
            .select_related("entry", "debit", "credit")
            .order_by("-at", "-entry", "-position")
        )


class Posting(AppendOnly):
    """`amount_minor` taken from `debit` to `credit`. `at` is the entry's, kept for the indexes."""

    # Migration 0002 makes these three keys composite: with the time, with the currency.
    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="postings", db_index=False, db_constraint=False
    )
    at = models.DateTimeField()
    position = models.PositiveSmallIntegerField()
    debit = models.ForeignKey(
        Account, models.PROTECT, related_name="debits", db_index=False, db_constraint=False
    )
    credit = models.ForeignKey(
        Account, models.PROTECT, related_name="credits", db_index=False, db_constraint=False
    )
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)

    objects = PostingQuerySet.as_manager()

    class Meta:
        ordering = ["entry", "position"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "position"], name="posting_position"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="posting_of_something"),
            models.CheckConstraint(condition=~Q(debit=F("credit")), name="posting_two_accounts"),
        ]
        indexes = [
            models.Index(fields=["debit", "at"], include=["amount_minor"], name="posting_debit"),
            models.Index(fields=["credit", "at"], include=["amount_minor"], name="posting_credit"),
        ]

    def __str__(self) -> str:
        return f"{self.debit_id} -> {self.credit_id}: {self.amount}"

    @property
    def amount(self) -> Money:
        """The sum moved."""
        return Money(self.amount_minor, self.currency)

    def move(self) -> Move:
        """The posting as a value."""
        return Move(debit=self.debit.code, credit=self.credit.code, amount=self.amount)


class Subtotal(models.Model):
    """What moved in an account in a month of UTC, credits less debits, up to the mark.

    A cache that `services.subtotals` keeps: balances need not read all postings.
    """

    account = models.ForeignKey(Account, models.PROTECT, related_name="+", db_index=False)
    month = models.DateField()
    net_minor = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["account", "month"], name="subtotal_once_a_month"),
            models.CheckConstraint(condition=Q(month__day=1), name="subtotal_of_a_month"),
        ]

    def __str__(self) -> str:
        return f"{self.account.code} in {self.month:%Y-%m}: {self.net_minor}"


class Mark(models.Model):
    """Up to which entry the subtotals count; there is one row.

    Entries up to `seen` are next, as soon as every transaction below `seen_xid` has ended: then
    none of them can still appear.
    """

    upto = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_xid = models.BigIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(pk=1), name="mark_is_one"),
            models.CheckConstraint(condition=Q(seen__gte=F("upto")), name="mark_looks_ahead"),
        ]

    def __str__(self) -> str:
        return f"counted up to entry {self.upto}"
