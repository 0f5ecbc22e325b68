"""Applications: submitted, decided, withdrawn."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction

from members.adapters.portfolio import BadPicture
from members.models import AdmissionTerms, Application, Membership, Notice, PortfolioImage, User
from members.services import applications, establish, memberships
from tests import make
from tests.make.members import CLASSES

LATER = make.LONG_AGO + timedelta(days=3)


def submit(applicant: User, *files: SimpleUploadedFile, code: str = "C") -> Application:
    return applications.submit(
        applicant=applicant,
        share_class=make.share_class(code),
        statement="The sea.",
        files=files,
        at=LATER,
    )


def stored(tmp_path: Path) -> list[Path]:
    return [path for path in (tmp_path / "originals").rglob("*") if path.is_file()]


@pytest.mark.django_db
class TestSubmitting:
    def test_keeps_small_private_copies_and_tells_the_board(self) -> None:
        board = make.board()
        application = submit(
            make.user(), make.picture(size=(3000, 2000)), make.picture(colour="red")
        )
        images = list(application.images.all())
        assert [(image.width, image.height) for image in images] == [(1600, 1067), (640, 480)]
        assert storages["originals"].exists(images[0].key)
        assert Notice.objects.filter(recipient=board, text__contains="applies to join").exists()

    def test_needs_images_of_an_artist_within_the_terms(self) -> None:
        with pytest.raises(applications.WrongPortfolio, match="at least 1"):
            submit(make.user())
        with pytest.raises(applications.WrongPortfolio, match="at most 10"):
            submit(make.user(), *[make.picture()] * 11)

    def test_needs_no_images_of_others(self) -> None:
        assert submit(make.user(), code="B").images.count() == 0

    def test_refuses_an_image_that_comes_twice(self) -> None:
        with pytest.raises(applications.WrongPortfolio, match="twice"):
            submit(make.user(), make.picture(), make.picture())

    def test_keeps_nothing_when_one_file_is_bad(self, tmp_path: Path) -> None:
        bad = SimpleUploadedFile("notes.jpg", b"hello")
        with pytest.raises(BadPicture, match=r"notes\.jpg"):
            submit(make.user(), make.picture(), bad)
        assert not Application.objects.exists()
        assert stored(tmp_path) == []

    def test_twice_is_refused_and_keeps_nothing_of_the_second(self, tmp_path: Path) -> None:
        applicant = make.user()
        submit(applicant, make.picture())
        with pytest.raises(applications.CannotApply, match="already"):
            submit(applicant, make.picture())
        assert len(stored(tmp_path)) == PortfolioImage.objects.count() == 1

    def test_is_refused_to_a_member(self) -> None:
        with pytest.raises(applications.CannotApply, match="member"):
            submit(make.artist(), make.picture())


@pytest.mark.django_db
class TestDeciding:
    def test_admits_into_the_class_the_board_chooses(self) -> None:
        application = make.application()
        membership = applications.admit(
            application=application, share_class=make.share_class("A"), by=make.board(), at=LATER
        )
        assert membership.share_class.code == "A"
        assert application.state == Application.State.ADMITTED

    def test_declines_with_a_reason_that_the_applicant_reads(self) -> None:
        application = make.application()
        applications.decline(
            application=application, reason=" Too few. ", by=make.board(), at=LATER
        )
        notice = Notice.objects.get(recipient=application.applicant)
        assert notice.text == "The board declined your application: Too few."

    def test_declines_never_without_a_reason(self) -> None:
        application = make.application()
        with pytest.raises(applications.ReasonMissing):
            applications.decline(application=application, reason=" ", by=make.board(), at=LATER)

    def test_happens_once(self) -> None:
        application, board = make.application(), make.board()
        applications.decline(application=application, reason="No.", by=board, at=LATER)
        with pytest.raises(applications.NotWaiting):
            applications.admit(
                application=application, share_class=make.share_class(), by=board, at=LATER
            )
        assert not Membership.objects.filter(user=application.applicant).exists()

    def test_is_never_for_oneself(self) -> None:
        application = make.application()
        with pytest.raises(memberships.OwnAdmission):
            applications.decline(
                application=application, reason="x", by=application.applicant, at=LATER
            )

    def test_leaves_the_way_open_to_apply_again(self) -> None:
        application = make.application()
        applications.decline(application=application, reason="No.", by=make.board(), at=LATER)
        assert submit(application.applicant, make.picture()).state == Application.State.WAITING

    def test_is_over_when_withdrawn(self) -> None:
        application = make.application()
        applications.withdraw(applicant=application.applicant, at=LATER)
        with pytest.raises(applications.NotWaiting):
            applications.withdraw(applicant=application.applicant, at=LATER)
        with pytest.raises(applications.NotWaiting):
            applications.decline(application=application, reason="No.", by=make.board(), at=LATER)


@pytest.mark.django_db
class TestPortfolios:
    def test_are_seen_by_the_applicant_and_the_board_alone(self) -> None:
        application = make.application()
        image = application.images.get()
        for viewer, sees in (
            (application.applicant, True),
            (make.board(), True),
            (make.artist(), False),
            (make.editor(), False),
            (make.user(), False),
        ):
            assert PortfolioImage.objects.visible_to(viewer).filter(pk=image.pk).exists() == sees


@pytest.mark.django_db
class TestTerms:
    def test_change_from_a_day_on(self) -> None:
        make.share_class()
        changed = {**CLASSES, "admission": {"least_images": 5, "most_images": 20}}
        for _ in range(2):
            establish.establish({"members": changed}, at=LATER)
        assert AdmissionTerms.objects.count() == 2
        assert AdmissionTerms.objects.in_force(make.LONG_AGO).most_images == 10
        assert AdmissionTerms.objects.in_force(LATER).most_images == 20

    @pytest.mark.parametrize(("least", "most"), [(3, 2), (0, 0)])
    def test_that_make_no_sense_are_refused_by_the_database(self, least: int, most: int) -> None:
        terms = AdmissionTerms(in_force_from=LATER, least_images=least, most_images=most)
        with pytest.raises(IntegrityError, match="in_order"), transaction.atomic():
            terms.save()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("change", "because"),
    [
        ({"state": "declined"}, "application_decided_by_somebody"),
        ({"state": "odd"}, "application_decided_by_somebody"),
        ({"state": "declined", "decided_at": LATER, "by": "board"}, "declined_with_a_reason"),
        ({"state": "admitted", "decided_at": LATER, "by": "self"}, "nobody_decides_their_own"),
    ],
)
def test_the_database_refuses_a_decision_that_nobody_could_make(
    change: dict[str, Any], because: str
) -> None:
    application = make.application()
    deciders = {"board": make.board(), "self": application.applicant}
    change = dict(change)
    if "by" in change:
        change["decided_by"] = deciders[change.pop("by")]
    with pytest.raises(IntegrityError, match=because), transaction.atomic():
        Application.objects.update(**change)


@pytest.mark.django_db
def test_the_database_refuses_a_second_waiting_application() -> None:
    first = make.application()
    second = Application(
        applicant=first.applicant,
        share_class=first.share_class,
        statement="Again.",
        submitted_at=LATER,
    )
    with pytest.raises(IntegrityError, match="one_waiting"), transaction.atomic():
        second.save()
