"""What people type about teams, projects and lightboxes."""

from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from stockcoop.kernel.money import Money, exponent
from teams.models import Lightbox, Project, Team, Teammate
from teams.rules.roles import TeamRole

_ROLES = [
    (TeamRole.BUYER.value, "Buyer: orders within the limits"),
    (TeamRole.APPROVER.value, "Approver: also lets others' orders through"),
    (TeamRole.MANAGER.value, "Manager: also decides on people and budgets"),
]


class AmountField(forms.DecimalField):
    """A bound in the site's currency; empty is no bound. It gives minor units."""

    def __init__(self, label: str, help_text: str = "") -> None:
        places = exponent(settings.CURRENCY)
        super().__init__(
            label=f"{label} in {settings.CURRENCY}",
            help_text=help_text,
            required=False,
            min_value=0,
            max_digits=14,
            decimal_places=places,
        )

    def clean(self, value: Any) -> Any:
        """The minor units; None for none."""
        amount: Decimal | None = super().clean(value)
        return None if amount is None else int(amount.scaleb(exponent(settings.CURRENCY)))


def typed(minor: int | None) -> str:
    """A bound as it is typed."""
    return "" if minor is None else Money(minor, settings.CURRENCY).decimal()


class FoundForm(forms.Form):
    """A new team."""

    name = forms.CharField(max_length=80, help_text="What you call it.")
    legal_name = forms.CharField(
        label="Licensee",
        max_length=120,
        help_text="The company or person that licences are granted to, by its legal name.",
    )


class TeamForm(FoundForm):
    """A team's names and bounds."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit_minor"] = AmountField(
            "Limit of an order", "What a buyer may spend at once without asking."
        )
        self.fields["month_minor"] = AmountField(
            "Budget of a month", "What the team may spend in a calendar month without asking."
        )

    @classmethod
    def of(cls, team: Team) -> "TeamForm":
        """A form that shows what holds now."""
        return cls(
            initial={
                "name": team.name,
                "legal_name": team.legal_name,
                "limit_minor": typed(team.limit_minor),
                "month_minor": typed(team.month_minor),
            }
        )


class InviteForm(forms.Form):
    """Somebody to ask into the team."""

    email = forms.EmailField(label="E-mail address")
    role = forms.TypedChoiceField(choices=_ROLES, coerce=TeamRole)


class TeammateForm(forms.Form):
    """A person's role and limit."""

    role = forms.TypedChoiceField(choices=_ROLES, coerce=TeamRole)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["limit_minor"] = AmountField(
            "Limit of their own", "In place of the team's. Empty: the team's."
        )

    @classmethod
    def of(cls, teammate: Teammate) -> "TeammateForm":
        """A form that shows what holds now."""
        return cls(initial={"role": teammate.role, "limit_minor": typed(teammate.limit_minor)})


class ProjectForm(forms.Form):
    """A project's name, client and budget."""

    name = forms.CharField(max_length=80)
    client = forms.CharField(max_length=120, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["budget_minor"] = AmountField(
            "Budget", "What may be spent for it altogether without asking."
        )

    @classmethod
    def of(cls, project: Project) -> "ProjectForm":
        """A form that shows what holds now."""
        return cls(
            initial={
                "name": project.name,
                "client": project.client,
                "budget_minor": typed(project.budget_minor),
            }
        )


class LightboxForm(forms.Form):
    """A lightbox's name, notes, and the team that shares it."""

    name = forms.CharField(max_length=80)
    notes = forms.CharField(required=False, max_length=2000, widget=forms.Textarea({"rows": 3}))
    team = forms.ModelChoiceField(
        Team.objects.none(),
        required=False,
        to_field_name="uuid",
        empty_label="Nobody",
        label="Shared with",
        help_text="Everybody in the team may then add, order and remove works.",
    )

    def __init__(self, *args: Any, teams: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["team"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = teams

    @classmethod
    def of(cls, box: Lightbox, teams: Any) -> "LightboxForm":
        """A form that shows what holds now."""
        team = box.team.uuid if box.team else None
        return cls(initial={"name": box.name, "notes": box.notes, "team": team}, teams=teams)


class CollectForm(forms.Form):
    """Which lightbox a work goes into; the one used last where none is named."""

    box = forms.ModelChoiceField(
        Lightbox.objects.none(),
        required=False,
        to_field_name="uuid",
        empty_label="The one used last",
        label="Lightbox",
    )

    def __init__(self, boxes: Any, *args: Any) -> None:
        super().__init__(*args)
        field = self.fields["box"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = boxes


class NewLightboxForm(forms.Form):
    """A new lightbox."""

    name = forms.CharField(max_length=80)


class NoteForm(forms.Form):
    """A remark beside a work."""

    note = forms.CharField(required=False, max_length=300)
