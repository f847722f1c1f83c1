"""A parcel that straddles two UTM zones: each image is counted in its own zone, the one that covers it best counts."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from cbm_hub import write_parcels
from parcel_sources import COLLECTION, cbm_source, hub_source, stac_source
from synthetic_scenes import write_raster

from sentinel_workbench.core.model.chips import ChipOrder
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.projection import cover_bbox, transform_point
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.scl_histogram import ClearRule, HistogramRun, Verdict
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore

LON, LAT = 6.0, 45.15
"""Where zone 31 ends and zone 32 begins."""
DAY = dt.datetime(2019, 5, 1, 10, 50, 31, tzinfo=dt.timezone.utc)
MAY = TimeRange.of_days("2019-05-01", "2019-05-31")
WHOLE, WEST = (-1000, 1000), (-1000, 20)
"""Metres from the meridian a tile reaches to the west and the east."""


def parcel(pid="p"):
    """About 400 m x 400 m, half of it in each zone."""
    dx, dy = 200 / 78_500, 200 / 111_200
    ring = [[LON + dx * east, LAT + dy * north] for east, north in ((-1, -1), (1, -1), (1, 1), (-1, 1), (-1, -1))]
    return Parcel(pid, {"type": "Polygon", "coordinates": [ring]})


def scene(folder, day, zone, reach, value, seconds=0):
    """A tile of one class; ``seconds`` after the first tile of its pass."""
    crs, tile = f"EPSG:326{zone}", {31: "31TGL", 32: "32TKR"}[zone]
    x, y = (round(v / 20) * 20 for v in transform_point(LON, LAT, "EPSG:4326", crs))
    west, width = x + reach[0], (reach[1] - reach[0]) // 20
    date = DAY + dt.timedelta(days=day, seconds=seconds)
    name = f"S2A_MSIL2A_{date:%Y%m%dT%H%M%S}_N0212_R051_T{tile}_{date:%Y%m%dT%H%M%S}"
    path = write_raster(folder / name / "SCL.tif", np.full((100, width), value, np.uint8), west, y + 1000, 20.0, crs)
    box = cover_bbox(BBox(west, y - 1000, west + 20 * width, y + 1000, crs), "EPSG:4326")
    ring = [[box.min_x, box.min_y], [box.max_x, box.min_y], [box.max_x, box.max_y], [box.min_x, box.max_y]]
    footprint = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    return StoredScene(name, COLLECTION, date, 0.0, footprint, {"SCL": BandFile(str(path), nodata=0.0)}, {"tile": tile})


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """Passes seen by either zone's tile alone, then by both, of which one covers only the west of the parcel."""
    folder = tmp_path_factory.mktemp("zones")
    store = SceneStore(folder)
    store.add_collection(find_collection(COLLECTION))
    store.add_scenes([
        scene(folder, 0, 31, WHOLE, 4), scene(folder, 5, 32, WHOLE, 4),
        scene(folder, 10, 31, WEST, 9), scene(folder, 10, 32, WHOLE, 4, seconds=14),
        scene(folder, 15, 31, WEST, 4), scene(folder, 20, 31, WEST, 4), scene(folder, 20, 32, WHOLE, 5),
        scene(folder, 25, 32, WHOLE, 5), scene(folder, 25, 31, WEST, 5),
    ])
    write_parcels(folder / "parcels.gpkg")
    return folder


@pytest.fixture(params=["hub", "cbm", "stac"])
def source(request, data, tmp_path):
    make = {"hub": lambda: hub_source(data, tmp_path / "cache"), "cbm": lambda: cbm_source(data),
            "stac": lambda: stac_source(data)}[request.param]
    with make() as chips:
        yield chips


def test_a_parcel_of_two_zones(source, tmp_path):
    order = ChipOrder((parcel(),), MAY)
    found = source.fetch(order, tmp_path / "chips")
    assert found.failures == ()
    rows = {row.date.day: row for row in HistogramRun(order.parcels, found.chips, ClearRule()).rows()}
    assert sorted(rows) == [1, 6, 11, 16, 21, 26]
    assert all(abs(row.pixels - 400) <= 12 for row in rows.values())
    told = {day: {number: count for number, count in enumerate(row.counts) if count} for day, row in rows.items()}
    for day in (1, 6):
        assert rows[day].verdict is Verdict.CLEAR and told[day] == {4: rows[day].pixels}
    assert rows[16].verdict is Verdict.NOT_COVERED and set(told[16]) == {0, 4}
    for day in (11, 21, 26):  # the pass is told by the tile that has all of it
        assert rows[day].verdict is Verdict.CLEAR and 9 not in told[day] and 0 not in told[day]
