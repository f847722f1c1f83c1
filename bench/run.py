"""Measure us against peers: ``make bench``. Writes ``build/bench/report.json`` and prints a table.

    python bench/run.py [--only throughput,hits,main-thread,pacing,renders,scenes,footprints,parcels,large,opening]

Ratios are taken within one run, since machines differ and are noisy. The exit status is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
os.environ["NO_PROXY"] = os.environ["no_proxy"] = "127.0.0.1,localhost"
os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from downloads import cache_hits, pacing, throughput
from footprints import footprints
from large_image import large_image
from mainthread import main_thread
from open_data import open_data
from opening import opening
from peer import ROOT, ensure_peer
from renders import local_renders
from report import table, write_report
from scene_search import scene_search
from zonal_counts import zonal_counts

REPORT = ROOT / "build" / "bench" / "report.json"
GROUPS = {
    "throughput": throughput, "hits": cache_hits, "main-thread": main_thread, "pacing": pacing,
    "renders": local_renders, "scenes": scene_search, "footprints": footprints,
    "open-data": open_data, "large": large_image, "opening": opening,
    "parcels": zonal_counts,
}  # fmt: skip


def main() -> int:
    """Run the groups asked for."""
    parser = argparse.ArgumentParser(description="Measure us against peers.")
    parser.add_argument("--only", default=",".join(GROUPS), help="groups, separated by commas")
    names = parser.parse_args().only.split(",")
    unknown = set(names) - set(GROUPS)
    if unknown:
        parser.error(f"unknown: {', '.join(sorted(unknown))}; there are {', '.join(GROUPS)}")
    ensure_peer()
    cases = []
    REPORT.parent.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix="work-", dir=REPORT.parent))
    try:
        for name in names:
            print(f"measuring {name} ...", file=sys.stderr, flush=True)
            (work / name).mkdir()
            cases += GROUPS[name](work / name)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    write_report(REPORT, cases)
    print(table(cases))
    return 0 if all(case.met for case in cases) else 1


if __name__ == "__main__":
    sys.exit(main())
