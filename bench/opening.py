"""What the plugin costs QGIS before anyone uses it, and how soon its dock is there."""

from __future__ import annotations

import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import List

from report import Case, judge

SCRIPT = Path(__file__).with_name("open_dock.py")
ROUNDS = 5
MOST_IMPORT_MS, MOST_OPEN_MS = 60, 150


def opening(work: Path) -> List[Case]:
    """Medians over fresh processes; the first one fills the disk's cache and is not counted."""
    measured = [_measure(work / str(number)) for number in range(ROUNDS + 1)][1:]
    if not all(one["visible"] for one in measured):
        raise RuntimeError("The dock did not open.")
    imported, opened = (statistics.median(one[name] for one in measured) for name in ("import_ms", "open_ms"))
    return [
        judge("Plugin import at QGIS's start, main thread", "ms", imported, most=MOST_IMPORT_MS),
        judge("Opening the dock for the first time, main thread", "ms", opened, most=MOST_OPEN_MS),
        judge("Network addresses opened by both", "connections", max(one["asked"] for one in measured), most=0),
    ]


def _measure(profile: Path) -> dict:
    command = [sys.executable, str(SCRIPT), str(profile)]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True, timeout=120)
    return json.loads(done.stdout.strip().splitlines()[-1])
