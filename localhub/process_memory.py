"""How much memory another process holds."""

from __future__ import annotations

import subprocess  # nosec B404: only the fixed command `ps`, on systems without /proc
import sys
from pathlib import Path
from typing import Optional

_MEGABYTE = 1024 * 1024


def resident_mb(pid: int) -> Optional[float]:
    """Resident memory of process ``pid`` in MiB, or None when it ended or the system can't tell."""
    if sys.platform.startswith("linux"):
        return _resident_by_proc(pid)
    if sys.platform == "win32":
        return _resident_by_windows(pid)
    return _resident_by_ps(pid)


def _resident_by_proc(pid: int) -> Optional[float]:
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None
    line = next((line for line in lines if line.startswith("VmRSS:")), None)
    return None if line is None else int(line.split()[1]) / 1024


def _resident_by_ps(pid: int) -> Optional[float]:
    command = ["/bin/ps", "-o", "rss=", "-p", str(pid)]
    try:
        text = subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout  # nosec B603
    except (OSError, subprocess.SubprocessError):
        return None
    return int(text) / 1024 if text.strip().isdigit() else None


def _resident_by_windows(pid: int) -> Optional[float]:
    import ctypes

    class Counters(ctypes.Structure):
        _fields_ = [("size", ctypes.c_ulong), ("faults", ctypes.c_ulong)] + [
            (name, ctypes.c_size_t)
            for name in ("peak", "working", "a", "b", "c", "d", "pagefile", "peak_pagefile")
        ]

    kernel = ctypes.WinDLL("kernel32")  # type: ignore[attr-defined]
    kernel.OpenProcess.restype = ctypes.c_void_p
    handle = kernel.OpenProcess(0x1000, False, pid)
    if not handle:
        return None
    counters = Counters(size=ctypes.sizeof(Counters))
    known = kernel.K32GetProcessMemoryInfo(ctypes.c_void_p(handle), ctypes.byref(counters), counters.size)
    kernel.CloseHandle(ctypes.c_void_p(handle))
    return counters.working / _MEGABYTE if known else None
