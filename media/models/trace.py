from django.conf import settings
from django.db import models
from django.db.models import Q

from stockcoop.kernel.db import AppendOnly

COMP = "comp"
"""The source of the trace that the public pictures of a work carry."""


class Trace(AppendOnly):
    """A number that files made of a work carry unseen, and to whom those files went.

    `source` is what they were made for, as in `licence:SC-…`; the public pictures have `comp` and
    no holder. Numbers are drawn by chance, so none is given twice, even after a backup is restored.
    """

    number = models.BigIntegerField(unique=True, editable=False)
    work = models.ForeignKey("media.Work", on_delete=models.PROTECT, related_name="+")
    source = models.CharField(max_length=60)
    holder = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True
    )
    issued_at = models.DateTimeField()

    class Meta:
        ordering = ["issued_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["work", "source"], name="media_trace_once_per_source"),
            models.CheckConstraint(
                condition=Q(source=COMP, holder=None)
                | (~Q(source__in=["", COMP]) & Q(holder__isnull=False)),
                name="media_trace_has_a_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"Trace of {self.source}"

    @property
    def is_comp(self) -> bool:
        return self.source == COMP
