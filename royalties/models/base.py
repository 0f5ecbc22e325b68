"""Facts that nothing else in the database repeats, so they carry a digest of themselves."""

from typing import Any

from django.db import models

from stockcoop.kernel.canonical import Value, digest, moment
from stockcoop.kernel.db import AppendOnly

__all__ = ["Fact", "moment"]


class Fact(AppendOnly):
    """A row written once, with the digest of what it states: an altered figure is found by it."""

    digest = models.CharField(max_length=64, editable=False)

    class Meta:
        abstract = True

    def stated(self) -> Value:
        """What the digest covers: each figure and word of the row."""
        raise NotImplementedError

    def computed_digest(self) -> str:
        """The digest that the row should carry."""
        return digest(self.stated())

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self._state.adding:
            self.digest = self.computed_digest()
        super().save(*args, **kwargs)
