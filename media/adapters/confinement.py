"""A process shut in by the kernel: no network, no other program, no file but those it is given.

Linux only, by two of its means: a seccomp filter refuses system calls (man 2 seccomp), Landlock
refuses files (https://docs.kernel.org/userspace-api/landlock.html). Both last as long as the
process. Where the kernel has neither, nothing here holds; `means()` tells.
"""

import ctypes
import os
import platform
import struct
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path

_libc = ctypes.CDLL(None, use_errno=True)

_PR_SET_PDEATHSIG, _PR_GET_SECCOMP, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 21, 22, 38
_SECCOMP_MODE_FILTER = 2
_SIGKILL = 9

_REFUSED = {
    # name: number on (x86_64, aarch64); None where there is no such call.
    "socket": (41, 198),
    "connect": (42, 203),
    "accept": (43, 202),
    "bind": (49, 200),
    "listen": (50, 201),
    "execve": (59, 221),
    "execveat": (322, 281),
    "fork": (57, None),
    "vfork": (58, None),
    "ptrace": (101, 117),
    "process_vm_readv": (310, 270),
    "process_vm_writev": (311, 271),
    "kill": (62, 129),
    "pidfd_open": (434, 434),
    "pidfd_send_signal": (424, 424),
    "mount": (165, 40),
    "umount2": (166, 39),
    "unshare": (272, 97),
    "setns": (308, 268),
    "chroot": (161, 51),
    "bpf": (321, 280),
    "perf_event_open": (298, 241),
    "userfaultfd": (323, 282),
    "keyctl": (250, 219),
    "add_key": (248, 217),
    "io_uring_setup": (425, 425),
    "init_module": (175, 105),
    "finit_module": (313, 273),
    "open_by_handle_at": (304, 265),
}
_CLONE, _CLONE3 = (56, 220), (435, 435)
_CLONE_THREAD = 0x10000
_AUDIT_ARCH = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_EPERM, _ENOSYS = 1, 38
_LOAD, _JUMP_IF_EQUAL, _JUMP_IF_AT_LEAST, _JUMP_IF_SET, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
_NUMBER, _ARCH, _FIRST_ARGUMENT = 0, 4, 16
_X32 = 0x40000000
_ALLOW, _FAIL, _KILL = 0x7FFF0000, 0x00050000 | _EPERM, 0x80000000
_UNKNOWN = 0x00050000 | _ENOSYS

_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_REMOVE_FILE, _MAKE_FILE = 1 << 5, 1 << 8
_READS = _READ_FILE | _READ_DIR
_WRITES = _READS | _WRITE_FILE | _REMOVE_FILE | _MAKE_FILE
_ON_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_RIGHTS_OF_ABI = (0, 13, 14, 15)
"""How many rights each version of Landlock knows; later ones know 15 that matter here."""


def confine(*, reads: Iterable[Path], writes: Iterable[Path]) -> None:
    """Shut this process in for the rest of its life, and let it end with its parent.

    It may read what lies in `reads` and what Python itself needs, and change what lies in `writes`
    (files, or folders with all in them). What it may not is answered with EPERM or EACCES.
    """
    if not sys.platform.startswith("linux"):
        return
    _libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
    _libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    if _landlock():
        _shut_files([*_of_python(), *reads], writes)
    if _filter():
        _refuse_calls()


def means() -> list[str]:
    """What of the kernel confines: "seccomp", "landlock", both or nothing."""
    held = {"seccomp": bool(_filter()), "landlock": bool(_landlock())}
    return [name for name, there in held.items() if there]


@cache
def _landlock() -> int:
    """The version of Landlock; 0 when the kernel has none."""
    if not sys.platform.startswith("linux"):
        return 0
    version: int = _libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    return max(0, version)


@cache
def _filter() -> bytes:
    """The program of the filter; empty when the kernel or the processor has none of it."""
    if platform.machine() not in _AUDIT_ARCH or not sys.platform.startswith("linux"):
        return b""
    if _libc.prctl(_PR_GET_SECCOMP, 0, 0, 0, 0) < 0:
        return b""
    arch, column = _AUDIT_ARCH[platform.machine()]
    numbers = [number for numbers in _REFUSED.values() if (number := numbers[column]) is not None]
    steps = [
        (_LOAD, 0, 0, _ARCH),
        (_JUMP_IF_EQUAL, 1, 0, arch),
        (_RETURN, 0, 0, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        # The flags of clone3 cannot be seen; without it, clone is used.
        (_JUMP_IF_EQUAL, 0, 1, _CLONE3[column]),
        (_RETURN, 0, 0, _UNKNOWN),
        # Threads may be made, processes not.
        (_JUMP_IF_EQUAL, 0, 4, _CLONE[column]),
        (_LOAD, 0, 0, _FIRST_ARGUMENT),
        (_JUMP_IF_SET, 0, 1, _CLONE_THREAD),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _FAIL),
        # Calls of the x32 kind have numbers of their own.
        (_JUMP_IF_AT_LEAST, len(numbers) + 1, 0, _X32),
    ]
    for at, number in enumerate(numbers):
        steps.append((_JUMP_IF_EQUAL, len(numbers) - at, 0, number))
    steps += [(_RETURN, 0, 0, _ALLOW), (_RETURN, 0, 0, _FAIL)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def _refuse_calls() -> None:
    program = ctypes.create_string_buffer(_filter(), len(_filter()))
    described = struct.pack("HxxxxxxP", len(_filter()) // 8, ctypes.addressof(program))
    _checked(_libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, described, 0, 0))


def _shut_files(reads: Iterable[Path], writes: Iterable[Path]) -> None:
    known = (1 << _RIGHTS_OF_ABI[min(_landlock(), len(_RIGHTS_OF_ABI) - 1)]) - 1
    asked = struct.pack("Q", known)
    ruleset = _checked(
        _libc.syscall(_CREATE_RULESET, asked, ctypes.c_size_t(len(asked)), ctypes.c_uint32(0))
    )
    for paths, rights in ((reads, _READS), (writes, _WRITES | _TRUNCATE)):
        for path in paths:
            _allow(ruleset, path, rights & known)
    _checked(_libc.syscall(_RESTRICT_SELF, ruleset, ctypes.c_uint32(0)))
    os.close(ruleset)


def _allow(ruleset: int, path: Path, rights: int) -> None:
    if not path.exists():
        return
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    rule = struct.pack("=Qi", rights if path.is_dir() else rights & _ON_FILES, opened)
    _checked(_libc.syscall(_ADD_RULE, ruleset, 1, rule, ctypes.c_uint32(0)))
    os.close(opened)


@cache
def _of_python() -> tuple[Path, ...]:
    """What modules and libraries that are imported late are read from."""
    system = ("/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/dev/null", "/dev/urandom")
    found = {*sys.path, sys.prefix, sys.base_prefix, *system}
    return tuple(Path(path) for path in sorted(found) if path)


def _checked(result: int) -> int:
    if result < 0:
        error = ctypes.get_errno()
        raise OSError(error, os.strerror(error))
    return result
