"""The mark over a picture."""

import pytest

from media.adapters.watermark import Mark, layer


@pytest.mark.parametrize(
    ("name", "other"),
    [("Atlas", "Altas"), ("写真", "組合"), ("Фото", "Кино"), ("مصور", "كتاب"), ("ภาพ", "ถ่าย")],
)
def test_has_letters_for_a_name_in_any_script(name: str, other: str) -> None:
    """Boxes for missing letters would look alike."""
    one, two = (layer((600, 400), Mark(text, 100)) for text in (name, other))
    assert one.getbbox() is not None
    assert one.tobytes() != two.tobytes()
