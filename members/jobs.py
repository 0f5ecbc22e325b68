"""Work that members' services leave to the worker."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from members.services import notices


@app.task(
    name="members.mail_notice",
    queue="mail",
    retry=RetryStrategy(max_attempts=8, exponential_wait=3),
)
def mail_notice(notice_id: int) -> None:
    """Send one notice by e-mail; a second run finds it sent."""
    notices.mail(notice_id=notice_id, at=timezone.now())
