"""Twenty thousand scenes: indexed once, searched by box and time."""

from __future__ import annotations

import datetime as dt
import random
import statistics
import time
from pathlib import Path
from typing import List

from report import Case, judge

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore

SCENES, AT_ONE_PLACE = 20_000, 200
BANDS = {f"B{n:02d}": BandFile(f"/archive/folder/of/scene/B{n:02d}.tif", nodata=0.0) for n in range(13)}
FIRST = dt.datetime(2019, 1, 1, 7, 15, tzinfo=dt.timezone.utc)


def scene_search(work: Path) -> List[Case]:
    """Searches that find all 200 scenes of a place, and 16 of them in a month."""
    store = SceneStore(work / "store")
    store.add_scenes(_scenes())
    year = _milliseconds(store, FIRST + dt.timedelta(days=365), AT_ONE_PLACE)
    month = _milliseconds(store, FIRST + dt.timedelta(days=29), 16)
    store.close()
    name = f"{SCENES} scenes searched by box and time"
    return [judge(f"{name}, {count} found", "ms", took, most=10) for count, took in ((16, month), (200, year))]


def _scenes() -> List[StoredScene]:
    dice, scenes = random.Random(1), []
    for number in range(SCENES):
        here = number % (SCENES // AT_ONE_PLACE) == 0
        west, south = (46.0, -17.0) if here else (dice.uniform(-180, 179), dice.uniform(-80, 79))
        ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
        day = FIRST + dt.timedelta(days=(number // 100) * 1.8)
        footprint = {"type": "Polygon", "coordinates": [ring]}
        cloud, told = dice.uniform(0, 100), {"tile": "38KPG"}
        scenes.append(StoredScene(f"scene-{number}", "c", day, cloud, footprint, BANDS, told))
    return scenes


def _milliseconds(store: SceneStore, end: dt.datetime, expected: int) -> float:
    times = []
    for _ in range(15):
        begun = time.perf_counter()
        found = store.search("c", BBox(46.16, -16.5, 46.51, -16.2), FIRST, end, order="leastCC")
        times.append(time.perf_counter() - begun)
        if abs(len(found) - expected) > 1:
            raise RuntimeError(f"{len(found)} scenes were found, not {expected}.")
    return 1000 * statistics.median(times)
