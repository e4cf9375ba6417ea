"""What the machine says of this process and its disk."""

import gc
import os
import resource
import shutil
import socket
import sys
from pathlib import Path

SELDOM = (10_000, 20, 20)  # Python's own are 700, 10 and 10
_PAGES_IN_USE = 1  # the second number of /proc/self/statm


def here() -> str:
    """Return what this process is known by: its host and its number."""
    return f"{socket.gethostname()}:{os.getpid()}"


def memory() -> int:
    """Return the bytes of memory that this process takes; where only that is known, at most took."""
    try:
        pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[_PAGES_IN_USE]
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak if sys.platform == "darwin" else peak * 1024
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def collect_seldom() -> None:
    """Have Python look for garbage seldom, and no more among what is there now.

    What a daemon has loaded stays, and little of what it makes later is left in circles. A search
    through all of it holds up every thread for a tenth of a second.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


def free_space(path: Path) -> int:
    """Return the bytes that are free where a file is, or would be."""
    folder = next((each for each in path.absolute().parents if each.is_dir()), Path("/"))
    return shutil.disk_usage(folder).free
