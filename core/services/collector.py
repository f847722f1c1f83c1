"""Python's collector of reference cycles, at rest while very many objects are made.

Decoding twenty thousand tiles makes millions of lists, none of them in a cycle. The collector looks through all of them
again and again, which takes longer than everything else together; and when it wakes it would look through all that are
left in one go, while nothing else of Python runs, the window included.
"""

from __future__ import annotations

import gc
import threading
from contextlib import contextmanager
from typing import Iterator

_lock = threading.Lock()
_resting = 0
_was_enabled = True


@contextmanager
def resting_collector() -> Iterator[None]:
    """No collection of cycles inside the block; blocks of several threads may overlap.

    What is left at the end counts as old, which is only looked through when much more has grown old.
    """
    global _resting, _was_enabled
    with _lock:
        if _resting == 0:
            _was_enabled = gc.isenabled()
            gc.disable()
        _resting += 1
    try:
        yield
    finally:
        with _lock:
            _resting -= 1
            if _resting == 0 and _was_enabled:
                gc.freeze()
                gc.unfreeze()  # these two make old what is young, without a look at it
                gc.enable()
