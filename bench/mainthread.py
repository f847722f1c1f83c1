"""The window never stalls: the main thread's longest gap while 100 slots download."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import List

from report import Case, judge
from stand import stand_in, write_image

SLOTS = 100
SCRIPT = Path(__file__).with_name("stall.py")


def main_thread(work: Path) -> List[Case]:
    """Longest gap of a 5 ms heartbeat, in a headless QGIS."""
    with stand_in(write_image(work / "slot.tiff", 631, 1047, 3)) as address:
        command = [sys.executable, str(SCRIPT), address["url"], address["token_url"], str(work / "stall"), str(SLOTS)]
        done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True, timeout=300)
    measured = json.loads(done.stdout.strip().splitlines()[-1])
    if measured["done"] != SLOTS:
        raise RuntimeError(f"Only {measured['done']} of {SLOTS} slots were fetched: {measured['error']}")
    name = f"Longest gap of the main thread while {SLOTS} slots of 631 x 1047 px download"
    return [judge(name, "ms", measured["busy_ms"], floor=measured["idle_ms"], most=50)]
