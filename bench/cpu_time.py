"""Processor time of a process's descendants, from ``/proc``."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Dict, List


def descendants_cpu_s(pid: int) -> Dict[int, float]:
    """Seconds each descendant of ``pid`` has used; empty where there is no ``/proc``."""
    tick = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
    used = {}
    for child in _descendants(pid):
        try:
            fields = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
        except OSError:
            continue
        used[child] = (int(fields[11]) + int(fields[12])) / tick
    return used


def _descendants(pid: int) -> List[int]:
    found = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            children = [int(text) for text in path.read_text().split()]
        except OSError:
            continue
        for child in children:
            found += [child, *_descendants(child)]
    return found
