"""What members type about how they are paid, and the treasurer about holds and tax forms."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from members.models import User
from royalties.models import HoldReason
from royalties.rules.withholding import Form
from stockcoop.kernel.money import Money, exponent

_COUNTRY = {"invalid": "Two letters, please, as in US, DE or JP."}


class FloorForm(forms.Form):
    """From which balance on the member wants to be paid."""

    floor = forms.DecimalField(max_digits=12, min_value=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["floor"] = forms.DecimalField(
            label=f"Pay me from a balance of, in {settings.CURRENCY}",
            max_digits=12,
            min_value=0,
            decimal_places=exponent(settings.CURRENCY),
        )

    def clean_floor(self) -> Money:
        """The sum in minor units."""
        floor: Decimal = self.cleaned_data["floor"]
        return Money(int(floor.scaleb(exponent(settings.CURRENCY))), settings.CURRENCY)


class CountryForm(forms.Form):
    """Where the member pays taxes."""

    country = forms.RegexField(
        "^[A-Za-z]{2}$",
        label="The country where you pay taxes",
        help_text="Two letters, as in US, CA or DE.",
        widget=forms.TextInput(attrs={"autocomplete": "country", "maxlength": 2, "size": 4}),
        error_messages=_COUNTRY,
    )

    def clean_country(self) -> str:
        """In capitals."""
        return str(self.cleaned_data["country"]).upper()


class MemberForm(forms.Form):
    """About which member, by their handle."""

    member = forms.CharField(label="Handle of the member", max_length=60)

    def clean_member(self) -> User:
        """The account with that handle."""
        member = User.objects.filter(handle=self.cleaned_data["member"].strip().lower()).first()
        if member is None:
            raise forms.ValidationError("Nobody has this handle.")
        return member


class HoldForm(MemberForm):
    """A hold of a member's payouts, for one of the published reasons."""

    reason = forms.ChoiceField(label="Published reason")
    until = forms.DateField(
        required=False,
        label="Until",
        help_text="The longest time of the reason unless given.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    note = forms.CharField(
        required=False, max_length=300, label="What the member should know besides"
    )

    def __init__(self, *args: Any, reasons: list[HoldReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reason"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(reason.code, reason.text) for reason in reasons]


class EndHoldForm(forms.Form):
    """Why a hold ends early."""

    why = forms.CharField(label="Why does it end?", max_length=300)


class TaxFormForm(MemberForm):
    """The form that a member has handed in."""

    form = forms.TypedChoiceField(
        choices=[(form.value, form.label) for form in Form], coerce=Form, label="Form on file"
    )
    treaty = forms.DecimalField(
        required=False,
        min_value=0,
        max_value=Decimal("99.99"),
        decimal_places=2,
        label="Rate of the treaty, in percent",
    )
    id_ending = forms.RegexField(
        "^[0-9A-Za-z]{4}$",
        required=False,
        label="Last four signs of the tax id",
        help_text="The id itself is not kept here.",
    )

    def clean_treaty(self) -> int | None:
        """In basis points."""
        treaty: Decimal | None = self.cleaned_data["treaty"]
        return None if treaty is None else int(treaty * 100)
