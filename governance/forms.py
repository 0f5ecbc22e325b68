"""What people say in a vote."""

from typing import Any

from django import forms

from governance.models import Proposal


class BallotForm(forms.Form):
    """One answer to the question of a proposal."""

    choice = forms.ChoiceField(label="Your vote", widget=forms.RadioSelect)

    def __init__(self, *args: Any, proposal: Proposal, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["choice"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(choice.code, choice.label) for choice in proposal.choices]
