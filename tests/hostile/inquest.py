"""What becomes of a file that may be hostile, and what it cost."""

from __future__ import annotations

import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from media.adapters import sandbox
from media.rules.formats import Unfit
from media.rules.metadata import Facts
from media.services import darkroom, marks, renditions
from tests import exiftool
from tests.media import files

LONGEST_S, MOST_MEGABYTES = 10.0, 700
SECRETS = (files.CAMERA.encode(), files.SERIAL.encode(), files.GPS_MARK.encode())
CREDIT = Facts(
    creator="Ada", credit="Ada / Co-op", rights="© Ada", licence_url="https://x.example/"
)
ALLOWED_GROUPS = ("SourceFile", "ExifTool:", "System:", "File:", "JFIF:", "Composite:", "RIFF:")
ALLOWED = frozenset(
    {
        "IFD0:Artist",
        "IFD0:Copyright",
        "IPTC:ApplicationRecordVersion",
        "IPTC:By-line",
        "IPTC:CodedCharacterSet",
        "IPTC:CopyrightNotice",
        "IPTC:Credit",
        "XMP-dc:Creator",
        "XMP-dc:Rights",
        "XMP-photoshop:Credit",
        "XMP-plus:LicensorURL",
        "XMP-plus:Licensor",
        "XMP-x:XMPToolkit",
        "XMP-xmpRights:WebStatement",
        "XMP-xmpRights:Marked",
    }
)
"""What a public picture may say: its credit, and what its format cannot do without."""

_OF_CLIPS = ("QuickTime:", "Track")
_NOT_OF_CLIPS = ("GPS", "Make", "Model", "Location", "Comment", "Artist", "Author")


@dataclass(frozen=True)
class Verdict:
    """How it ended: "taken", "refused: …" with the sentence, or what must never happen.

    `seconds` on the wall and `megabytes` at most are those of its children together.
    """

    ending: str
    seconds: float
    megabytes: int
    leaks: tuple[str, ...] = ()

    @property
    def faults(self) -> list[str]:
        """What must never happen and did."""
        found = [f"leaks {leak}" for leak in self.leaks]
        if not self.ending.startswith(("taken", "refused: ")):
            found.append(self.ending)
        if self.seconds > LONGEST_S:
            found.append(f"takes {self.seconds:.1f} s")
        if self.megabytes > MOST_MEGABYTES:
            found.append(f"takes {self.megabytes} MB")
        return found


def tried(data: bytes) -> Verdict:
    """Develop a file as ingest does, sign what came out, and look for what should not be in it."""
    with tempfile.TemporaryDirectory() as scratch, sandbox.observed() as spent:
        path, folder = Path(scratch) / "original", Path(scratch) / "made"
        path.write_bytes(data)
        folder.mkdir()
        began = time.monotonic()
        ending, leaks = _developed(path, folder)
        seconds = time.monotonic() - began
    megabytes = max((child.kilobytes for child in spent), default=0) // 1024
    taken = max((child.seconds for child in spent), default=min(seconds, 0.1))
    return Verdict(ending, taken, megabytes, leaks)


def _developed(path: Path, folder: Path) -> tuple[str, tuple[str, ...]]:
    try:
        developed = darkroom.develop(path, folder, marks.present(), _unheard)
    except Unfit as unfit:
        return f"refused: {unfit.message}", ()
    except darkroom.Fault as fault:
        return f"fault: {fault}", ()
    except Exception as error:
        return f"raised: {type(error).__name__}: {error}", ()
    leaks = tuple(leak for made in developed.prints for leak in _leaks(made))
    return f"taken as {developed.format.value}", leaks


def _unheard(_percent: int) -> None:
    """Progress is of no interest here."""


def _leaks(made: darkroom.Print) -> list[str]:
    data = renditions.signed(made, CREDIT)
    found = [f"{made.recipe}: {secret.decode()}" for secret in SECRETS if secret in data]
    tags = exiftool.said(data)
    return found + [f"{made.recipe}: {tag}" for tag in tags if not _may_say(tag, made.format)]


def _may_say(tag: str, format: str) -> bool:
    if tag.startswith(ALLOWED_GROUPS) or tag in ALLOWED:
        return True
    if format != "mp4" or not tag.startswith(_OF_CLIPS):
        return False
    return not any(word in tag for word in _NOT_OF_CLIPS)
