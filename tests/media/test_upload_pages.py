"""What the upload page and its script are answered, whoever asks and however badly."""

import json
from hashlib import sha256
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from media.adapters.local_parts import local_parts
from media.models import Upload, Work
from media.rules.states import State
from members.models import User
from tests import make

pytestmark = pytest.mark.django_db
BODY = b"what the file holds"
DIGEST = sha256(BODY).hexdigest()
FILE = {
    "name": "dunes.jpg",
    "media_type": "image/jpeg",
    "size": len(BODY),
    "digests": [DIGEST],
}


def _as(user: User) -> Client:
    client = Client(headers={"Accept": "application/json"})
    client.force_login(user)
    return client


def _announce(client: Client, said: Any) -> Any:
    return client.post("/studio/uploads", json.dumps(said), content_type="application/json")


class TestAnnouncing:
    def test_answers_the_row_of_the_upload(self) -> None:
        answer = _announce(_as(make.artist()), FILE)
        assert answer.status_code == 201
        row = answer.json()
        assert (row["name"], row["state"], row["parts"], row["sent"]) == (
            "dunes.jpg",
            "uploading",
            1,
            [],
        )

    @pytest.mark.parametrize(
        "said",
        [
            None,
            [],
            "text",
            {},
            {**FILE, "digests": "abc"},
            {**FILE, "digests": [1, 2]},
            {**FILE, "digests": None},
            {**FILE, "size": "many"},
            {**FILE, "size": -1},
            {**FILE, "size": 10**30},
            {**FILE, "size": 0, "digests": []},
            {**FILE, "name": ""},
        ],
    )
    def test_refuses_nonsense_with_a_sentence(self, said: Any) -> None:
        answer = _announce(_as(make.artist()), said)
        assert answer.status_code in {413, 422}
        assert answer.json()["error"].endswith(".")
        assert not Work.objects.exists()

    def test_refuses_a_body_that_is_no_json(self) -> None:
        client = _as(make.artist())
        answer = client.post("/studio/uploads", b"\xff{", content_type="application/json")
        assert answer.status_code == 422

    def test_refuses_a_file_above_the_limit(self, settings: Any) -> None:
        settings.MAX_PHOTO_BYTES = 1_000_000
        said = {**FILE, "size": 200_000_000, "digests": [DIGEST] * 24}
        answer = _announce(_as(make.artist()), said)
        assert answer.status_code == 413
        assert answer.json() == {
            "error": "“dunes.jpg” has 200 MB. Photographs may have 1 MB at most."
        }

    def test_a_duplicate_links_to_the_first_only_where_it_may_be_seen(self) -> None:
        artist, other = make.artist(), make.artist()
        first = make.ingesting_work(owner=artist, body=BODY)
        mine, theirs = _announce(_as(artist), FILE), _announce(_as(other), FILE)
        assert mine.status_code == theirs.status_code == 409
        assert mine.json()["first"] == f"/studio/works/{first.uuid}"
        assert theirs.json()["first"] == ""

    def test_a_duplicate_of_a_published_work_links_to_its_public_page(self) -> None:
        work = make.published_work()
        digests = work.upload.digests
        said = {**FILE, "size": work.bytes, "digests": digests}
        answer = _announce(_as(make.artist()), said)
        assert answer.json()["first"] == f"/works/{work.uuid}"
        assert "already in the collection" in answer.json()["error"]


