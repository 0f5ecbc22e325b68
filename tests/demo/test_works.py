"""Painting happens in processes that know nothing of Django."""

import subprocess
import sys

from demo.seed.works import Painted
from stockcoop.env import ROOT


def test_a_painter_needs_no_django() -> None:
    script = "import sys, demo.darkroom; sys.exit('django' in sys.modules)"
    result = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False, timeout=60)
    assert result.returncode == 0


def test_there_are_forty_eight_pictures_and_a_clip() -> None:
    assert len(Painted(ROOT / "var" / "nowhere")) == 49
