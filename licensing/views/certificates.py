"""Signed certificates, the public keys that they are checked by, and the check itself."""

import inspect

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from licensing.adapters import verify_certificate
from licensing.forms import CertificateForm
from licensing.models import IssuedCertificate, Licence
from licensing.services import certificate_checks, certificate_keys, issuing
from licensing.views.sessions import buyer_of
from stockcoop.kernel.access import audience
from stockcoop.kernel.errors import Refused

_MOST_SENT = 32 * 2**20


class TooMuch(Refused):
    """More was sent than is looked at."""

    status = 413


@audience("account")
@require_safe
def pdf(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as a PDF with its signed text inside; the same bytes until a fact is new."""
    content = bytes(_issued(request, number).pdf)
    return _file(content, "application/pdf", f'inline; filename="licence-{number}.pdf"')


@audience("account")
@require_safe
def signed_json(request: HttpRequest, number: str) -> HttpResponse:
    """The certificate as signed JSON: what lies in the PDF."""
    content = issuing.as_json(_issued(request, number))
    return _file(content, "application/json", f'attachment; filename="licence-{number}.json"')


@audience("anyone")
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """All public keys that ever signed certificates, each vouched for by the one before it."""
    return HttpResponse(certificate_keys.published(), content_type="application/json")


@audience("anyone")
@require_safe
def checker(request: HttpRequest) -> HttpResponse:
    """The program that checks a certificate without this site: the very one that it uses itself."""
    source = inspect.getsource(verify_certificate).encode()
    name = 'attachment; filename="verify_certificate.py"'
    return _file(source, "text/x-python; charset=utf-8", name)


@audience("anyone")
@csrf_exempt  # nothing is changed, and what is too long is refused before any of it is read
@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Whether a certificate, as PDF or JSON, is genuine and still counts; nothing is kept."""
    if request.method != "POST":
        return render(request, "licensing/verify.html", {"certificate_form": CertificateForm()})
    if int(request.META.get("CONTENT_LENGTH") or 0) > _MOST_SENT:
        raise TooMuch(
            "That is more than 32 MB. Work out the SHA-256 of a large file yourself and paste it."
        )
    form = CertificateForm(request.POST, request.FILES)
    context: dict[str, object] = {"certificate_form": form}
    if form.is_valid():
        context["checked"] = certificate_checks.check(data=form.content(), sha256=form.digest())
    status = 200 if form.is_valid() else 422
    return render(request, "licensing/verify.html", context, status=status)


def _issued(request: HttpRequest, number: str) -> IssuedCertificate:
    own = get_object_or_404(Licence.objects.seen_by(buyer_of(request)), number=number)
    return issuing.issue(licence=own, at=timezone.now())


def _file(content: bytes, content_type: str, disposition: str) -> HttpResponse:
    headers = {"Content-Disposition": disposition}
    return HttpResponse(content, content_type=content_type, headers=headers)
