"""What ExifTool, which everybody trusts, reads in a file."""

import json
import subprocess
from pathlib import Path
from typing import Any

_PROGRAM = (
    Path(__file__).resolve().parents[1]
    / "node_modules"
    / "exiftool-vendored.pl"
    / "bin"
    / "exiftool"
)


def said(data: bytes) -> dict[str, Any]:
    """All tags with their group, as in `XMP-dc:Title`; values as they lie in the file."""
    command = ["perl", str(_PROGRAM), "-json", "-struct", "-G1", "-n", "-a", "-u", "-"]
    done = subprocess.run(command, input=data, capture_output=True, check=True)
    tags: dict[str, Any] = json.loads(done.stdout)[0]
    return tags
