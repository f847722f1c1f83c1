"""One request at a time for each place: two at once would ruin each other's chips (cbm-rest, 7)."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import Dict, Iterator, List, Tuple

from sentinel_workbench.core.progress import POLL_S, Progress, raise_if_cancelled

_Place = Tuple[str, ...]
_held: Dict[_Place, List] = {}
_guard = threading.Lock()


@contextmanager
def turn(place: _Place, progress: Progress) -> Iterator[None]:
    """Wait for one's turn at ``place``, whoever else of this process asks there.

    Raises:
        Cancelled: the user asked to stop while waiting.
    """
    with _guard:
        entry = _held.setdefault(place, [threading.Lock(), 0])
        entry[1] += 1
    try:
        while not entry[0].acquire(timeout=POLL_S):
            raise_if_cancelled(progress)
        try:
            yield
        finally:
            entry[0].release()
    finally:
        with _guard:
            entry[1] -= 1
            if not entry[1]:
                _held.pop(place, None)
