"""A mutant: one place in one file that says something else, in a process that imports it."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from types import CodeType, ModuleType


@dataclass(frozen=True)
class Mutant:
    """`before`, which is once in `file`, becomes `after`; `breaks` are exactly the invariants
    that fail in the step in which the first one does.
    """

    name: str
    file: str
    before: str
    after: str
    breaks: frozenset[str]

    @property
    def module(self) -> str:
        """The name that its file is imported by."""
        return self.file.removesuffix(".py").replace("/", ".")

    def applied(self, source: str) -> str:
        """`source` with the fault in it. Raises ValueError where it does not fit any more."""
        found = source.count(self.before)
        if found != 1:
            raise ValueError(f"{self.name}: {found} places in {self.file} read {self.before!r}")
        return source.replace(self.before, self.after)


def mutant(name: str, file: str, before: str, after: str, *breaks: str) -> Mutant:
    """A mutant, written in one breath."""
    return Mutant(name, file, before, after, frozenset(breaks))


def infect(mutant: Mutant) -> None:
    """Let this process import the mutant in place of the file. Nothing is written anywhere."""
    if mutant.module in sys.modules:
        raise ValueError(f"{mutant.module} is imported already")
    sys.meta_path.insert(0, _Finder(mutant))


class _Finder(MetaPathFinder):
    def __init__(self, mutant: Mutant) -> None:
        self.mutant = mutant

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != self.mutant.module:
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        assert spec is not None
        assert spec.origin is not None
        spec.loader = _Loader(self.mutant, spec.origin)
        return spec


class _Loader(SourceFileLoader):
    """Compiles the mutant each time: what Python has cached of the file is not looked at."""

    def __init__(self, mutant: Mutant, path: str) -> None:
        super().__init__(mutant.module, path)
        self.mutant = mutant

    def get_code(self, fullname: str) -> CodeType:
        source = self.get_source(fullname)
        assert source is not None
        code: CodeType = compile(self.mutant.applied(source), self.path, "exec", dont_inherit=True)
        return code
