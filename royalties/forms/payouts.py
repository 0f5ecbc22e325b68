"""What a member types before setting up payouts, and the treasurer before taking one back."""

from django import forms


class PayoutCountryForm(forms.Form):
    """In which country the member has their bank; it stays for the account's life."""

    country = forms.RegexField(
        "^[A-Za-z]{2}$",
        label="Country of your bank",
        help_text="Two letters, as in US, DE or JP.",
        widget=forms.TextInput(attrs={"autocomplete": "country", "maxlength": 2, "size": 4}),
        error_messages={"invalid": "Two letters, please, as in US, DE or JP."},
    )

    def clean_country(self) -> str:
        """In capitals, as the gateways want it."""
        return str(self.cleaned_data["country"]).upper()


class TakeBackForm(forms.Form):
    """Why a payout is taken back; the member reads it."""

    reason = forms.CharField(label="Why is it taken back? The member reads it.", max_length=200)
