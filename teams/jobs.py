"""Background work of teams; each task may run twice."""

from django.utils import timezone
from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from teams.services import invitations

BACKOFF = RetryStrategy(max_attempts=6, exponential_wait=4)


@app.task(name="teams.mail_invitation", queue="mail", retry=BACKOFF)
def mail_invitation(invitation_id: int) -> None:
    """Send the link of an invitation."""
    invitations.mail(invitation_id=invitation_id, at=timezone.now())
