"""Deliveries to workers that are killed all the time, on a database that crashes.

Whoever delivers comes again until it is acknowledged, as a payment company does; it never knows
whether what it did not hear about was done.
"""

from __future__ import annotations

import random
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess

from django.db import InterfaceError, OperationalError, connection

from tests.torture import database
from tests.torture.pool import FORK, fork

# Long enough to die anywhere in what a delivery does, or in the one after it.
LONGEST_LIFE_S = 0.06
# Whoever delivers gives up in the end.
MOST_TRIES = 100
MOST_BROKEN = 3


@dataclass
class Worker:
    """A process, and which delivery (by number) it has in hand."""

    process: BaseProcess
    pipe: Connection
    busy_with: int | None = None
    dies_at: float | None = None


@dataclass
class Storm:
    """Delivers `count` deliveries by `act(number)`, which says whether it is done with one."""

    count: int
    act: Callable[[int], bool]
    kills: int
    crashes: int
    workers: int = 8
    seed: int = 20
    killed: int = 0
    crashed: int = 0
    came_again: int = 0
    broken: int = 0
    given_up: int = 0
    _waiting: deque[int] = field(default_factory=deque)
    _tries: Counter[int] = field(default_factory=Counter)
    _pool: list[Worker] = field(default_factory=list)
    _acknowledged: int = 0

    def run(self) -> None:
        """Return when every delivery was acknowledged or given up."""
        self._dice = random.Random(self.seed)
        self._waiting.extend(range(self.count))
        for _ in range(self.workers):
            self._hire()
        while self._acknowledged < self.count:
            self._hand_out()
            ready = wait([worker.pipe for worker in self._pool], timeout=self._patience())
            for worker in [worker for worker in self._pool if worker.pipe in ready]:
                self._hear(worker)
            self._kill_the_doomed()
            self._crash_when_due()
        for worker in self._pool:
            worker.pipe.send(None)
            worker.process.join()

    def _hire(self) -> None:
        ours, theirs = FORK.Pipe()
        others = [worker.pipe for worker in self._pool]
        process = fork(_work, theirs, self.act, [ours, *others])
        theirs.close()
        self._pool.append(Worker(process, ours))

    def _hand_out(self) -> None:
        for worker in self._pool:
            if worker.busy_with is None and self._waiting:
                worker.busy_with = self._waiting.popleft()
                worker.pipe.send(worker.busy_with)
                if self._is_due(self.killed + self._doomed(), self.kills):
                    worker.dies_at = time.monotonic() + self._dice.uniform(0, LONGEST_LIFE_S)

    def _doomed(self) -> int:
        return sum(worker.dies_at is not None for worker in self._pool)

    def _is_due(self, done: int, of: int) -> bool:
        """Whether the next of so many is due, when they are spread over all deliveries."""
        return done < of and self._acknowledged * (of + 1) >= self.count * (done + 1)

    def _patience(self) -> float:
        ends = [worker.dies_at for worker in self._pool if worker.dies_at is not None]
        return max(0.0, min(ends) - time.monotonic()) if ends else 1.0

    def _hear(self, worker: Worker) -> None:
        try:
            done = worker.pipe.recv()
        except (EOFError, ConnectionResetError):
            self._replace(worker)
            return
        self._settle(worker, done)

    def _settle(self, worker: Worker, done: bool) -> None:
        assert worker.busy_with is not None
        if done:
            self._acknowledged += 1
        else:
            self.came_again += 1
            self._tries[worker.busy_with] += 1
            if self._tries[worker.busy_with] < MOST_TRIES:
                self._waiting.append(worker.busy_with)
            else:
                self.given_up += 1
                self._acknowledged += 1
        worker.busy_with = None

    def _kill_the_doomed(self) -> None:
        now = time.monotonic()
        for worker in list(self._pool):
            if worker.dies_at is not None and worker.dies_at <= now:
                worker.process.kill()
                self.killed += 1
                self._replace(worker)

    def _replace(self, worker: Worker) -> None:
        """Somebody new takes the place of one that died; its delivery comes again."""
        worker.process.join()
        self.broken += worker.process.exitcode == 1
        if self.broken > MOST_BROKEN:
            raise RuntimeError("workers end by themselves; their last words are above")
        if worker.busy_with is not None:
            # It may have said that it was done with its last breath.
            done = worker.pipe.poll() and _last_word(worker.pipe)
            self._settle(worker, done)
        worker.pipe.close()
        self._pool.remove(worker)
        self._hire()

    def _crash_when_due(self) -> None:
        server = database.running()
        if server is not None and self._is_due(self.crashed, self.crashes):
            server.crash_and_return()
            self.crashed += 1


def shuffled_twice(events: int, duplicates: int, *, seed: int) -> Sequence[int]:
    """The numbers of `events` in any order, `duplicates` of them twice.

    Half of the duplicates come one right after the other, so that they race; the others whenever.
    """
    dice = random.Random(seed)
    twice = dice.sample(range(events), duplicates)
    at_once, whenever = set(twice[: duplicates // 2]), twice[duplicates // 2 :]
    order = [*range(events), *whenever]
    dice.shuffle(order)
    deliveries: list[int] = []
    for number in order:
        deliveries += [number, number] if number in at_once else [number]
    return deliveries


def _last_word(pipe: Connection) -> bool:
    try:
        return bool(pipe.recv())
    except (EOFError, ConnectionResetError):
        return False


def _work(pipe: Connection, act: Callable[[int], bool], of_others: list[Connection]) -> None:
    for other in of_others:
        other.close()
    while True:
        number = pipe.recv()
        if number is None:
            return
        try:
            done = act(number)
        except Exception as fault:
            if not isinstance(fault, OperationalError | InterfaceError):
                print(f"delivery {number}: {type(fault).__name__}: {fault}", file=sys.stderr)
            connection.close()
            time.sleep(0.05)
            done = False
        pipe.send(done)
