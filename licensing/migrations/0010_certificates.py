"""Certificates are signed and kept, with the public keys that they are verified by."""

import django.db.models.deletion
from django.db import migrations, models

from stockcoop.kernel.db import append_only_all


class Migration(migrations.Migration):
    dependencies = [
        ("licensing", "0008_downloads_as_asked"),
    ]

    operations = [
        migrations.CreateModel(
            name="CertificateKey",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=64, unique=True)),
                ("public", models.CharField(max_length=64)),
                ("in_force_from", models.DateTimeField()),
                ("signature", models.CharField(blank=True, max_length=128)),
                (
                    "predecessor",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="successors",
                        to="licensing.certificatekey",
                    ),
                ),
            ],
            options={
                "ordering": ["in_force_from", "pk"],
            },
        ),
        migrations.CreateModel(
            name="IssuedCertificate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("issue", models.PositiveIntegerField()),
                ("at", models.DateTimeField()),
                ("text", models.TextField()),
                ("signature", models.CharField(max_length=128)),
                ("digest", models.CharField(max_length=64, unique=True)),
                ("pdf", models.BinaryField()),
                (
                    "key",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="licensing.certificatekey",
                    ),
                ),
                (
                    "licence",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="certificates",
                        to="licensing.licence",
                    ),
                ),
            ],
            options={
                "ordering": ["licence", "-issue"],
            },
        ),
        migrations.CreateModel(
            name="KeyRetirement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                (
                    "because",
                    models.CharField(
                        choices=[("replaced", "Replaced"), ("compromised", "Compromised")],
                        max_length=12,
                    ),
                ),
                (
                    "key",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="retirement",
                        to="licensing.certificatekey",
                    ),
                ),
            ],
        ),
        migrations.AddConstraint(
            model_name="certificatekey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("name__regex", "^[0-9a-f]{64}$"), ("public__regex", "^[0-9a-f]{64}$")
                ),
                name="licensing_key_named",
            ),
        ),
        migrations.AddConstraint(
            model_name="certificatekey",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("predecessor", None), ("signature", "")),
                    models.Q(
                        ("predecessor__isnull", False), ("signature__regex", "^[0-9a-f]{128}$")
                    ),
                    _connector="OR",
                ),
                name="licensing_key_vouched_for",
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedcertificate",
            constraint=models.UniqueConstraint(
                fields=("licence", "issue"), name="licensing_certificate_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="issuedcertificate",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("digest__regex", "^[0-9a-f]{64}$"),
                    ("issue__gte", 1),
                    ("signature__regex", "^[0-9a-f]{128}$"),
                    models.Q(("text", ""), _negated=True),
                ),
                name="licensing_certificate_signed",
            ),
        ),
        migrations.AddConstraint(
            model_name="keyretirement",
            constraint=models.CheckConstraint(
                condition=models.Q(("because__in", ["replaced", "compromised"])),
                name="licensing_retirement_because",
            ),
        ),
        *append_only_all(
            [
                "licensing_certificatekey",
                "licensing_keyretirement",
                "licensing_issuedcertificate",
            ]
        ),
    ]
