"""What the treasurer types about costs and their corrections."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from royalties.rules.costs import Kind
from stockcoop.kernel.money import Money, exponent


class SumForm(forms.Form):
    """A sum in the co-op's currency."""

    amount = forms.DecimalField(max_digits=14)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        places = exponent(settings.CURRENCY)
        least = Decimal(1).scaleb(-places)
        self.fields["amount"] = forms.DecimalField(
            label=f"Sum in {settings.CURRENCY}",
            max_digits=14,
            decimal_places=places,
            min_value=least,
        )

    def clean_amount(self) -> Money:
        """The sum in minor units."""
        amount: Decimal = self.cleaned_data["amount"]
        return Money(int(amount.scaleb(exponent(settings.CURRENCY))), settings.CURRENCY)


class CostForm(SumForm):
    """A cost or other income."""

    kind = forms.TypedChoiceField(
        choices=[(kind.value, kind.label) for kind in Kind], coerce=Kind, label="What it is"
    )
    memo = forms.CharField(label="What for", max_length=200)
    on = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))

    field_order = ("kind", "amount", "memo", "on")


class CorrectionForm(forms.Form):
    """Why a cost is taken back."""

    reason = forms.CharField(label="Why is it taken back?", max_length=200)
