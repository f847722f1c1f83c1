"""An image far beyond one request: time and memory of splitting, fetching and merging it."""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, List

from large_order import BANDS, PART_PX, SIDE_PX
from report import Case, judge
from stand import Address, stand_in, write_image

from sentinel_workbench.core.raster.cog_check import check_cog

SCRIPT = Path(__file__).with_name("large_order.py")
ROUNDS = 3
MOST_MB, TIMES_PLAIN = 600, 1.5


def large_image(work: Path) -> List[Case]:
    """Ours and the plain way in turn; medians of the times, the worst of the memory."""
    rounds: Dict[str, List[Dict[str, Any]]] = {"ours": [], "plain": []}
    with stand_in(write_image(work / "part.tiff", PART_PX, PART_PX, BANDS)) as address:
        for number in range(ROUNDS):
            for way, measured in rounds.items():
                measured.append(_measure(way, address, work / f"{way}-{number}"))
    ours, plain = (statistics.median(one["seconds"] for one in measured) for measured in rounds.values())
    name = f"{SIDE_PX} x {SIDE_PX} px, 3 bands, in 16 requests, merged to a COG"
    return [
        judge(f"{name}: time", "s", ours, floor=plain, times_floor=TIMES_PLAIN),
        judge(f"{name}: peak memory", "MB", max(one["peak_mb"] for one in rounds["ours"]), most=MOST_MB),
    ]


def _measure(way: str, address: Address, folder: Path) -> Dict[str, Any]:
    command = [sys.executable, str(SCRIPT), way, address["url"], address["token_url"], str(folder)]
    done = subprocess.run(command, text=True, stdout=subprocess.PIPE, check=True, timeout=600)
    measured = json.loads(done.stdout.strip().splitlines()[-1])
    report = check_cog(measured["path"])
    if report.facts is None or (report.facts.width, report.facts.height) != (SIDE_PX, SIDE_PX):
        raise RuntimeError(f"{measured['path']} is not the image: {report.problems}")
    if way == "ours" and not report.is_good:
        raise RuntimeError(f"{measured['path']} is no good COG: {report.problems}")
    shutil.rmtree(folder, ignore_errors=True)
    return measured
