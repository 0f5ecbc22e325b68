"""What the treasurer types about rates."""

import re
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from media.models import Work
from members.models import ShareClass
from royalties.models import RoyaltyRate
from royalties.services.rates import Wanted

_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_DAY = {"type": "date"}


class RateForm(forms.Form):
    """A rate for one work, or as a promotion; its days are whole ones, the last one included."""

    licence_kind = forms.ChoiceField(label="Licence kind")
    percent = forms.DecimalField(
        label="The co-op keeps, in percent", min_value=0, max_value=100, decimal_places=2
    )
    work = forms.CharField(
        label="Work",
        required=False,
        max_length=500,
        help_text="Its address, or the identifier in it. Empty for a promotion.",
    )
    promotion = forms.CharField(
        label="Name of the promotion",
        required=False,
        max_length=80,
        help_text="It holds for all works, or for those of one class.",
    )
    share_class = forms.ChoiceField(label="Class of the artist", required=False)
    begins = forms.DateField(label="First day", widget=forms.DateInput(attrs=_DAY))
    last = forms.DateField(label="Last day", required=False, widget=forms.DateInput(attrs=_DAY))
    reason = forms.CharField(label="Why", max_length=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kinds = RoyaltyRate.objects.order_by("licence_kind").values_list("licence_kind", flat=True)
        classes = [(row.code, str(row)) for row in ShareClass.objects.all()]
        self.fields["licence_kind"] = forms.ChoiceField(
            label="Licence kind", choices=[(kind, kind) for kind in kinds.distinct()]
        )
        self.fields["share_class"] = forms.ChoiceField(
            label="Class of the artist", required=False, choices=[("", "all"), *classes]
        )

    def clean_work(self) -> Work | None:
        """The work that the text names."""
        text: str = self.cleaned_data["work"]
        found = _UUID.search(text)
        work = Work.objects.filter(uuid=UUID(found.group())).first() if found else None
        if text.strip() and work is None:
            raise forms.ValidationError("There is no such work.")
        return work

    def clean(self) -> dict[str, Any]:
        """A work or a promotion, not both; a promotion ends."""
        data = super().clean() or self.cleaned_data
        if "work" in data and bool(data["work"]) == bool(data.get("promotion")):
            raise forms.ValidationError("Name either a work or a promotion.")
        if data.get("promotion") and not data.get("last") and "last" not in self.errors:
            self.add_error("last", "A promotion has a last day.")
        if data.get("work") and data.get("share_class"):
            self.add_error("share_class", "A rate for one work asks for no class.")
        return data

    def wanted(self) -> Wanted:
        """What a valid form asks for."""
        data = self.cleaned_data
        percent: Decimal = data["percent"]
        last = data["last"]
        return Wanted(
            licence_kind=data["licence_kind"],
            coop_rate_bp=int(percent * 100),
            begins=_midnight(data["begins"]),
            ends=_midnight(last + timedelta(days=1)) if last else None,
            work=data["work"],
            promotion=data["promotion"],
            share_class=data["share_class"],
        )


class EndRateForm(forms.Form):
    """Why a rate ends now."""

    reason = forms.CharField(label="Why does it end?", max_length=300)


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
