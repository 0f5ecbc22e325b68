"""Looks for files that break a decoder: `python -m tests.hostile.fuzz FOLDER SECONDS`.

libFuzzer (by Atheris) changes sound files for as long as it is told, guided by which of our lines
they reach; the decoders' own code is not instrumented. Each is developed in this process, so that
a crash is a find: the file is left in the folder. But for HEIC: pi_heif 1.4 is known to crash over
damaged metadata, so there a find is what the sandbox does not turn into a refusal.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import Any

import atheris

with atheris.instrument_imports(include=["media"]):
    from media.adapters import clips, photos, sandbox
    from media.adapters.watermark import Mark
    from media.rules.formats import HEAD, Format, Unfit, sniff
    from media.rules.kinds import Kind
    from media.rules.limits import Limits

from tests.hostile.mutants import sources

_LIMITS = Limits(pixels=4_000_000, duration=10)
_MARK = Mark("stockcoop", 40)
_MEMORY = 640 * 1024 * 1024


def try_one(data: bytes) -> None:
    """Develop one file as the sandbox's child does; only a refusal may be raised."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "original"
        path.write_bytes(data)
        try:
            format = sniff(data[:HEAD])
            develop = clips.develop if format.kind is Kind.VIDEO else photos.develop
            order: dict[str, Any] = {
                "format": format,
                "folder": folder,
                "limits": _LIMITS,
                "mark": _MARK,
            }
            if format is Format.HEIC:
                reached = {"reads": [path], "writes": [Path(folder)]}
                sandbox.run(develop, memory=_MEMORY, seconds=20, path=str(path), **reached, **order)
            else:
                develop(path=str(path), **order)
        except (Unfit, MemoryError):
            return


def main(finds: Path, seconds: int) -> None:
    corpus = finds / "corpus"
    corpus.mkdir(parents=True, exist_ok=True)
    for name, data in sources().items():
        (corpus / name).write_bytes(data)
    # Decoders say much about what they are given; libFuzzer speaks on standard error.
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    told = [f"-max_total_time={seconds}", f"-artifact_prefix={finds}/", "-rss_limit_mb=2000"]
    atheris.Setup([sys.argv[0], *told, "-timeout=20", "-max_len=200000", str(corpus)], try_one)
    atheris.Fuzz()


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
