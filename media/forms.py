"""What artists and editors fill in."""

import json
import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.utils.timezone import make_aware

from media.models import ReviewReason, Work
from media.rules import metadata
from media.rules.agreements import LARGEST_WEIGHT, Share
from media.rules.metadata import Facts
from media.rules.states import BEFORE_INGEST
from media.services.reviews import LONGEST_NOTE
from members.models import User

ACCEPTED = "image/*,video/*"
MOST_TRACED = 5
_UUID = re.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_TEXTS = ("title", "description", "creator", "credit", "rights")


class FileForm(forms.Form):
    """One file sent with the page, for browsers that cannot send parts."""

    file = forms.FileField(
        label="A photograph or clip",
        allow_empty_file=True,
        max_length=1000,
        widget=forms.ClearableFileInput(attrs={"accept": ACCEPTED}),
        error_messages={"required": "Choose a file first."},
    )

    def file_sent(self) -> "UploadedFile[bytes]":
        """The file of a valid form."""
        sent: UploadedFile[bytes] = self.cleaned_data["file"]
        return sent


class AnnounceForm(forms.Form):
    """A file that the browser is about to send in parts, as JSON."""

    name = forms.CharField(max_length=1000, strip=False)
    media_type = forms.CharField(max_length=200, required=False)
    size = forms.IntegerField(min_value=0)
    digests = forms.JSONField()

    @classmethod
    def of_json(cls, body: bytes) -> "AnnounceForm":
        """From the body of a request; one that is no JSON object is an invalid form."""
        try:
            said: Any = json.loads(body)
            if isinstance(said, dict):
                return cls({**said, "digests": json.dumps(said.get("digests"))})
        except (ValueError, RecursionError):
            # A list in a list in a list, thousands deep, is JSON too.
            pass
        return cls({})

    def clean_digests(self) -> list[str]:
        """A list of strings; the rules of parts look closer."""
        digests = self.cleaned_data["digests"]
        if not isinstance(digests, list) or not all(isinstance(item, str) for item in digests):
            raise forms.ValidationError("A list of digests is expected.")
        return digests


class DescribeForm(forms.Form):
    """What the artist says about one work."""

    title = forms.CharField(
        max_length=metadata.TITLE,
        required=False,
        help_text="What it shows, in a few words. Editors need a title and keywords.",
    )
    description = forms.CharField(
        max_length=metadata.DESCRIPTION, required=False, widget=forms.Textarea(attrs={"rows": 4})
    )
    keywords = forms.CharField(
        required=False,
        max_length=metadata.MOST_KEYWORDS * (metadata.KEYWORD + 2),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Separated by commas, the most important first; up to {metadata.MOST_KEYWORDS}.",
    )
    creator = forms.CharField(max_length=metadata.NAME, required=False)
    credit = forms.CharField(label="Credit line", max_length=metadata.NAME, required=False)
    rights = forms.CharField(label="Copyright notice", max_length=metadata.RIGHTS, required=False)
    editorial = forms.BooleanField(
        label="Editorial use only",
        required=False,
        help_text="For pictures of people or property without a release.",
    )

    @classmethod
    def of(cls, work: Work) -> "DescribeForm":
        """Filled with what is stored."""
        return cls(
            initial={
                "title": work.title,
                "description": work.description,
                "keywords": ", ".join(work.keywords),
                "creator": work.creator,
                "credit": work.credit,
                "rights": work.rights,
                "editorial": work.editorial,
            }
        )

    def facts(self) -> Facts:
        """What a valid form says, as the rules of metadata understand it."""
        said = {name: self.cleaned_data[name] for name in _TEXTS}
        return Facts(**said, keywords=(self.cleaned_data["keywords"],))


