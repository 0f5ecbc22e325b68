"""Whether every byte of a backup is as it was written."""

from collections.abc import Iterator
from pathlib import Path

from operation.adapters.folder import Folder, measured
from operation.rules.manifest import Damaged, File, Kept
from operation.services.progress import Progress, Say


def faults(*, folder: Folder, names: list[str], say: Say) -> Iterator[str]:
    """One sentence for each file of the backups `names` that is damaged or gone.

    An object that several backups share is read once.
    """
    found: dict[Path, File | None] = {}
    for name in names:
        try:
            manifest = folder.read(name)
        except (Damaged, OSError) as error:
            yield f"{folder.manifest(name)}: {error}"
            continue
        if _measured(folder.dump(name)) != manifest.database:
            yield f"{folder.dump(name)}: it is not what was written."
        if _measured(folder.listing(name)) != manifest.listing:
            yield f"{folder.listing(name)}: it is not what was written."
            continue
        progress = Progress(manifest.objects, say)
        try:
            for kept in folder.kept(name):
                yield from _fault(folder, kept, found)
                progress.step(kept.file.length)
        except Damaged as error:
            yield f"{folder.listing(name)}: {error}."


def _fault(folder: Folder, kept: Kept, found: dict[Path, File | None]) -> Iterator[str]:
    path = folder.object(kept.storage, kept.key)
    first = path not in found
    if first:
        found[path] = _measured(path)
    if first and found[path] != kept.file:
        yield f"{path}: it is {'gone' if found[path] is None else 'not what was written'}."


def _measured(path: Path) -> File | None:
    try:
        return measured(path)
    except OSError:
        return None
