"""The watermark as it is set, on samples; and the search for traces in a file that was found."""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods, require_safe

from media.forms import OpacityForm, TraceForm
from media.services import marks, traces
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused


@audience("board", "editor")
@require_GET
def watermark(request: HttpRequest) -> HttpResponse:
    """Samples under the watermark, with another opacity if `?opacity=` asks for it."""
    opacity = _opacity(request)
    form = OpacityForm(initial={"opacity": opacity})
    context = {
        "form": form,
        "opacity": opacity,
        "is_set": opacity == settings.WATERMARK_OPACITY,
        "text": settings.WATERMARK_TEXT,
        "logo": settings.WATERMARK_LOGO,
        "samples": marks.SAMPLES,
    }
    return render(request, "media/watermark.html", context)


@audience("board", "editor")
@require_safe
def sample(request: HttpRequest, name: str) -> HttpResponse:
    """One sample as a JPEG."""
    if name not in marks.SAMPLES:
        raise Http404
    data = marks.sample(name=name, opacity=_opacity(request))
    return HttpResponse(data, content_type="image/jpeg")


@audience("board")
@require_http_methods(["GET", "POST"])
def trace(request: HttpRequest) -> HttpResponse:
    """Send a file that was found somewhere, and learn which of our files it was made from."""
    sent = request.method == "POST"
    form = TraceForm(request.POST, request.FILES) if sent else TraceForm()
    context: dict[str, Any] = {"form": form}
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            context["findings"] = _findings(form)
        except Refused as error:
            context["refusal"], status = error, error.status
    return render(request, "media/trace.html", context, status=status)


def _opacity(request: HttpRequest) -> int:
    """What was asked for if that is an opacity, else what is set."""
    form = OpacityForm(request.GET)
    return form.cleaned_data["opacity"] if form.is_valid() else settings.WATERMARK_OPACITY


def _findings(form: TraceForm) -> list[traces.Finding]:
    with TemporaryDirectory(prefix="found-") as folder:
        path = Path(folder) / "found"
        _write(path, form.file_found())
        return [traces.find(path=path, work=work) for work in form.works()]


def _write(path: Path, file: "UploadedFile[bytes]") -> None:
    with path.open("wb") as target:
        target.writelines(file.chunks())
