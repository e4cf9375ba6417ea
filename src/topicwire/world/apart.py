"""What sets the processes that read apart from who began them; the fork server alone imports it.

What stops us may signal all of a group at once. Who began them ends them, once it has saved what
it wants to; if they died first, what they read would have failed. So they are no part of the group.

One that is still beginning when its pool is closed finds the pool's locks gone. That is no fault,
and nobody is told of it.
"""

import os
import sys
from types import TracebackType


def _unbegun(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Tell what kept a process from beginning: what the fork server calls when something did."""
    is_without_locks = isinstance(error, FileNotFoundError) and error.filename is None
    if not is_without_locks:  # a lock has no name that is told, as a file has
        sys.__excepthook__(kind, error, trace)


os.setpgrp()
sys.excepthook = _unbegun
