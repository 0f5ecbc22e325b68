"""What becomes of a mutant, or of the sound code."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Outcome:
    """What broke first, and in which step of which life; nothing when all lives went well."""

    broken: list[str]
    life: int
    step: int
    fault: str = ""
