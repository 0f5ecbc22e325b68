from datetime import datetime

from django.db import connection, models


class AllowanceQuerySet(models.QuerySet["Allowance"]):
    """Words of what was used up."""

    def use(self, client: str, minute: datetime) -> int:
        """Count one more for `client`; how many those are in this minute, this one included."""
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO media_allowance (client, minute, used) VALUES (%s, %s, 1)"
                " ON CONFLICT ON CONSTRAINT media_allowance_once"
                " DO UPDATE SET used = media_allowance.used + 1 RETURNING used",
                [client, minute],
            )
            return int(cursor.fetchone()[0])


class Allowance(models.Model):
    """How many sizes a client had made in one minute; `client` is a digest that names nobody."""

    client = models.CharField(max_length=64)
    minute = models.DateTimeField(db_index=True)
    used = models.PositiveIntegerField()

    objects = AllowanceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["client", "minute"], name="media_allowance_once")
        ]

    def __str__(self) -> str:
        return f"{self.used} in the minute of {self.minute:%H:%M}"
