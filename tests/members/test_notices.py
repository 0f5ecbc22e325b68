"""Notices: on the page, and by e-mail once."""

from datetime import timedelta

import pytest
from django.core import mail

from members.models import Notice
from members.services import notices
from tests import make
from tests.jobs import run_jobs

LATER = make.LONG_AGO + timedelta(days=3)


@pytest.mark.django_db(transaction=True)
def test_a_notice_goes_out_by_e_mail_from_the_worker(settings: object) -> None:
    reader = make.user()
    notices.tell(recipient=reader, text="Your work\nis published.", url="/notices", at=LATER)
    run_jobs()
    [message] = mail.outbox
    assert message.to == [reader.email]
    assert message.subject == "stockcoop: Your work is published."
    assert "/notices" in message.body
    assert Notice.objects.get().mailed_at is not None


@pytest.mark.django_db
class TestMailing:
    def test_happens_once_however_often_the_job_runs(self) -> None:
        notice = notices.tell(recipient=make.user(), text="Hello.", at=LATER)
        for _ in range(2):
            notices.mail(notice_id=notice.pk, at=LATER)
        assert len(mail.outbox) == 1

    def test_leaves_closed_accounts_alone(self) -> None:
        reader = make.user()
        notice = notices.tell(recipient=reader, text="Hello.", at=LATER)
        reader.is_active = False
        reader.save()
        notices.mail(notice_id=notice.pk, at=LATER)
        assert mail.outbox == []


@pytest.mark.django_db
def test_reading_marks_what_had_come_by_then() -> None:
    reader = make.user()
    notices.tell(recipient=reader, text="Old.", at=LATER)
    notices.tell(recipient=reader, text="New.", at=LATER + timedelta(minutes=1))
    assert notices.mark_read(recipient=reader, at=LATER) == 1
    assert reader.notices.unread().get().text == "New."
