"""Foreign keys point down too: import-linter cannot see them, since they are strings."""

from collections.abc import Iterable

from django.apps import apps
from django.db import models

RANK = {
    name: rank
    for rank, names in enumerate(
        (
            ("members",),
            ("governance", "ledger"),
            ("media",),
            ("royalties", "invoicing"),
            ("royalties", "teams"),
            ("licensing", "search"),
            ("demo",),
        )
    )
    for name in names
}


def faults(all_models: Iterable[type[models.Model]]) -> list[str]:
    """Relations to a package that is not below, and those that leave an accessor there."""
    found = []
    for model in all_models:
        here = model._meta.app_label
        for field in model._meta.get_fields():
            target = field.related_model
            if here not in RANK or not field.concrete or not isinstance(target, type):
                continue
            there = target._meta.app_label
            if there == here or there not in RANK:
                continue
            if RANK[there] >= RANK[here]:
                found.append(f"{model.__name__}.{field.name} points up to {there}")
            if not field.remote_field.hidden:  # type: ignore[union-attr]
                found.append(f"{model.__name__}.{field.name} leaves an accessor on {there}")
    return found


def test_relations_point_down_and_leave_nothing_behind() -> None:
    assert faults(apps.get_models()) == []


def test_a_relation_that_points_up_is_named() -> None:
    class Planted(models.Model):
        work = models.ForeignKey("media.Work", on_delete=models.PROTECT)

        class Meta:
            app_label = "members"
            managed = False

        def __str__(self) -> str:
            return "planted"

    try:
        assert faults([Planted]) == [
            "Planted.work points up to media",
            "Planted.work leaves an accessor on media",
        ]
    finally:
        del apps.all_models["members"]["planted"]
        apps.clear_cache()