class TestOwnership:
    @pytest.mark.parametrize("path", ["parts/1", "finish", "abort"])
    def test_another_artist_finds_nothing(self, path: str) -> None:
        upload = make.upload()
        client = _as(make.artist())
        assert client.post(f"/studio/uploads/{upload.work.uuid}/{path}").status_code == 404
        assert client.post(f"/studio/uploads/{uuid4()}/{path}").status_code == 404
        assert Upload.objects.open().get() == upload

    def test_how_far_tells_of_ones_own_only(self) -> None:
        artist = make.artist()
        mine, theirs = make.upload(owner=artist), make.upload()
        answer = _as(artist).get(
            "/studio/uploads", {"id": [str(mine.work.uuid), str(theirs.work.uuid), "nonsense"]}
        )
        assert [row["id"] for row in answer.json()["uploads"]] == [str(mine.work.uuid)]

    @pytest.mark.parametrize("who", [make.buyer, make.editor, make.treasurer])
    def test_only_artists_upload(self, who: Any) -> None:
        client = _as(who())
        assert client.get("/studio/upload").status_code == 403
        assert _announce(client, FILE).status_code == 403

    def test_a_script_without_a_session_is_told_so(self) -> None:
        answer = _announce(Client(headers={"Accept": "application/json"}), FILE)
        assert (answer.status_code, answer.json()) == (401, {"error": "Please sign in."})


class TestFinishing:
    def test_sends_missing_numbers_and_then_the_row(self) -> None:
        artist = make.artist()
        client, upload = _as(artist), make.upload(owner=artist, body=BODY)
        address = f"/studio/uploads/{upload.work.uuid}"
        early = client.post(f"{address}/finish")
        assert (early.status_code, early.json()["missing"]) == (409, [1])
        signed = client.post(f"{address}/parts/1").json()
        assert Client().put(signed["url"], BODY, headers=signed["headers"]).status_code == 200
        done = client.post(f"{address}/finish")
        assert (done.status_code, done.json()["state"]) == (200, State.INGESTING)

    def test_a_part_that_does_not_exist_is_not_signed(self) -> None:
        artist = make.artist()
        upload = make.upload(owner=artist)
        answer = _as(artist).post(f"/studio/uploads/{upload.work.uuid}/parts/7")
        assert answer.status_code == 422

    def test_of_two_the_later_is_refused_with_the_first(self) -> None:
        artist = make.artist()
        late = make.upload(owner=artist, body=BODY)
        part = late.parts()[0]
        local_parts().put_part(late.work.original_key, late.token, part, BytesIO(BODY))
        make.ingesting_work(owner=make.artist(), body=BODY)
        answer = _as(artist).post(f"/studio/uploads/{late.work.uuid}/finish")
        assert answer.status_code == 409
        assert "Another member" in answer.json()["error"]


class TestThePage:
    def test_lists_what_is_under_way(self) -> None:
        artist = make.artist()
        make.upload(owner=artist, name="half sent.tif")
        make.upload(name="of somebody else.tif")
        page = _as(artist).get("/studio/upload").content.decode()
        assert "half sent.tif" in page
        assert "of somebody else" not in page

    def test_takes_one_file_without_scripts(self) -> None:
        client = _as(make.artist())
        file = SimpleUploadedFile("dunes.jpg", make.jpeg(), content_type="image/jpeg")
        answer = client.post("/studio/upload", {"file": file})
        work = Work.objects.get()
        assert work.state == State.INGESTING
        assert answer.headers["Location"] == f"/studio/works/{work.uuid}"

    def test_says_why_a_file_was_not_taken(self) -> None:
        artist = make.artist()
        make.ingesting_work(owner=artist, body=BODY)
        client = _as(artist)
        for sent, status, says in [
            ({}, 422, "Choose a file first."),
            ({"file": SimpleUploadedFile("e.jpg", b"")}, 422, "“e.jpg” is empty."),
            ({"file": SimpleUploadedFile("a.jpg", BODY)}, 409, "You have already sent this file"),
        ]:
            answer = client.post("/studio/upload", sent)
            assert answer.status_code == status
            assert says in answer.content.decode()
        assert Work.objects.count() == 1

    def test_cancels_without_scripts(self) -> None:
        artist = make.artist()
        upload = make.upload(owner=artist)
        client = Client()
        client.force_login(artist)
        answer = client.post(f"/studio/uploads/{upload.work.uuid}/abort")
        assert answer.headers["Location"] == "/studio/upload"
        assert not Work.objects.exists()
