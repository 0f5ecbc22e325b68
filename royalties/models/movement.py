"""What gateways moved on the balance that they keep for the co-op, and the entries of it."""

from django.db import models
from django.db.models import Q

from royalties.models.base import Fact, moment
from royalties.rules.movements import Moved, MovementKind
from stockcoop.kernel.canonical import Value
from stockcoop.kernel.db import AppendOnly
from stockcoop.kernel.money import Money


class Movement(Fact):
    """One movement as the gateway stated it; `about` is the gateway's name of what moved it."""

    gateway = models.CharField(max_length=24)
    reference = models.CharField(max_length=120)
    kind = models.CharField(max_length=14, choices=[(k.value, k.value) for k in MovementKind])
    about = models.CharField(max_length=120, blank=True)
    gross_minor = models.BigIntegerField()
    fee_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["gateway", "reference"], name="movement_once"),
            models.CheckConstraint(condition=~Q(reference=""), name="movement_named"),
            models.CheckConstraint(
                condition=Q(kind__in=[kind.value for kind in MovementKind]),
                name="movement_kind_known",
            ),
        ]
        indexes = [
            models.Index(fields=["gateway", "at"], name="movement_by_time"),
            models.Index(fields=["gateway", "about"], name="movement_about"),
        ]

    def __str__(self) -> str:
        return f"Movement {self.reference}"

    @property
    def gross(self) -> Money:
        return Money(self.gross_minor, self.currency)

    @property
    def fee(self) -> Money:
        return Money(self.fee_minor, self.currency)

    @property
    def net(self) -> Money:
        """By how much the gateway's balance changed."""
        return self.gross - self.fee

    def moved(self) -> Moved:
        """The movement as a value."""
        return Moved(
            reference=self.reference,
            kind=MovementKind(self.kind),
            about=self.about,
            gross=self.gross,
            fee=self.fee,
            at=self.at,
        )

    def stated(self) -> Value:
        return [
            self.gateway,
            self.reference,
            self.kind,
            self.about,
            self.gross_minor,
            self.fee_minor,
            self.currency,
            moment(self.at),
        ]


class MovementEntry(AppendOnly):
    """An entry of the ledger that a movement explains; no other movement explains it too."""

    movement = models.ForeignKey(Movement, models.PROTECT, related_name="entries")
    entry = models.OneToOneField("ledger.Entry", models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"{self.movement_id}: {self.entry_id}"
