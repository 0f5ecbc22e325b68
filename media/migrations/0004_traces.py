import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Q

from stockcoop.kernel.db import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("media", "0003_clips"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Trace",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(editable=False, unique=True)),
                ("source", models.CharField(max_length=60)),
                ("issued_at", models.DateTimeField()),
                (
                    "holder",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "work",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="media.work",
                    ),
                ),
            ],
            options={
                "ordering": ["issued_at", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("work", "source"), name="media_trace_once_per_source"
                    ),
                    models.CheckConstraint(
                        condition=Q(source="comp", holder=None)
                        | (~Q(source__in=["", "comp"]) & Q(holder__isnull=False)),
                        name="media_trace_has_a_holder",
                    ),
                ],
            },
        ),
        append_only("media_trace"),
    ]
