"""The import contract holds, and each part of it fails on a violation planted in a copy."""

import shutil
import subprocess
import sys
from pathlib import Path

import grimp
import pytest

from stockcoop.packages import PACKAGES

ROOT = Path(__file__).resolve().parents[2]
PUBLIC = {"rules", "models", "services"}

PLANTED = {
    "Packages: imports point down": ("members/services/__init__.py", "import royalties.apps\n"),
    "Modules: the same names in the same order": ("ledger/helpers.py", "SPARE = 1\n"),
    "Rules are pure, even indirectly": ("members/rules/planted.py", "import members.models\n"),
    "Outside clients only in adapters": ("members/services/planted.py", "import PIL\n"),
    "Servers for tests know nothing of the site": ("services/cache.py", "import stockcoop.env\n"),
}


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_program_keeps_the_contract() -> None:
    result = lint(ROOT)
    assert result.returncode == 0, result.stdout


@pytest.fixture(scope="module")
def copy_with_violations(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("planted")
    shutil.copy(ROOT / "pyproject.toml", copy)
    for package in (*PACKAGES, "operation", "stockcoop", "demo", "services"):
        shutil.copytree(
            ROOT / package, copy / package, ignore=shutil.ignore_patterns("__pycache__")
        )
    for name, line in PLANTED.values():
        with (copy / name).open("a") as file:
            file.write(line)
    return copy


def test_each_contract_fails_on_a_planted_violation(copy_with_violations: Path) -> None:
    result = lint(copy_with_violations)
    assert result.returncode != 0
    broken = [line for line in result.stdout.splitlines() if " BROKEN" in line]
    for contract in PLANTED:
        assert any(line.startswith(contract) for line in broken), (contract, result.stdout)


def private_uses(graph: grimp.ImportGraph) -> list[str]:
    """Imports of a neighbour's views, forms, jobs, adapters and the like."""
    found = []
    for package in PACKAGES:
        for importer in sorted(graph.find_descendants(package)):
            for imported in sorted(graph.find_modules_directly_imported_by(importer)):
                owner, _, rest = imported.partition(".")
                part = rest.split(".")[0]
                if owner in PACKAGES and owner != package and part not in PUBLIC:
                    found.append(f"{importer} -> {imported}")
    return found


class TestNeighbours:
    def test_use_only_services_models_and_rules(self) -> None:
        assert private_uses(grimp.build_graph(*PACKAGES)) == []

    def test_are_named_when_they_reach_further(self) -> None:
        graph = grimp.ImportGraph()
        for module in (*PACKAGES, "royalties.services", "media.adapters", "media.models"):
            graph.add_module(module)
        graph.add_import(importer="royalties.services", imported="media.adapters")
        graph.add_import(importer="royalties.services", imported="media.models")
        assert private_uses(graph) == ["royalties.services -> media.adapters"]
