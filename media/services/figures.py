"""How many works there are in each state, and how many renditions were ever made."""

from collections.abc import Iterator

from django.db import connection
from django.db.models import Count

from media.models import Rendition, Work
from media.rules.states import State
from stockcoop.kernel.figures import Figure


def figures() -> Iterator[Figure]:
    """Works and renditions."""
    counted = Work.objects.order_by().values_list("state").annotate(works=Count("pk"))
    works = {(str(state),): 0 for state in State} | {(state,): works for state, works in counted}
    yield Figure("stockcoop_works", "Works by state", works, ("state",))
    yield Figure(
        "stockcoop_renditions_made_total",
        "Renditions made so far, also those that are gone",
        {(): _made()},
        kind="counter",
    )


def _made() -> int:
    """The number that the newest rendition got: rows come and go, and counting all takes long."""
    with connection.cursor() as cursor:
        sequence = connection.ops.quote_name(f"{Rendition._meta.db_table}_id_seq")
        cursor.execute(
            f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"  # noqa: S608
        )
        return int(cursor.fetchone()[0])
