"""What buyers and the treasury fill in."""

import hashlib
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.utils import timezone

from licensing.adapters.verify_certificate import MOST_BYTES
from licensing.models import Order
from licensing.rules.chooser import Chooser
from licensing.rules.custom import LONGEST_CLAUSE
from licensing.rules.offers import ADD_ON_PREFIX, Choice
from media.rules.wishes import Colours, FileKind, Wish
from members.models import User
from stockcoop.kernel.money import Money, exponent
from teams.models import Project

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile


class DownloadForm(forms.Form):
    """The file that a buyer of a photograph wants, among those that are offered of it."""

    kind = forms.ChoiceField(label="File")
    colours = forms.ChoiceField(
        label="Colours",
        choices=[
            (Colours.SRGB.value, "sRGB, shown alike everywhere"),
            (Colours.KEPT.value, "As the artist sent them, with their profile"),
        ],
    )

    def __init__(self, *args: object, kinds: list[FileKind], **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(kind.value, _KINDS[kind]) for kind in kinds]
        if FileKind.SENT in kinds:
            self.fields["colours"].help_text = "The original keeps its own in any case."

    @property
    def wish(self) -> Wish:
        """What a valid form asks for."""
        return Wish(FileKind(self.cleaned_data["kind"]), Colours(self.cleaned_data["colours"]))


_KINDS = {
    FileKind.SENT: "The original, its pixels untouched",
    FileKind.JPEG: "JPEG",
    FileKind.TIFF: "TIFF, without loss",
    FileKind.PNG: "PNG, without loss",
}


class ProjectField(forms.ModelChoiceField[Project]):
    """A project, named with its team."""

    def label_from_instance(self, obj: Any) -> str:
        """ "Atlas: Spring catalogue"."""
        return f"{obj.team.name}: {obj.name}"


class CheckoutForm(forms.Form):
    """Who the licences are for, and consent to the total and the terms as shown.

    `token` makes sending the form twice one order; `agreed` is the total shown, in minor units.
    """

    licensee = forms.CharField(
        max_length=120,
        help_text="The person or company that will use the works, as printed on the certificates.",
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    terms = forms.BooleanField(
        label="I accept the licence terms",
        error_messages={"required": "Please accept the licence terms to order."},
    )
    project = ProjectField(
        Project.objects.none(),
        required=False,
        to_field_name="uuid",
        empty_label="None: for the licensee above",
        help_text="For a project the licensee is its team's.",
    )
    token = forms.UUIDField(widget=forms.HiddenInput)
    agreed = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, buyer: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["project"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = Project.objects.of(buyer).open()
        if not field.queryset.exists():
            del self.fields["project"]

    @classmethod
    def showing(cls, total: Money, licensee: str, buyer: User) -> "CheckoutForm":
        """A fresh form on a page that shows `total`."""
        initial = {"licensee": licensee, "token": uuid4(), "agreed": total.minor}
        return cls(initial=initial, buyer=buyer)


class ApprovalForm(forms.Form):
    """What an approver says about an order."""

    word = forms.CharField(required=False, max_length=300)


class CertificateForm(forms.Form):
    """A certificate to check, and perhaps a delivered file, or its SHA-256 in its place."""

    certificate = forms.FileField(
        label="Certificate",
        max_length=1000,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".pdf,.json,application/pdf,application/json"}),
        help_text="The PDF or the JSON, as it was downloaded. It is not kept.",
    )
    delivered = forms.FileField(
        label="A delivered file",
        required=False,
        max_length=1000,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"data-digest-into": "id_sha256"}),
        help_text="Is it the one that was licensed? Up to 20 MB without scripts; with scripts it "
        "never leaves your computer.",
    )
    sha256 = forms.CharField(
        label="Or its SHA-256",
        required=False,
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        validators=[RegexValidator("^[0-9A-Fa-f]{64}$", "A SHA-256 has 64 digits from 0 to f.")],
    )

    def content(self) -> bytes:
        """The bytes of the certificate, one more than are looked at if there are as many."""
        sent: UploadedFile[bytes] = self.cleaned_data["certificate"]
        return bytes(sent.read(MOST_BYTES + 1))

    def digest(self) -> str:
        """The SHA-256 of the file in question; empty when there is none."""
        sent: UploadedFile[bytes] | None = self.cleaned_data["delivered"]
        if sent is None:
            return str(self.cleaned_data["sha256"]).lower()
        known = hashlib.sha256()
        for chunk in sent.chunks():
            known.update(chunk)
        return known.hexdigest()


