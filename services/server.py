"""What all servers have in common: a name, the variables that say where one is, a start."""

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from services.processes import Processes


@dataclass(frozen=True, slots=True)
class Server:
    """A server that can be started here.

    `variables` are what the environment names when there is one already: then none is started.
    `prepare` downloads and builds what is not cached; `start` runs it on free loopback ports with
    its data below a folder, waits until it answers, and returns the variables that say where.
    """

    name: str
    variables: tuple[str, ...]
    prepare: Callable[[], None]
    start: Callable[[Processes, Path], dict[str, str]]

    def given(self, environ: Mapping[str, str] = os.environ) -> dict[str, str]:
        """The variables of a server that the environment names already; {} if it names none."""
        said = {name: environ[name] for name in self.variables if environ.get(name)}
        return said if environ.get(self.variables[0]) else {}
