"""A folder for backups, and something to back up."""

from pathlib import Path

import pytest

from media.models import Work
from operation.adapters.folder import Folder
from tests import make


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "backups")


@pytest.fixture
def work(transactional_db: None) -> Work:
    """A photograph with its files, sold once."""
    make.price_book()
    work = make.photograph_on_sale(size=(640, 480))
    make.pay(make.order(works=[work]))
    return work