class RefundForm(forms.Form):
    """Which licences of an order to refund, and why."""

    lines = forms.MultipleChoiceField(
        label="Licences to refund",
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "Please choose at least one licence."},
    )
    reason = forms.CharField(
        max_length=200,
        help_text="The buyer and the artists read it.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: object, order: Order, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        lines = order.lines.filter(refund=None).select_related("work")
        field = self.fields["lines"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(str(line.uuid), f"{line.work.title}, {line.gross}") for line in lines]


class UseForm(forms.Form):
    """A print run, or a person who begins or ends to work with the file."""

    used = forms.ChoiceField(
        label="What",
        choices=[
            ("prints", "A print run"),
            ("seats", "Somebody begins to work with the file"),
            ("left", "Somebody works with it no more"),
        ],
    )
    copies = forms.IntegerField(
        required=False,
        min_value=-2_000_000_000,
        max_value=2_000_000_000,
        help_text="For a print run; below 0 to correct one.",
    )
    what = forms.CharField(
        required=False, max_length=200, label="Printed as", help_text="Book, poster, catalogue…"
    )
    who = forms.CharField(required=False, max_length=120, label="Person")
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """What a print run needs is asked for a print run only."""
        said: dict[str, Any] = super().clean() or self.cleaned_data
        needed = ("copies", "what") if said.get("used") == "prints" else ("who",)
        for name in needed:
            if name not in self.errors and not said.get(name):
                self.add_error(name, "Please fill this in.")
        return said


class EnquiryForm(forms.Form):
    """What a buyer wants of a work that the price book does not have."""

    purpose = forms.CharField(
        label="What is it for?",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="The use, how long and where, how many copies: all that the price depends on.",
    )
    kind = forms.ChoiceField(label="Licence", required=False)
    needed_by = forms.DateField(
        label="Until when do you need to know?",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
    )

    def __init__(self, *args: object, offered: Chooser | None, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        kinds = [(o.kind.code, o.kind.name) for o in offered.kinds] if offered else []
        field = self.fields["kind"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "I do not know"), *kinds]


class QuoteForm(forms.Form):
    """The co-op's answer: a choice out of the price book, and what is agreed instead of its price.

    `offered` is the chooser of the kind that is answered with.
    """

    size = forms.ChoiceField()
    price = forms.DecimalField(max_digits=14)
    clause = forms.CharField(
        label="Added to the terms",
        required=False,
        max_length=LONGEST_CLAUSE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="It is on the certificate, word for word.",
    )
    until = forms.DateField(
        label="Good until the end of", widget=forms.DateInput(attrs={"type": "date"})
    )

    def __init__(self, *args: object, offered: Chooser, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.kind = offered.quote.kind
        places = exponent(settings.CURRENCY)
        self.fields["price"] = forms.DecimalField(
            label=f"Price in {settings.CURRENCY}, before tax",
            min_value=Decimal(1).scaleb(-places),
            max_digits=14,
            decimal_places=places,
        )
        field = self.fields["size"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(o.size.code, f"{o.name}, {o.price} in the book") for o in offered.sizes]
        for option in offered.add_ons:
            self.fields[option.field] = forms.IntegerField(
                label=option.add_on.name,
                required=False,
                min_value=0,
                max_value=option.add_on.most,
                help_text=f"Up to {option.add_on.most}, {option.add_on.price} each in the book.",
            )
        self.order_fields(["size", *(option.field for option in offered.add_ons)])

    def answer(self) -> dict[str, Any]:
        """What a valid form says, as `custom_quotes.answer` takes it."""
        said = self.cleaned_data
        price = int(said["price"].scaleb(exponent(settings.CURRENCY)))
        add_ons = {
            name.removeprefix(ADD_ON_PREFIX): units
            for name, units in said.items()
            if name.startswith(ADD_ON_PREFIX) and units
        }
        end = datetime.combine(said["until"], time(23, 59, 59))
        return {
            "choice": Choice(self.kind.code, said["size"], add_ons),
            "price": Money(price, settings.CURRENCY),
            "clause": said["clause"],
            "expires_at": timezone.make_aware(end),
        }


class ReasonForm(forms.Form):
    """Why the co-op gives no quote, or takes one back; the buyer reads it."""

    because = forms.CharField(label="Why? The buyer reads it.", max_length=300)
