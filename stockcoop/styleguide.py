"""Every component on one page, for those who build pages. Shown only while DEBUG is on."""

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from stockcoop.kernel.access import audience
from stockcoop.kernel.money import Money


class SampleForm(forms.Form):
    """One field of every sort, sent empty so that the errors show too."""

    title = forms.CharField(max_length=70, help_text="Up to 70 characters.")
    text = forms.CharField(widget=forms.Textarea, required=False)
    size = forms.ChoiceField(choices=[("s", "Small"), ("l", "Large")])
    kind = forms.ChoiceField(
        widget=forms.RadioSelect, choices=[("standard", "Standard"), ("extended", "Extended")]
    )
    upload = forms.FileField(required=False)
    agreed = forms.BooleanField(label="I made these pictures myself", help_text="No machine did.")


PARTS = (
    {"label": "Mira Holt", "money": Money(4500, "USD"), "note": "60 % of the artists' share"},
    {"label": "Jonas Eck", "money": Money(3000, "USD")},
    {"label": "The co-op", "money": Money(7500, "USD")},
)
CHOICES = (
    {"label": "Landscape", "url": "?a=1", "number": 31, "current": True},
    {"label": "Blue", "url": "?a=2", "number": 7, "colour": "#3b6ea5"},
)


@audience("anyone")
def styleguide(request: HttpRequest) -> HttpResponse:
    """All components with sample values; 404 in production."""
    if not settings.DEBUG:
        raise Http404
    context = {
        "form": SampleForm(data={}),
        "page": Paginator(range(240), 24).get_page(request.GET.get("page", 4)),
        "money": Money(125000, "USD"),
        "parts": PARTS,
        "choices": CHOICES,
        "now": timezone.now(),
        "icons": ("search", "bag", "bell", "document", "download", "upload", "ballot", "coins"),
        "states": ("published", "in_review", "declined", "draft", "withdrawn"),
        "shapes": ((3, 2), (2, 3), (1, 1), (16, 9), (3, 2), (4, 5), (2, 1), (3, 2), (2, 3)),
        "suggestions": ("blue hour", "blue door"),
    }
    return render(request, "styleguide.html", context)
