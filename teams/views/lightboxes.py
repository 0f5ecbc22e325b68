"""Pages of lightboxes, and the button that collects a work."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from media.models import Work
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused
from stockcoop.kernel.web import page_of
from teams.forms import CollectForm, LightboxForm, NewLightboxForm, NoteForm
from teams.models import Collected, Lightbox, Team
from teams.services import lightboxes
from teams.views.asking import asker


@audience("account")
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The asker's lightboxes; POST begins one."""
    form = NewLightboxForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name = form.cleaned_data["name"]
        box = lightboxes.begin(name=name, owner=asker(request), at=timezone.now())
        return redirect("teams:lightbox", box.uuid)
    boxes = Lightbox.objects.of(asker(request)).select_related("owner", "team")
    page = page_of(request, boxes, per=24)
    shelves = [(box, list(box.collected.present()[:4])) for box in page]
    context = {"page": page, "shelves": shelves, "form": form}
    status = 422 if form.is_bound else 200
    return render(request, "teams/lightboxes.html", context, status=status)


@audience("account")
@require_safe
def lightbox(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """What is in a lightbox, in order."""
    box = _own(request, uuid)
    return _page(request, box, LightboxForm.of(box, Team.objects.of(asker(request))))


@audience("account")
@require_POST
def describe(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Set a lightbox's name and notes, and who shares it."""
    box = get_object_or_404(Lightbox.objects.owned_by(asker(request)), uuid=uuid)
    form = LightboxForm(request.POST, teams=Team.objects.of(asker(request)))
    if not form.is_valid():
        return _page(request, box, form, status=422)
    lightboxes.describe(lightbox=box, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect("teams:lightbox", uuid)


@audience("account")
@require_POST
def share(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Make the link for people without an account, or end it."""
    box = get_object_or_404(Lightbox.objects.owned_by(asker(request)), uuid=uuid)
    if "revoke" in request.POST:
        lightboxes.unshare(lightbox=box)
        messages.info(request, "The link leads nowhere any more.")
    else:
        lightboxes.share(lightbox=box)
    return redirect("teams:lightbox", uuid)


@audience("anyone")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def collect(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Put a work into a lightbox: by one press into the one used last, or by a page that asks.

    Who is not signed in signs in first.
    """
    work = get_object_or_404(Work.objects.published().with_renditions(), uuid=uuid)
    here = reverse("teams:collect", args=[uuid])
    if not request.user.is_authenticated:
        to_login = redirect_to_login(here)
        if request.headers.get("HX-Request"):
            return HttpResponse(headers={"HX-Redirect": to_login.url})
        return to_login
    boxes = Lightbox.objects.of(asker(request))
    if request.method != "POST":
        return render(request, "teams/collect.html", {"work": work, "form": CollectForm(boxes)})
    form = CollectForm(boxes, request.POST)
    if not form.is_valid():
        return render(request, "teams/collect.html", {"work": work, "form": form}, status=422)
    chosen = form.cleaned_data.get("box")
    box = lightboxes.collect(user=asker(request), work=work, lightbox=chosen, at=timezone.now())
    if request.headers.get("HX-Request"):
        return render(request, "teams/parts/collected.html", {"box": box, "work": work})
    messages.success(request, f"“{work.title}” is in “{box.name}”.")
    return redirect("teams:lightbox", box.uuid)


@audience("account")
@require_POST
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move a work in its lightbox, take it out, put it back, or note something beside it."""
    boxes = Lightbox.objects.of(asker(request)).values("pk")
    mine = Collected.objects.filter(lightbox__in=boxes).select_related("lightbox", "work")
    row = get_object_or_404(mine, pk=pk)
    page = reverse("teams:lightbox", args=[row.lightbox.uuid])
    if "remove" in request.POST:
        lightboxes.take_out(collected=row, at=timezone.now())
        return redirect(f"{page}?removed={row.pk}")
    if "undo" in request.POST:
        lightboxes.put_back(collected=row)
    elif "note" in request.POST:
        form = NoteForm(request.POST)
        if not form.is_valid():
            raise Refused("A note has up to 300 characters.", status=422)
        lightboxes.note(collected=row, text=form.cleaned_data["note"])
    elif request.POST.get("place", "").isdecimal():
        lightboxes.move(collected=row, place=int(request.POST["place"][:9]))
    return redirect(f"{page}#work-{row.pk}")


@audience("anyone")
@never_cache
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """A lightbox for who has its link: public pictures, and nothing to change."""
    box = get_object_or_404(Lightbox.objects.select_related("owner"), share_token=token)
    rows = [row for row in box.collected.present() if row.work.is_published]
    response = render(request, "teams/shared.html", {"box": box, "rows": rows})
    # The address is the key: no other site is to learn it from a link, no machine to list it.
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def _own(request: HttpRequest, uuid: UUID) -> Lightbox:
    boxes = Lightbox.objects.of(asker(request)).select_related("owner", "team")
    return get_object_or_404(boxes, uuid=uuid)


def _page(
    request: HttpRequest, box: Lightbox, form: LightboxForm, status: int = 200
) -> HttpResponse:
    removed = None
    if request.GET.get("removed", "").isdecimal():
        gone = box.collected.exclude(removed_at=None).select_related("work")
        removed = gone.filter(pk=int(request.GET["removed"][:18])).first()
    link = ""
    if box.share_token:
        link = request.build_absolute_uri(reverse("teams:shared", args=[box.share_token]))
    rows = list(box.collected.present())
    places = enumerate(rows)
    context: dict[str, Any] = {
        "box": box,
        "form": form,
        "owned": box.owner == request.user,
        "rows": [(row, place - 1, place + 1) for place, row in places],
        "last": len(rows) - 1,
        "removed": removed,
        "link": link,
    }
    return render(request, "teams/lightbox.html", context, status=status)
