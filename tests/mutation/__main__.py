"""What became of the mutants of the last `mutmut run`: `python -m tests.mutation`.

A line for each that lived, one per package, and not zero when less than 95 % of a package's died,
or when `equivalent.toml` names one that is dead or not there any more.
"""

import sys
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mutmut.mutation.data import SourceFileMutationData
from mutmut.mutation.diff_apply import get_diff_for_mutant
from mutmut.stats import status_by_exit_code
from mutmut.utils.file_utils import walk_mutatable_files

LEAST = 95
DEAD = ("killed", "timeout")  # one that runs for ever is noticed too
EQUIVALENT = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change: its name, the lines that it puts in place of others, what became of it."""

    package: str
    name: str
    lines: tuple[str, ...]
    status: str

    @property
    def function(self) -> str:
        """The function that it changes, as mutmut calls it."""
        return self.name.partition("__mutmut_")[0]


def mutants() -> Iterator[Mutant]:
    """Every mutant, with the changed lines of those that lived."""
    for path in walk_mutatable_files():
        data = SourceFileMutationData(path=path)
        data.load()
        for name, code in data.exit_code_by_key.items():
            status = status_by_exit_code[code]
            lines = () if status in DEAD else _changed(name, path)
            yield Mutant(path.parts[0], name, lines, status)


def _changed(name: str, path: Path) -> tuple[str, ...]:
    diff = get_diff_for_mutant(name, path=path).splitlines()[3:]
    return tuple(line[1:].strip() for line in diff if line.startswith("+"))


def main() -> int:
    same = {
        (entry["of"], entry["line"])
        for entry in tomllib.loads(EQUIVALENT.read_text(encoding="utf-8"))["equivalent"]
    }
    found: dict[str, Counter[str]] = {}
    for mutant in mutants():
        counted = found.setdefault(mutant.package, Counter())
        named = {(mutant.function, line) for line in mutant.lines} & same
        same -= named
        status = "equivalent" if named else "dead" if mutant.status in DEAD else "lived"
        counted[status] += 1
        if status == "lived":
            print(f"{mutant.status}: {mutant.name}\n    {' / '.join(mutant.lines)}")
    return _summed(found, stale=sorted(same))


def _summed(found: dict[str, Counter[str]], stale: list[tuple[str, str]]) -> int:
    fails = bool(stale) or not found
    for function, line in stale:
        print(f"equivalent.toml names what does not live: {function}: {line}")
    for package, counted in sorted(found.items()):
        tried = counted.total() - counted["equivalent"]
        percent = 100 * counted["dead"] / max(tried, 1)
        fails = fails or percent < LEAST
        print(
            f"{package}: {counted['dead']} of {tried} killed ({percent:.1f} %), "
            f"{counted['lived']} lived, {counted['equivalent']} equivalent"
        )
    return int(fails)


if __name__ == "__main__":
    sys.exit(main())
