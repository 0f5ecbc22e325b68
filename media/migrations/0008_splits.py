"""Splits that all concerned agree to; what co-creators had becomes the first version."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

NAMES = (
    "CoCreator",
    "SplitAnswer",
    "SplitAsked",
    "SplitOutcome",
    "SplitPart",
    "SplitVersion",
    "Work",
)


def _agreed_before(apps: Any, schema_editor: Any) -> None:
    """Each work's co-creators as version 1, agreed to by this migration since the work began."""
    models = {name: apps.get_model("media", name) for name in NAMES}
    shared = models["CoCreator"].objects.values("work").distinct()
    for work in models["Work"].objects.filter(pk__in=shared).iterator(chunk_size=1000):
        _first_version(models, work)


def _first_version(models: dict[str, Any], work: Any) -> None:
    named = models["CoCreator"].objects.filter(work=work).order_by("member_id")
    parts = list(named.values_list("member_id", "weight"))
    asked = sorted({work.owner_id, *(member for member, _ in parts)})
    at = work.created_at
    version = models["SplitVersion"].objects.create(
        work=work,
        number=1,
        proposed_by_id=work.owner_id,
        proposed_at=at,
        migrated=True,
        digest=_digest(work, at, parts, asked),
    )
    models["SplitPart"].objects.bulk_create(
        models["SplitPart"](version=version, member_id=member, weight=weight)
        for member, weight in parts
    )
    rows = models["SplitAsked"].objects.bulk_create(
        models["SplitAsked"](version=version, member_id=member) for member in asked
    )
    models["SplitAnswer"].objects.bulk_create(
        models["SplitAnswer"](asked=row, agrees=True, at=at) for row in rows
    )
    models["SplitOutcome"].objects.create(version=version, word="agreed", at=at, in_force_from=at)


def _digest(work: Any, at: datetime, parts: list[tuple[int, int]], asked: list[int]) -> str:
    """As the model computes it on the day of this migration."""
    stated = {
        "work": work.pk,
        "number": 1,
        "proposed": [work.owner_id, at.astimezone(UTC).isoformat(timespec="microseconds")],
        "not_before": None,
        "migrated": True,
        "parts": [[member, "", weight] for member, weight in parts],
        "asked": asked,
    }
    text = json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return sha256(text.encode()).hexdigest()


def _cocreators(apps: Any, schema_editor: Any) -> None:
    """Undone, the split that was agreed to last is what co-creators have."""
    models = {name: apps.get_model("media", name) for name in NAMES}
    agreed = models["SplitVersion"].objects.filter(outcome__word="agreed")
    for version in agreed.order_by("work", "-number").distinct("work"):
        models["CoCreator"].objects.bulk_create(
            models["CoCreator"](
                work_id=version.work_id, member_id=part.member_id, weight=part.weight
            )
            for part in models["SplitPart"].objects.filter(version=version)
        )


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0007_encodings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SplitAsked",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SplitAnswer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("agrees", models.BooleanField()),
                ("at", models.DateTimeField()),
                (
                    "asked",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="answer",
                        to="media.splitasked",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SplitRole",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.CharField(max_length=40)),
                ("name", models.CharField(blank=True, max_length=60)),
                ("position", models.PositiveSmallIntegerField(default=0)),
                ("in_force_from", models.DateTimeField()),
            ],
            options={
                "ordering": ["position", "code", "in_force_from"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("code", ""), _negated=True),
                        name="media_splitrole_has_a_code",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SplitVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveSmallIntegerField()),
                ("proposed_at", models.DateTimeField()),
                ("not_before", models.DateTimeField(blank=True, null=True)),
                ("migrated", models.BooleanField(default=False)),
                ("digest", models.CharField(editable=False, max_length=64)),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="splits",
                        to="media.work",
                    ),
                ),
            ],
            options={
                "ordering": ["work", "number"],
            },
        ),
        migrations.CreateModel(
            name="SplitPart",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=60)),
                ("weight", models.PositiveIntegerField()),
                (
                    "member",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "version",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="parts",
                        to="media.splitversion",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="SplitOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "word",
                    models.CharField(
                        choices=[
                            ("agreed", "agreed"),
                            ("declined", "declined"),
                            ("withdrawn", "withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("in_force_from", models.DateTimeField(blank=True, null=True)),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome",
                        to="media.splitversion",
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="splitasked",
            name="version",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="asked",
                to="media.splitversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="splitversion",
            constraint=models.UniqueConstraint(
                fields=("work", "number"), name="media_split_numbered"
            ),
        ),
        migrations.AddConstraint(
            model_name="splitversion",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gt", 0)), name="media_split_number_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="splitpart",
            constraint=models.UniqueConstraint(
                fields=("version", "member"), name="media_split_part_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="splitpart",
            constraint=models.CheckConstraint(
                condition=models.Q(("weight__gt", 0), ("weight__lte", 10000)),
                name="media_split_part_weight",
            ),
        ),
        migrations.AddConstraint(
            model_name="splitoutcome",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("in_force_from__gte", models.F("at")), ("word", "agreed")),
                    models.Q(("in_force_from", None), ("word__in", ["declined", "withdrawn"])),
                    _connector="OR",
                ),
                name="media_split_outcome_in_force_if_agreed",
            ),
        ),
        migrations.AddConstraint(
            model_name="splitasked",
            constraint=models.UniqueConstraint(
                fields=("version", "member"), name="media_split_asked_once"
            ),
        ),
        migrations.RunPython(_agreed_before, _cocreators),
    ]