class ShareForm(forms.Form):
    """One co-creator of a work; a row that is left empty counts for nothing."""

    who = forms.CharField(label="Who", max_length=254, required=False)
    role = forms.ChoiceField(label="What they did", required=False)
    weight = forms.IntegerField(
        label="Parts", min_value=1, max_value=LARGEST_WEIGHT, required=False
    )

    def __init__(self, *args: Any, roles: Sequence[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"] = forms.ChoiceField(
            label="What they did",
            required=False,
            choices=[("", "-"), *((role, role) for role in roles)],
        )

    def clean(self) -> dict[str, Any]:
        """Turns `who` into a User and asks for person and parts, or neither."""
        data = super().clean() or self.cleaned_data
        who, weight = (data.get("who") or "").strip().removeprefix("@").lower(), data.get("weight")
        if not who and weight is None:
            return {}
        if not who or (weight is None and "weight" not in self.errors):
            raise forms.ValidationError("Say who, and how many parts.")
        user = User.objects.filter(Q(handle=who) | Q(email=who), is_active=True).first()
        if user is None:
            raise forms.ValidationError(f"There is no account with the handle or e-mail “{who}”.")
        return {**data, "who": user}


ShareFormSet = forms.formset_factory(ShareForm, extra=2, max_num=20, validate_max=True)


def shares_in(rows: "forms.BaseFormSet[ShareForm]") -> list[Share]:
    """The shares in a valid ShareFormSet, row by row."""
    said = [row.cleaned_data for row in rows if row.cleaned_data]
    return [Share(row["who"].pk, row["role"], row["weight"]) for row in said]


class SplitDateForm(forms.Form):
    """From which day on a proposed split is to hold."""

    begins = forms.DateField(
        label="Not before",
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text="Left empty, it holds from the moment in which the last of you agrees.",
    )

    def not_before(self) -> datetime | None:
        """The first moment of the day in a valid form."""
        day = self.cleaned_data["begins"]
        return make_aware(datetime.combine(day, time())) if day else None


class BatchForm(forms.Form):
    """What shall be the same for several works; what is left empty stays as it is."""

    title = forms.CharField(max_length=metadata.TITLE, required=False)
    keywords = forms.CharField(
        label="Keywords to add",
        required=False,
        max_length=metadata.MOST_KEYWORDS * (metadata.KEYWORD + 2),
        help_text="Separated by commas; each work keeps those it has.",
    )
    creator = forms.CharField(max_length=metadata.NAME, required=False)
    credit = forms.CharField(label="Credit line", max_length=metadata.NAME, required=False)
    rights = forms.CharField(label="Copyright notice", max_length=metadata.RIGHTS, required=False)

    def facts(self) -> Facts:
        """What a valid form says; absent values are empty."""
        data = self.cleaned_data
        return Facts(
            title=data["title"],
            keywords=(data["keywords"],),
            creator=data["creator"],
            credit=data["credit"],
            rights=data["rights"],
        )


class OpacityForm(forms.Form):
    """How much the watermark covers, to look at; nothing is saved."""

    opacity = forms.IntegerField(
        label="Opacity in percent",
        min_value=1,
        max_value=100,
        widget=forms.NumberInput(attrs={"type": "range", "min": 1, "max": 100}),
    )


class TraceForm(forms.Form):
    """A file that was found somewhere, and the works it may show."""

    file = forms.FileField(
        label="The file that was found",
        max_length=1000,
        widget=forms.ClearableFileInput(attrs={"accept": "image/*"}),
        help_text="JPEG, PNG, TIFF, WebP or AVIF. It is not kept.",
    )
    named = forms.CharField(
        label="The works it may show",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=f"Addresses or identifiers of works, one a line; up to {MOST_TRACED}.",
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """No longer than a photograph may be."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > settings.MAX_PHOTO_BYTES:
            raise forms.ValidationError("This file is longer than a photograph may be.")
        return file

    def clean_named(self) -> list[Work]:
        """The works that are named, each once."""
        uuids = dict.fromkeys(UUID(found) for found in _UUID.findall(self.cleaned_data["named"]))
        if not uuids or len(uuids) > MOST_TRACED:
            raise forms.ValidationError(f"Name one work, or up to {MOST_TRACED}.")
        works = Work.objects.exclude(state__in=BEFORE_INGEST).in_bulk(uuids, field_name="uuid")
        missing = [str(uuid) for uuid in uuids if uuid not in works]
        if missing:
            raise forms.ValidationError(f"There is no work {missing[0]}.")
        return [works[uuid] for uuid in uuids]

    def file_found(self) -> "UploadedFile[bytes]":
        """The file of a valid form."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        return file

    def works(self) -> list[Work]:
        """The works of a valid form."""
        named: list[Work] = self.cleaned_data["named"]
        return named


class AppealForm(forms.Form):
    """Why editors should look again."""

    note = forms.CharField(
        label="Why should we look again?", max_length=2000, widget=forms.Textarea(attrs={"rows": 3})
    )


class DecisionForm(forms.Form):
    """Reasons and words of an editor, and which version of the work they looked at."""

    reasons = forms.MultipleChoiceField(
        required=False, widget=forms.CheckboxSelectMultiple, label="Reasons"
    )
    note = forms.CharField(
        label="In your own words",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    handed_in = forms.DateTimeField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, reasons: list[ReviewReason], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["reasons"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(reason.code, reason.text) for reason in reasons]
