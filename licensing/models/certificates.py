"""Certificates as they were issued, and the public keys that they are verified by."""

from django.db import models
from django.db.models import Q

from stockcoop.kernel.db import AppendOnly

_DIGEST = "^[0-9a-f]{64}$"
_SIGNATURE = "^[0-9a-f]{128}$"


class CertificateKey(AppendOnly):
    """A public key (Ed25519). `name` is its SHA-256; `signature` the predecessor's, vouching."""

    name = models.CharField(max_length=64, unique=True)
    public = models.CharField(max_length=64)
    in_force_from = models.DateTimeField()
    predecessor = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="successors"
    )
    signature = models.CharField(max_length=128, blank=True)

    class Meta:
        ordering = ["in_force_from", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(name__regex=_DIGEST, public__regex=_DIGEST),
                name="licensing_key_named",
            ),
            models.CheckConstraint(
                condition=Q(predecessor=None, signature="")
                | Q(predecessor__isnull=False, signature__regex=_SIGNATURE),
                name="licensing_key_vouched_for",
            ),
        ]

    def __str__(self) -> str:
        return f"Certificate key {self.name[:16]}"


class KeyRetirement(AppendOnly):
    """From when on a key signs no more: it was replaced, or somebody else may have it."""

    class Because(models.TextChoices):
        REPLACED = "replaced"
        COMPROMISED = "compromised"

    key = models.OneToOneField(CertificateKey, models.PROTECT, related_name="retirement")
    at = models.DateTimeField()
    because = models.CharField(max_length=12, choices=Because.choices)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(because__in=["replaced", "compromised"]),
                name="licensing_retirement_because",
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} retired: {self.because}"


class IssuedCertificate(AppendOnly):
    """One certificate as it was handed out: what was signed, by which key, and the PDF around it.

    `issue` counts a licence's certificates: a fact that is new makes a new one. `text` is the
    canonical JSON that `signature` covers; `digest` is the SHA-256 of the JSON with its signature.
    """

    licence = models.ForeignKey("licensing.Licence", models.PROTECT, related_name="certificates")
    issue = models.PositiveIntegerField()
    at = models.DateTimeField()
    key = models.ForeignKey(CertificateKey, models.PROTECT, related_name="+")
    text = models.TextField()
    signature = models.CharField(max_length=128)
    digest = models.CharField(max_length=64, unique=True)
    pdf = models.BinaryField()

    class Meta:
        ordering = ["licence", "-issue"]
        constraints = [
            models.UniqueConstraint(fields=["licence", "issue"], name="licensing_certificate_once"),
            models.CheckConstraint(
                condition=Q(issue__gte=1, digest__regex=_DIGEST, signature__regex=_SIGNATURE)
                & ~Q(text=""),
                name="licensing_certificate_signed",
            ),
        ]

    def __str__(self) -> str:
        return f"Certificate {self.issue} of licence {self.licence_id}"
