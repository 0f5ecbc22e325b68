"""What licensees record of how they use a licence."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from licensing.models.licences import Licence
from licensing.rules.rights import Used
from stockcoop.kernel.db import AppendOnly

# Plain strings in a fixed order: migrations must not name our enums.
_USED = sorted(used.value for used in Used)


class LicenceUse(AppendOnly):
    """A print run of so many copies, or a person (`who`) who begins (1) or ends (-1) to work with
    the file. A run noted wrongly is corrected by one with a negative quantity.
    """

    licence = models.ForeignKey(Licence, models.PROTECT, related_name="uses")
    used = models.CharField(max_length=8, choices=[(used, used) for used in _USED])
    quantity = models.IntegerField()
    who = models.CharField(max_length=120, blank=True)
    what = models.CharField(max_length=200, blank=True)
    on = models.DateField()
    at = models.DateTimeField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(used="prints") & ~Q(quantity=0) & ~Q(what=""))
                | (Q(used="seats", quantity__in=[1, -1]) & ~Q(who="")),
                name="licensing_use_said",
            )
        ]

    def __str__(self) -> str:
        return f"{self.quantity} {self.used} of {self.licence}"
