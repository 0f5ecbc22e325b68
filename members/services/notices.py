"""Telling people things: on their notices page and by e-mail."""

from datetime import datetime

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils.text import Truncator
from procrastinate.contrib.django import app

from members.models import Notice, User


@transaction.atomic
def tell(*, recipient: User, text: str, url: str = "", at: datetime) -> Notice:
    """Leave a notice for `recipient` and queue it as an e-mail.

    `text`: plain sentences; `url`: the path of the page it is about, from the root.
    """
    notice = Notice.objects.create(recipient=recipient, text=text, url=url, created_at=at)
    app.configure_task("members.mail_notice", queue="mail").defer(notice_id=notice.pk)
    return notice


@transaction.atomic
def mail(*, notice_id: int, at: datetime) -> None:
    """Send a notice as an e-mail; one that was sent already is left alone."""
    notice = Notice.objects.select_for_update().select_related("recipient").get(pk=notice_id)
    if notice.mailed_at is not None or not notice.recipient.is_active:
        return
    first_line = " ".join(notice.text.split())
    link = f"\n\n{settings.BASE_URL}{notice.url}" if notice.url else ""
    send_mail(
        subject=f"{settings.COOP_NAME}: {Truncator(first_line).chars(90)}",
        message=f"{notice.text}{link}\n\n{settings.COOP_NAME}\n",
        from_email=None,
        recipient_list=[notice.recipient.email],
    )
    notice.mailed_at = at
    notice.save(update_fields=["mailed_at"])


def mark_read(*, recipient: User, at: datetime) -> int:
    """Mark all notices of `recipient` up to `at` as read; how many were new."""
    return recipient.notices.unread().filter(created_at__lte=at).update(read_at=at)
