"""What the treasurer types about a surplus."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.conf import settings

from royalties.models import DistributionPlan
from royalties.rules.law import Law
from royalties.rules.splits import WHOLE_BP
from royalties.rules.steps import Charity, FurtherReserve, Reserve, Size, Step
from stockcoop.kernel.money import exponent

_MEASURES = {
    "equal": "in equal parts",
    "service": "by days of membership",
    "royalties": "by royalties of the year",
    "hours": "by hours of work",
}


class CloseYearForm(forms.Form):
    """Which year to close."""

    year = forms.TypedChoiceField(coerce=int, label="Year")

    def __init__(self, *args: Any, years: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["year"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(year, str(year)) for year in years]


class PlanForm(forms.Form):
    """A plan: its title, and shares in percent that begin as the by-laws have them."""

    title = forms.CharField(max_length=120, initial="As the by-laws say")
    reason = forms.CharField(
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="What members should know before they vote.",
    )

    def __init__(self, *args: Any, law: Law, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._law = law
        for name, step in _sized(law):
            self.fields[name] = _size(step)
        for part in law.parts:
            self.fields[f"class_{part.share_class}"] = _percent(
                f"Class {part.share_class}",
                part.part_bp,
                f"of the rest, in percent, {_MEASURES[part.measure]}",
            )

    def clean(self) -> dict[str, Any]:
        """Adds `law`: the by-laws with the shares that were typed."""
        data = super().clean() or {}
        if self.errors:
            return data
        try:
            data["law"] = replace(
                self._law,
                steps=self._steps(data),
                parts=tuple(
                    replace(part, part_bp=_basis_points(data[f"class_{part.share_class}"]))
                    for part in self._law.parts
                ),
            )
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error
        return data

    def _steps(self, data: dict[str, Any]) -> tuple[Step, ...]:
        typed = {id(step): _typed(step, data[name]) for name, step in _sized(self._law)}
        return tuple(typed.get(id(step), step) for step in self._law.steps)


class VoteForm(forms.Form):
    """Which plans the members vote on."""

    plans = forms.ModelMultipleChoiceField(
        DistributionPlan.objects.none(),
        label="Plans to vote on",
        widget=forms.CheckboxSelectMultiple,
        help_text="One plan makes a vote of yes or no; of several, members choose one or none.",
    )

    def __init__(self, *args: Any, plans: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["plans"]
        assert isinstance(field, forms.ModelMultipleChoiceField)
        field.queryset = plans


_Sized = Reserve | FurtherReserve | Charity


def _sized(law: Law) -> list[tuple[str, _Sized]]:
    """The steps that take a share or a sum, each under the name of its field."""
    found: list[tuple[str, _Sized]] = []
    for step in law.steps:
        if isinstance(step, Reserve):
            name = "reserve"
        elif isinstance(step, FurtherReserve | Charity):
            name = f"{step.kind}_{step.code}"
        else:
            continue
        taken = sum(1 for used, _ in found if used.split(":")[0] == name)
        found.append((f"{name}:{taken + 1}" if taken else name, step))
    return found


def _size(step: _Sized) -> forms.DecimalField:
    label = "Reserve" if isinstance(step, Reserve) else step.name
    if step.size.rate_bp is not None:
        return _percent(label, step.size.rate_bp, "in percent of what is left before it")
    places = exponent(settings.CURRENCY)
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_digits=12,
        decimal_places=places,
        initial=Decimal(step.size.sum_minor or 0).scaleb(-places),
        help_text=f"in {settings.CURRENCY}, or as much as is left",
    )


def _typed(step: _Sized, figure: Decimal) -> Step:
    if step.size.rate_bp is not None:
        return replace(step, size=Size(rate_bp=_basis_points(figure)))
    return replace(step, size=Size(sum_minor=int(figure.scaleb(exponent(settings.CURRENCY)))))


def _percent(label: str, basis_points: int, help_text: str) -> forms.DecimalField:
    return forms.DecimalField(
        label=label,
        min_value=0,
        max_value=100,
        decimal_places=2,
        initial=Decimal(basis_points) / 100,
        help_text=help_text,
    )


def _basis_points(percent: Decimal) -> int:
    return int(percent * WHOLE_BP / 100)
