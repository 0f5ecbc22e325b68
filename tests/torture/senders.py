"""Processes that send a file to the site and read it there, and are killed doing so."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from hashlib import sha256
from io import BytesIO
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess, current_process
from typing import Any

from django.test import override_settings
from django.utils import timezone

from media.models import Upload, Work
from media.rules.metadata import Facts
from media.rules.parts import PART_BYTES, Part, StorageDown
from media.services import ingest, uploads
from media.services.darkroom import Fault
from members.models import User
from tests.media.files import photograph
from tests.media.sending_parts import put
from tests.torture.pool import FORK, fork

AT_ONCE = 6
MOST_LIVES = 20
MOST_TRIES = 12
LONGEST_WAIT_S = 0.08
LONGEST_LIFE_S = 60
AGAIN = "It failed, not the file; come again."


@dataclass(frozen=True)
class File:
    """One file: its bytes follow from its number, and so does what becomes of it."""

    number: int
    owner: User

    @property
    def is_picture(self) -> bool:
        return self.number % 10 != 7

    @property
    def is_abandoned(self) -> bool:
        return self.number % 16 == 3

    @property
    def is_taken_back(self) -> bool:
        return self.number % 16 == 11

    @property
    def is_kept(self) -> bool:
        return self.is_picture and not self.is_abandoned and not self.is_taken_back

    def body(self) -> bytes:
        """One to three parts; a decoder reads the beginning only."""
        dice = random.Random(self.number)
        length = dice.choice([0, 0, 1, 1, 2]) * PART_BYTES + dice.randrange(1, 50_000)
        begin = photograph(Facts(title=f"Number {self.number}"), size=(300, 200))
        return (begin if self.is_picture else b"no picture") + dice.randbytes(1000) + bytes(length)


@dataclass
class Life:
    """One process at work on a file, and after how many of its words it is killed, if at all."""

    file: File
    process: BaseProcess
    words: Connection
    dies_after: int | None
    heard: int = 0
    last: str = ""
    dies_at: float | None = None


class Senders:
    """Sends `files` through `site`, the settings in which the storage fails."""

    def __init__(self, files: list[File], site: dict[str, Any], *, seed: int) -> None:
        self._dice = random.Random(seed)
        self._waiting = list(reversed(files))
        self._lives: dict[int, int] = {}
        self._active: list[Life] = []
        self._site = site
        self.killed = 0

    @property
    def lives(self) -> int:
        """How many processes it took."""
        return sum(self._lives.values())

    def run(self) -> None:
        """Return when every file has come as far as it shall."""
        while self._waiting or self._active:
            while self._waiting and len(self._active) < AT_ONCE:
                self._active.append(self._begin(self._waiting.pop()))
            ready = wait([life.words for life in self._active], timeout=0.01)
            for life in [life for life in self._active if life.words in ready]:
                self._hear(life)
            self._kill_the_doomed()

    def _begin(self, file: File) -> Life:
        lived = self._lives.get(file.number, 0)
        if lived > MOST_LIVES:
            raise RuntimeError(f"file {file.number} does not arrive in {lived} lives")
        self._lives[file.number] = lived + 1
        dies = file.is_abandoned or lived == 0 or (lived == 1 and self._dice.random() < 0.3)
        ours, theirs = FORK.Pipe(duplex=False)
        others = [life.words for life in self._active]
        process = fork(_live, file, self._site, theirs, [ours, *others])
        theirs.close()
        after = self._dice.randrange(1, 3 if file.is_abandoned else 6)
        return Life(file, process, ours, after if dies else None)

    def _hear(self, life: Life) -> None:
        try:
            life.last = life.words.recv()
        except (EOFError, ConnectionResetError):
            self._end(life)
            return
        life.heard += 1
        if life.heard == life.dies_after:
            life.dies_at = time.monotonic() + self._dice.uniform(0, LONGEST_WAIT_S)

    def _end(self, life: Life) -> None:
        """One that was killed, or failed, has a successor; what is abandoned is left lying."""
        life.process.join()
        life.words.close()
        self._active.remove(life)
        if life.process.exitcode == 1:
            raise RuntimeError(f"file {life.file.number} failed; its process says why")
        failed = life.last == AGAIN
        cut_off = life.process.exitcode != 0 and not life.file.is_abandoned
        if failed or cut_off:
            self._waiting.insert(0, life.file)

    def _kill_the_doomed(self) -> None:
        now = time.monotonic()
        for life in self._active:
            if life.dies_at is not None and life.dies_at <= now:
                life.process.kill()
                life.dies_at = None
                self.killed += 1


def _live(file: File, site: dict[str, Any], words: Connection, of_others: list[Connection]) -> None:
    for other in of_others:
        other.close()
    # Reading a file takes a child, which a daemon may not have.
    current_process().daemon = False
    try:
        with override_settings(**site):
            _send(file, words)
    except (StorageDown, Fault):
        # As the page's script, and as a worker's job.
        words.send(AGAIN)


def _send(file: File, words: Connection) -> None:
    body = file.body()
    try:
        upload = _announce(file, body)
    except uploads.AlreadyHere as here:
        _read(here.first, words)
        return
    words.send("begun")
    there = set(uploads.arrived(upload=upload))
    for part in upload.parts():
        if part not in there:
            words.send("part")
            _send_part(upload, part, body)
        if file.is_abandoned:
            # Until it is killed: an upload under way is left lying, whichever is quicker.
            time.sleep(LONGEST_LIFE_S)
    words.send("finishing")
    if file.is_taken_back:
        uploads.abort(upload=upload)
        return
    _read(uploads.finish(upload=upload, at=timezone.now()), words)


def _announce(file: File, body: bytes) -> Upload:
    source = BytesIO(body)
    digests = [sha256(part).hexdigest() for part in iter(lambda: source.read(PART_BYTES), b"")]
    return uploads.begin(
        owner=file.owner,
        name=f"{file.number}.jpg",
        media_type="image/jpeg",
        size=len(body),
        digests=digests,
        at=timezone.now(),
    )


def _send_part(upload: Upload, part: Part, body: bytes) -> None:
    begin = (part.number - 1) * PART_BYTES
    for _ in range(MOST_TRIES):
        signed = uploads.sign_part(upload=upload, number=part.number, at=timezone.now())
        try:
            if put(signed, body[begin : begin + part.bytes]) == 200:
                return
        except OSError:
            continue
    raise StorageDown


def _read(work: Work, words: Connection) -> None:
    words.send("finished")
    ingest.ingest(work_id=work.pk, at=timezone.now())
    words.send("read")
