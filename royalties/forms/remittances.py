"""What the treasurer types about a payment to an authority or a charity, and its return."""

from collections.abc import Sequence
from typing import Any

from django import forms

from royalties.forms.costs import SumForm


class RemittanceForm(SumForm):
    """To whom, how much, when, under which reference. `owed` are (account, words)."""

    account = forms.ChoiceField(label="Owed to")
    paid_on = forms.DateField(label="Paid on", widget=forms.DateInput(attrs={"type": "date"}))
    reference = forms.CharField(label="Reference of the payment", max_length=120)

    field_order = ("account", "amount", "paid_on", "reference")

    def __init__(self, *args: Any, owed: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["account"] = forms.ChoiceField(label="Owed to", choices=owed)
        self.order_fields(self.field_order)


class ReturnForm(forms.Form):
    """When a payment came back, and why."""

    on_day = forms.DateField(label="Came back on", widget=forms.DateInput(attrs={"type": "date"}))
    reason = forms.CharField(label="Why did the bank send it back?", max_length=200)
