"""Two works that show the same picture are shown to the editor beside each other."""

import io

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageEnhance

from media.adapters.likeness import look_hash
from media.models import Work
from media.services import works
from media.services.queue import ALIKE_BITS, lookalikes
from tests import make


def _scene(seed: int) -> Image.Image:
    small = np.random.default_rng(seed).integers(0, 256, (6, 9, 3), dtype=np.uint8)
    return Image.fromarray(small).resize((900, 600), Image.Resampling.BICUBIC)


def _differing(one: Image.Image, other: Image.Image) -> int:
    return ((look_hash(one) ^ look_hash(other)) & (2**64 - 1)).bit_count()


class TestTheHash:
    def test_survives_what_the_same_picture_goes_through(self) -> None:
        scene, out = _scene(1), io.BytesIO()
        scene.resize((450, 300)).save(out, "JPEG", quality=50)
        again = ImageEnhance.Brightness(Image.open(out)).enhance(0.9)
        assert _differing(scene, again) <= ALIKE_BITS

    def test_tells_pictures_apart(self) -> None:
        scenes = [_scene(seed) for seed in range(20)]
        near = [
            (a, b)
            for a in range(20)
            for b in range(a)
            if _differing(scenes[a], scenes[b]) <= ALIKE_BITS
        ]
        assert near == []


@pytest.mark.django_db
class TestLookalikes:
    def test_are_found_by_their_bits_the_nearest_first(self) -> None:
        asked, near, nearer, far = (make.submitted_work() for _ in range(4))
        for work, bits in ((asked, -1), (near, -1 ^ 0b111), (nearer, -1 ^ 1), (far, 0)):
            Work.objects.filter(pk=work.pk).update(look_hash=bits)
            work.refresh_from_db()
        assert lookalikes(asked) == [nearer, near]

    def test_are_not_what_was_given_up_or_is_nobody_elses_business(self) -> None:
        asked, gone, _draft = make.submitted_work(), make.submitted_work(), make.draft()
        Work.objects.update(look_hash=5)
        works.withdraw(work=gone, at=make.LONG_AGO)
        asked.refresh_from_db()
        assert lookalikes(asked) == []

    def test_of_a_work_from_before_there_was_a_hash_are_none(self) -> None:
        assert lookalikes(make.submitted_work()) == []

    def test_are_shown_to_the_editor(self, client: Client) -> None:
        asked, other = make.submitted_work(), make.submitted_work()
        Work.objects.update(look_hash=5)
        client.force_login(make.editor())
        page = client.get(reverse("media:review", args=[asked.uuid])).content.decode()
        assert "Looks like" in page
        assert reverse("media:review", args=[other.uuid]) in page
