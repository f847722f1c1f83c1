"""Parcels for tests, and classes of ``cbm_hub`` as chips."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from cbm_hub import FIRST, NORTH, PARCELS, UTM, WEST, classes, product
from synthetic_scenes import write_raster

from sentinel_workbench.core.model.chips import CBM, Chip
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange

MAY = TimeRange.of_days("2019-05-01", "2019-05-31")


def rectangle(west, south, east, north, pid, crs=UTM):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Parcel(pid, {"type": "Polygon", "coordinates": [ring]}, crs)


def parcels(*names):
    """Those of ``cbm_hub``; all by default."""
    return tuple(rectangle(*PARCELS[name][:4], name) for name in names or PARCELS)


def class_chip(folder: Path, number: int, owners, **changes) -> Chip:
    """The classes of an acquisition as a chip."""
    path = folder / f"{product(number)}.SCL.tif"
    if not path.exists():
        write_raster(path, classes(number), WEST, NORTH, 20.0, UTM)
    date = FIRST + dt.timedelta(days=2 * number)
    return Chip(**{"path": path, "bands": ("SCL",), "date": date, "product": product(number),
                   "parcels": tuple(range(len(owners))), "source": CBM, "baseline": 212, **changes})
