"""The buyer's licences: library, certificate, download; and the public check of a number."""

from django.http import FileResponse, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe
from django_htmx.http import HttpResponseClientRefresh

from licensing.forms import CertificateForm, DownloadForm
from licensing.models import Licence
from licensing.rules import numbers
from licensing.rules.numbers import BadNumber
from licensing.services import certificates, downloads, upgrades
from licensing.services.downloads import NotReady
from licensing.views import sold
from licensing.views.sessions import buyer_of
from media.rules.wishes import Colours, FileKind, Wish
from media.services import traces
from members.models import User
from stockcoop.kernel import files
from stockcoop.kernel.access import audience
from stockcoop.kernel.web import page_of, words_of


@audience("account")
@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """All licences of the buyer, searchable."""
    words = words_of(request)
    rows = Licence.objects.seen_by(buyer_of(request)).matching(words)
    rows = rows.prefetch_related("line__work__renditions")
    context = {"page": page_of(request, rows, per=24), "words": words}
    return render(request, "licensing/licences.html", context)


@audience("account")
@require_safe
def licence(request: HttpRequest, number: str) -> HttpResponse:
    """One licence: what it covers, its file, its certificate, its downloads."""
    shown = _own(request, number)
    if request.htmx:  # type: ignore[attr-defined]
        return _making(request, shown)
    return _page(request, shown, DownloadForm(kinds=downloads.kinds(shown)))


@audience("account")
@require_safe
def certificate(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as a page to print."""
    shown = _own(request, number)
    context = {"licence": shown, "certificate": certificates.of(shown)}
    return render(request, "licensing/certificate.html", context)


@audience("account")
@require_safe
def download(request: HttpRequest, number: str) -> HttpResponseBase:
    """The file in the size bought, as the query asks for it; each download is recorded.

    Who asks for a clip that has to be made first is sent to its page.
    """
    shown = _own(request, number)
    kinds = downloads.kinds(shown)
    form = DownloadForm(request.GET or _defaults(kinds), kinds=kinds)
    if kinds and not form.is_valid():
        return _page(request, shown, form, status=422)
    wish = form.wish if kinds else Wish()
    try:
        delivery = downloads.hand_out(licence=shown, wish=wish, at=timezone.now())
    except NotReady:
        return redirect("licensing:licence", shown.number)
    if delivery.file is None:
        return files.private(delivery.key, media_type=delivery.media_type, name=delivery.name)
    return FileResponse(
        delivery.file,
        as_attachment=True,
        filename=delivery.name,
        content_type=delivery.media_type,
    )


@audience("anyone")
@require_safe
def verify(request: HttpRequest) -> HttpResponse:
    """What the licence of a number covers, without saying who holds it."""
    typed = request.GET.get("number", "").strip()[:60]
    context: dict[str, object] = {"typed": typed, "certificate_form": CertificateForm()}
    status = 200
    if typed:
        try:
            number = numbers.parse(typed)
        except BadNumber as refusal:
            context["refusal"], status = refusal, refusal.status
        else:
            found = Licence.objects.with_line().filter(number=number).first()
            status = 200 if found else 404
            context |= {"number": number, "licence": found}
            if found:
                context["certificate"] = certificates.of(found)
                if isinstance(request.user, User):
                    context["ways"] = sold.ways(found, request.user)
    return render(request, "licensing/verify.html", context, status=status)


def _defaults(kinds: list[FileKind]) -> dict[str, str]:
    """What a plain link to the file asks for."""
    return {"kind": kinds[0].value, "colours": Colours.SRGB.value} if kinds else {}


def _making(request: HttpRequest, shown: Licence) -> HttpResponse:
    """How far the making of the file is; once it has ended, the whole page anew."""
    readiness = downloads.readiness(shown)
    if not (shown.is_valid and readiness.is_waiting):
        return HttpResponseClientRefresh()
    context = {"licence": shown, "readiness": readiness}
    return render(request, "licensing/parts/making.html", context)


def _page(
    request: HttpRequest, shown: Licence, form: DownloadForm, *, status: int = 200
) -> HttpResponse:
    context = {
        "licence": shown,
        "certificate": certificates.of(shown),
        "upgradable": not upgrades.obstacle(shown, at=timezone.now())
        and shown.line.work.is_published,
        "downloads": shown.downloads.order_by("-at")[:20],
        "traced": traces.is_traced(shown.line.work),
        "readiness": downloads.readiness(shown),
        "form": form,
    }
    return render(request, "licensing/licence.html", context, status=status)


def _own(request: HttpRequest, number: str) -> Licence:
    return get_object_or_404(Licence.objects.seen_by(buyer_of(request)), number=number)
