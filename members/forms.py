"""What people type about themselves and about each other."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q
from django.http import HttpRequest

from members.models import Application, ShareClass, User
from members.rules.roles import OFFICES


class SignUpDetails(forms.Form):
    """What sign-up asks beside e-mail and password. allauth puts it into its own form."""

    name = forms.CharField(
        label="Your name",
        max_length=80,
        help_text="Shown in public: as the artist of your works, as the name on your licences.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )

    field_order = ["name", "email", "password1"]

    def signup(self, request: HttpRequest, user: User) -> None:
        """allauth calls this after the account is saved; there is nothing left to add."""


class Files(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True


class ImagesField(forms.FileField):
    """Any number of uploaded files, as a list."""

    widget = Files

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The files that came, each checked as a single one would be; an empty list for none."""
        files = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ImagesField, self).clean(file, initial) for file in files]


class ApplyForm(forms.ModelForm[Application]):
    """An application to join."""

    website = forms.URLField(
        label="Website", required=False, assume_scheme="https", help_text="If you have one."
    )
    images = ImagesField(
        label="Portfolio",
        required=False,
        widget=Files(attrs={"accept": "image/jpeg,image/png,image/webp,image/tiff"}),
    )

    class Meta:
        model = Application
        fields = ["share_class", "statement", "website"]
        labels = {
            "share_class": "I apply as",
            "statement": "About you and your work",
        }
        help_texts = {
            "share_class": "",
            "statement": "What you photograph or film, for how long, and why a co-operative.",
        }
        widgets = {
            "share_class": forms.RadioSelect,
            "statement": forms.Textarea(attrs={"rows": 8}),
        }

    def __init__(self, *args: Any, most_images: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        share_class = self.fields["share_class"]
        assert isinstance(share_class, forms.ModelChoiceField)
        share_class.empty_label = None
        share_class.initial = ShareClass.objects.filter(uploads=True).first()
        self.fields["images"].help_text = (
            f"Artists: up to {most_images} images that show your best. "
            "Only you and the board will see them."
        )

    def portfolio(self) -> Sequence["UploadedFile[bytes]"]:
        """The files that came with the form."""
        files: Sequence[UploadedFile[bytes]] = self.cleaned_data["images"]
        return files


class AdmitForm(forms.Form):
    """The class to admit an applicant into."""

    share_class = forms.ModelChoiceField(
        ShareClass.objects.all(), label="Share class", empty_label=None
    )


class DeclineForm(forms.Form):
    """Why an applicant is declined."""

    reason = forms.CharField(
        label="Reason",
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="The applicant reads this, by e-mail too.",
    )


class OfficeForm(forms.Form):
    """An office and whose it is."""

    person = forms.CharField(
        label="Person", max_length=254, help_text="E-mail address or handle of the account."
    )
    role = forms.ChoiceField(
        label="Office", choices=[(role.value, role.value.title()) for role in OFFICES]
    )

    def clean_person(self) -> User:
        """The active account that the text names."""
        text = self.cleaned_data["person"].strip().lower()
        person = User.objects.filter(Q(email=text) | Q(handle=text), is_active=True).first()
        if person is None:
            raise forms.ValidationError("There is no account with this address or handle.")
        return person


class AccountForm(forms.ModelForm[User]):
    """How a person is called in public."""

    class Meta:
        model = User
        fields = ["name", "handle"]
        help_texts = {
            "name": "Shown in public: as the artist of your works, as the name on your licences.",
            "handle": "The end of your public address. Links to the old one stop working.",
        }
