"""Python's collector of reference cycles, at rest while very many objects are made.

Decoding twenty thousand tiles makes millions of lists, none of them in a cycle. The collector looks through all of them
again and again, which takes longer than everything else together.
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
    """No collection of cycles inside the block; blocks of several threads may overlap."""
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
                gc.enable()
