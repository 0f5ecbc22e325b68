"""The C library's allocator."""

import ctypes
import ctypes.util

_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
_LARGE = 1 << 30


def keep() -> None:
    """Let this process keep the memory of arrays it is done with, where the library is glibc's.

    Pictures are many large arrays; fetching each anew from the kernel is a quarter of all work.
    """
    name = ctypes.util.find_library("c")
    allocator = getattr(ctypes.CDLL(name), "mallopt", None) if name else None
    if allocator is not None:
        allocator(_MMAP_THRESHOLD, _LARGE)
        allocator(_TRIM_THRESHOLD, _LARGE)
