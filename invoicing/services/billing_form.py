"""Whom invoices are made out to. A service, since the checkout, a package above, shows it too."""

from typing import Any

from django import forms

from invoicing.rules import countries, ids
from invoicing.rules.billing import Billing
from invoicing.rules.book import Book
from invoicing.rules.ids import BadTaxId


class BillingForm(forms.Form):
    """Name, address, place and tax number; where it matters, the place must be said."""

    prefix = "billing"
    use_required_attribute = False

    country = forms.ChoiceField(
        required=False, widget=forms.Select(attrs={"autocomplete": "billing country"})
    )
    region = forms.ChoiceField(
        required=False,
        label="Province",
        help_text="Only where the tax depends on it.",
    )
    name = forms.CharField(
        max_length=120,
        required=False,
        label="Name on the invoice",
        widget=forms.TextInput(attrs={"autocomplete": "billing organization"}),
        help_text="The licensee's unless given.",
    )
    address = forms.CharField(
        max_length=400,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "autocomplete": "billing street-address"}),
    )
    business = forms.BooleanField(required=False, label="We buy as a business")
    tax_id = forms.CharField(
        max_length=20,
        required=False,
        label="VAT or tax number",
        help_text="Of a business. Its form and check digits are checked; whether it is registered"
        " (VIES) is not asked.",
    )

    def __init__(self, *args: Any, book: Book | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._book = book
        self.fields["country"].required = bool(book and book.collects)
        _choices(self, "country", [(code, name) for code, name in countries.by_name()])
        regions = _regions(book)
        _choices(self, "region", [(code[3:], code) for code in regions])
        if not regions:
            del self.fields["region"]

    @classmethod
    def showing(cls, billing: Billing, *, book: Book | None) -> "BillingForm":
        """A fresh form with what is known already."""
        return cls(initial=_initial(billing), book=book)

    def clean(self) -> dict[str, Any]:
        """A region where the country's taxes need one, and a tax number that can be one."""
        told: dict[str, Any] = super().clean() or self.cleaned_data
        country = told.get("country", "")
        needed = self._book.regions(country) if self._book and self._book.collects else []
        if needed and told.get("region") not in needed:
            self.add_error("region", "Please choose the province: the tax depends on it.")
        elif not needed:
            told["region"] = ""
        if not told.get("business"):
            told["tax_id"] = ""
        elif told.get("tax_id"):
            self._check_id(country, told)
        return told

    def billing(self) -> Billing:
        """What was said, as far as it is sound; ask `is_valid` first."""
        told = self.cleaned_data
        return Billing(
            name=told.get("name", ""),
            address=told.get("address", ""),
            country=told.get("country", ""),
            region=told.get("region", ""),
            business=told.get("business", False),
            tax_id=told.get("tax_id", ""),
        )

    def _check_id(self, country: str, told: dict[str, Any]) -> None:
        if not ids.is_checked(country):
            return
        try:
            told["tax_id"] = ids.checked(country, told["tax_id"])
        except BadTaxId as fault:
            self.add_error("tax_id", str(fault))


def _initial(billing: Billing) -> dict[str, Any]:
    stated = billing.stated()
    assert isinstance(stated, dict)
    return dict(stated)


def _regions(book: Book | None) -> list[str]:
    """The regions that decide about a tax, as "CA-BC"; none where nothing is collected."""
    if book is None or not book.collects:
        return []
    return sorted({tax.place for tax in book.taxes if "-" in tax.place})


def _choices(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ChoiceField)
    field.choices = [("", "—"), *choices]
