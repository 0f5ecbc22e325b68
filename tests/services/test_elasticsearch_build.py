"""Elasticsearch is put together, or a line says what is missing."""

from pathlib import Path

import pytest

from services.cache import CannotBuild
from services.elasticsearch import build


class TestBuilt:
    def test_names_in_one_line_what_to_install(
        self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
    ) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        monkeypatch.setenv("SERVICES_CACHE", str(tmp_path))
        with pytest.raises(CannotBuild, match=r"apt-get install maven openjdk-17") as fault:
            build.built()
        assert "\n" not in str(fault.value)

    def test_keeps_the_transport_out_of_the_server_s_own_modules(self) -> None:
        made = build.built()
        assert not list((made / "lib").glob("*netty*"))
        homes = {home.parent.name for home in made.glob("modules/*/plugin-descriptor.properties")}
        assert homes == {"analysis-common", "transport-netty4"}
