"""The public page of a work, where its licence is chosen."""

from typing import Any
from urllib.parse import urljoin
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from licensing.models import CartLine
from licensing.rules import chooser
from licensing.rules.chooser import Chooser
from licensing.rules.offers import Choice, Past
from licensing.services import comps, freezes, prices, receipts, samples, shelf
from media.models import Work
from media.rules.states import State
from stockcoop.kernel.access import audience


@audience("anyone")
@require_safe
def work(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """A published work and its licence chooser; 410 when it was withdrawn.

    htmx asks for the chooser alone, with the choice in the query; so does a reload.
    """
    shown = _public(uuid)
    if shown is None:
        return render(request, "licensing/withdrawn.html", status=410)
    context = _chooser_context(request, shown)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "licensing/parts/chooser_answer.html", context)
    context["linked_data"] = _linked_data(shown, context["chooser"])
    context["samples"] = samples.of(shown, at=timezone.now())
    context["comp_terms"] = comps.terms(at=timezone.now())
    context["artists"] = receipts.artists_of(shown, timezone.now())
    return render(request, "licensing/work.html", context)


def _public(uuid: UUID) -> Work | None:
    """The published work, None for a withdrawn one; every other is nobody's business here."""
    works = Work.objects.select_related("owner").with_renditions().filter(uuid=uuid)
    found = works.filter(state__in=[State.PUBLISHED, State.WITHDRAWN]).first()
    if found is None:
        raise Http404
    return found if found.is_published else None


def _chooser_context(request: HttpRequest, work: Work) -> dict[str, Any]:
    now = timezone.now()
    in_cart = None
    if request.user.is_authenticated:
        in_cart = CartLine.objects.of(request.user).filter(work=work).first()
    choice = Choice.from_form(request.GET.dict())
    if not request.GET and in_cart:
        choice = in_cart.choice
    price_list, item = prices.current(at=now), shelf.item_of(work, at=now)
    picked = chooser.of(price_list.book, item, choice)
    parts = receipts.expected(work=work, quote=picked.quote, at=now) if picked else []
    refusal, beside = "", ""
    if picked:
        refusal, beside = freezes.judged(price_list.book, picked.quote, work, at=now)
    return {
        "work": work,
        "refusal": refusal,
        "beside": beside,
        "frozen_until": max((one.until for one in item.frozen if one.until), default=None),
        "chooser": picked,
        "exclusively_licensed": item.past is Past.EXCLUSIVE,
        "parts": parts,
        "in_cart": in_cart,
    }


def _linked_data(work: Work, picked: Chooser | None) -> dict[str, Any]:
    """What search engines read; `license` and `acquireLicensePage` make it "Licensable".

    Source: https://schema.org/ImageObject and VideoObject.
    """
    page = settings.BASE_URL + reverse("licensing:work", args=[work.uuid])
    pictures = [url for url, _ in work.sources("jpeg")]
    kind = picked.quote.kind.code if picked else ""
    return {
        "@context": "https://schema.org",
        "@type": "VideoObject" if work.kind == "video" else "ImageObject",
        "name": work.title,
        "description": work.description,
        "keywords": ", ".join(work.keywords),
        "contentUrl": urljoin(page, pictures[-1]) if pictures else page,
        "thumbnailUrl": urljoin(page, pictures[0]) if pictures else page,
        "uploadDate": work.published_at.isoformat() if work.published_at else "",
        "creator": {"@type": "Person", "name": work.creator or work.owner.name},
        "creditText": work.credit or work.owner.name,
        "copyrightNotice": work.rights,
        "license": settings.BASE_URL + reverse("licensing:terms", args=[kind]) if kind else page,
        "acquireLicensePage": page,
    }
