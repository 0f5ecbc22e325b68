"""The upload page, and what its script asks: announce, sign, finish, abort, how far."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from media.forms import ACCEPTED, AnnounceForm, FileForm
from media.models import Upload, Work
from media.rules.parts import PART_BYTES, StorageDown
from media.rules.states import State
from media.services import uploads
from media.views import signed_in
from members.models import User
from stockcoop.kernel.access import audience, wants_json
from stockcoop.kernel.errors import Refused

MOST_ASKED = 100


@audience("artist")
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Choose or drop files; POST takes one whole file from a browser without scripts."""
    sent = request.method == "POST"
    form = FileForm(request.POST, request.FILES) if sent else FileForm()
    refusal = None
    if form.is_valid():
        file = form.file_sent()
        try:
            work = uploads.take(
                owner=signed_in(request),
                file=file,
                name=file.name or "",
                media_type=file.content_type or "",
                at=timezone.now(),
            )
        except Refused as error:
            refusal = error
        else:
            messages.success(request, f"“{work}” has arrived and is being checked.")
            return redirect("media:work", work.uuid)
    status = refusal.status if refusal else 422 if form.errors else 200
    return render(request, "media/upload.html", _page(request, form, refusal), status=status)


@audience("artist")
@require_http_methods(["GET", "POST"])
def collection(request: HttpRequest) -> JsonResponse:
    """GET `?id=…&id=…`: how far these uploads are. POST: announce a file."""
    if request.method == "GET":
        return JsonResponse({"uploads": [_row(upload) for upload in _asked(request)]})
    form = AnnounceForm.of_json(request.body)
    if not form.is_valid():
        raise uploads.BadFile("This file was announced in a way that cannot be read.")
    try:
        upload = uploads.begin(owner=signed_in(request), at=timezone.now(), **form.cleaned_data)
    except uploads.AlreadyHere as error:
        return _already_here(request, error)
    return JsonResponse(_row(upload), status=201)


@audience("artist")
@require_POST
def sign(request: HttpRequest, uuid: UUID, number: int) -> JsonResponse:
    """Leave to send one part."""
    signed = uploads.sign_part(upload=_own(request, uuid), number=number, at=timezone.now())
    return JsonResponse({"url": signed.url, "headers": signed.headers})


@audience("artist")
@require_POST
def finish(request: HttpRequest, uuid: UUID) -> JsonResponse:
    """All parts were sent: put them together. 409 names parts that are missing."""
    upload = _own(request, uuid)
    try:
        uploads.finish(upload=upload, at=timezone.now())
    except uploads.AlreadyHere as error:
        return _already_here(request, error)
    except uploads.Incomplete as error:
        return JsonResponse({"error": error.message, "missing": error.missing}, status=409)
    return JsonResponse(_row(_own(request, uuid)))


@audience("artist")
@require_POST
def abort(request: HttpRequest, uuid: UUID) -> HttpResponse:
    """Forget an upload; a browser without scripts goes back to the page."""
    uploads.abort(upload=_own(request, uuid))
    return HttpResponse(status=204) if wants_json(request) else redirect("media:upload")


def _own(request: HttpRequest, uuid: UUID) -> Upload:
    mine = Upload.objects.owned_by(signed_in(request)).select_related("work")
    return get_object_or_404(mine, work__uuid=uuid)


def _asked(request: HttpRequest) -> list[Upload]:
    uuids = []
    for text in request.GET.getlist("id")[:MOST_ASKED]:
        try:
            uuids.append(UUID(text))
        except ValueError:
            continue
    mine = Upload.objects.owned_by(signed_in(request)).filter(work__uuid__in=uuids)
    return list(mine.select_related("work").prefetch_related("work__renditions"))


def _page(request: HttpRequest, form: FileForm, refusal: Refused | None) -> dict[str, Any]:
    going = Upload.objects.open().owned_by(signed_in(request)).select_related("work")
    return {
        "form": form,
        "refusal": refusal,
        "interrupted": [_row(upload) for upload in going],
        "accepted": ACCEPTED,
        "part_bytes": PART_BYTES,
        "longest_photo": settings.MAX_PHOTO_BYTES,
        "longest_video": settings.MAX_VIDEO_BYTES,
    }


def _row(upload: Upload) -> dict[str, Any]:
    """One upload as its row shows it. `sent`: numbers of the parts that have arrived."""
    work = upload.work
    pictures = work.sources("webp") if work.state not in {State.UPLOADING, State.INGESTING} else []
    return {
        "id": str(work.uuid),
        "name": work.original_name,
        "size": work.bytes,
        "state": work.state,
        "parts": len(upload.digests),
        "sent": _sent(upload) if upload.finished_at is None else [],
        "read": upload.read_percent,
        "url": reverse("media:work", args=[work.uuid]),
        "picture": pictures[0][0] if pictures else "",
        "refusal": work.refusal,
    }


def _sent(upload: Upload) -> list[int]:
    try:
        return [part.number for part in uploads.arrived(upload=upload)]
    except (uploads.Ended, StorageDown):
        return []


def _already_here(request: HttpRequest, error: uploads.AlreadyHere) -> JsonResponse:
    """The refusal, with the address of the first one where the asker may see it."""
    return JsonResponse(
        {"error": error.message, "first": _address_for(signed_in(request), error.first)},
        status=error.status,
    )


def _address_for(asker: User, work: Work) -> str:
    if work.owner_id == asker.pk:
        return reverse("media:work", args=[work.uuid])
    return reverse("licensing:work", args=[work.uuid]) if work.is_published else ""
