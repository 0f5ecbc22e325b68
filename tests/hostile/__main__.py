"""What becomes of hostile files: `python -m tests.hostile [folder] [--mutants N]`.

Every file of the folder, and so many sound files that were broken on purpose. Prints a line for
each way in which they ended, and the totals; not zero when one killed, held up or outgrew a
worker, or when something of its camera came out in public.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import django


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", default="", help="files to try besides")
    parser.add_argument("--mutants", type=int, default=500)
    asked = parser.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "stockcoop.settings")
    django.setup()

    from tests.hostile.inquest import Verdict, tried

    endings: Counter[str] = Counter()
    bad: list[str] = []
    worst = Verdict("", 0.0, 0)
    for name, data in _files(asked.folder, asked.mutants):
        verdict = tried(data)
        endings[verdict.ending] += 1
        bad += [f"{name}: {fault}" for fault in verdict.faults]
        worst = Verdict(
            "", max(worst.seconds, verdict.seconds), max(worst.megabytes, verdict.megabytes)
        )
    for ending, count in sorted(endings.items(), key=lambda pair: (-pair[1], pair[0])):
        print(f"{count:5}  {ending}")
    for fault in bad:
        print(f"FAULT  {fault}")
    print(
        f"{endings.total()} files: {len(bad)} faults; "
        f"at most {worst.seconds:.1f} s and {worst.megabytes} MB"
    )
    return 1 if bad else 0


def _files(folder: str, count: int) -> Iterator[tuple[str, bytes]]:
    from tests.hostile.mutants import mutants

    if folder and Path(folder).is_dir():
        for path in sorted(Path(folder).rglob("*")):
            if path.is_file():
                yield path.name, path.read_bytes()
    yield from mutants(count)


if __name__ == "__main__":
    sys.exit(main())
