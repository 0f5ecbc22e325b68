"""By-laws to begin with: fragments of a co-op's file, laid over it by `manage.py establish`."""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NAMES = tuple(sorted(file.stem for file in FOLDER.glob("*.toml")))


def laid_over(data: Mapping[str, Any], name: str) -> dict[str, Any]:
    """`data` with the articles of the preset `name` in place of those of the same name.

    Articles that `data` does not have come last, in the order of the preset.
    """
    preset = tomllib.loads((FOLDER / f"{name}.toml").read_text(encoding="utf-8"))
    given = {article["name"]: article for article in preset["governance"]["bylaws"]}
    articles = [given.pop(a["name"], a) for a in data["governance"]["bylaws"]]
    governance = {**data["governance"], "bylaws": [*articles, *given.values()]}
    return {**data, "governance": governance}
