"""A season of real scenes over real parcels, from all three sources, against ``rasterstats`` and the data's notes."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal, ogr, osr
from parcel_sources import cbm_source, hub_source, stac_source
from real_scenes import DATA, make_cogs

from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.index_scripts import read_index
from sentinel_workbench.core.services.parcel_season import ParcelSeason
from sentinel_workbench.core.services.scl_histogram import CLASSES, Verdict
from sentinel_workbench.localhub.ingest import ingest_folder

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "build" / "venv-zonal" / "bin" / "python"
SCRIPT = ROOT / "tests" / "zonal_peer.py"
SITES = {
    "00002806639B424A": ((501360.0, 5629680.0), "2018-05-01", "2018-05-14"),
    "0000280849BAC91C": ((574680.0, 5622440.0), "2018-08-01", "2018-08-24"),
}
"""North-west corner in EPSG:32631, first and last day."""
NOTED = {"2018-08-04": (0.653, 866.5, 4193.6), "2018-08-19": (0.193, 3800.8, 5514.8)}
"""Mean NDVI, B04 and B08 of parcel 0000280849BAC91C-06 in the data's notes."""


@pytest.fixture(scope="module", params=SITES)
def site(request, tmp_path_factory):
    if not PYTHON.exists():
        pytest.skip("the environment of rasterstats is missing; run make setup")
    folder = tmp_path_factory.mktemp("site")
    corner, first, last = SITES[request.param]
    scenes = make_cogs(folder / "cogs", request.param, first, last, ("B04", "B08", "SCL"))
    ingest_folder(scenes, folder / "hub", "sentinel-2-l2a")
    return request.param, folder


@pytest.fixture(scope="module", params=["hub", "cbm", "stac"])
def season(request, site, tmp_path_factory):
    name, folder = site
    source = {
        "hub": lambda: hub_source(folder / "hub", tmp_path_factory.mktemp("cache")),
        "cbm": lambda: cbm_source(folder / "hub", parcels=DATA / "s2_parcels" / f"parcels_{name}.geojson"),
        "stac": lambda: stac_source(folder / "hub"),
    }[request.param]()
    period = TimeRange.of_days(*SITES[name][1:])
    with source as chips:
        yield name, ParcelSeason(chips, parcels_of(name), period, tmp_path_factory.mktemp("chips"))


def features_of(name):
    return json.loads((DATA / "s2_parcels" / f"parcels_{name}.geojson").read_text())["features"]


def parcels_of(name):
    return tuple(Parcel(f["properties"]["pid"], f["geometry"]) for f in features_of(name))


def rasterstats(site, folder):
    """Pixels of each class by parcel and time, counted by ``rasterstats`` in the scenes' own files."""
    way = osr.CoordinateTransformation(spatial_reference("EPSG:4326"), spatial_reference("EPSG:32631"))
    moved = []
    for feature in features_of(site):
        shape = ogr.CreateGeometryFromJson(json.dumps(feature["geometry"]))
        shape.Transform(way)
        outline = json.loads(shape.ExportToJson(["COORDINATE_PRECISION=15"]))
        moved.append({"type": "Feature", "properties": {}, "geometry": outline})
    scenes = sorted((folder / "cogs" / "scenes" / site).glob("*/SCL.tif"))
    np.save(folder / "scl.npy", np.stack([gdal.Open(str(path)).ReadAsArray() for path in scenes]))
    (west, north), *_ = SITES[site]
    task = {"pixels": str(folder / "scl.npy"), "geotransform": [west, 20.0, 0, north, 0, -20.0], "features": moved,
            "nodata": 0, "all_touched": False, "tool": "rasterstats"}
    done = subprocess.run([str(PYTHON), "-W", "ignore", str(SCRIPT)], input=json.dumps(task), capture_output=True,
                          text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-2000:]
    pids = [parcel.pid for parcel in parcels_of(site)]
    return {(pid, path.parent.name): {int(key): count for key, count in counts.items()}
            for path, date in zip(scenes, json.loads(done.stdout)["found"]) for pid, counts in zip(pids, date)}


def test_every_source_counts_as_rasterstats_does(season, site):
    expected = rasterstats(*site)
    rows = season[1].look()
    found = {(row.pid, f"{row.date:%Y%m%dT%H%M%S}"): {n: row.counts[n] for n in range(1, CLASSES) if row.counts[n]}
             for row in rows}
    assert found == expected and len(expected) >= 4 * 14 and season[1].failures == ()
    assert {Verdict.CLEAR, Verdict.NOT_CLEAR} <= {row.verdict for row in rows}


def test_every_source_measures_what_the_notes_say(season):
    """On all dates; the notes' numbers are those of the parcel's own 588 pixels of 10 m."""
    name, parcels = season
    parcels.look()
    clear = {(pid, date.date) for number, dates in parcels.clear.items() for date in dates
             for pid in [parcels.order.parcels[number].pid]}
    points = parcels.measure(["B04", "B08"], [read_index("NDVI")])
    assert {(point.pid, point.date) for point in points} == clear and len(clear) >= 10
    if f"{name}-06" != "0000280849BAC91C-06":
        return
    every = {(point.pid, f"{point.date:%Y-%m-%d}", point.band): point
             for point in parcels.measure(["B04", "B08"], [read_index("NDVI")], clear_only=False)}
    for day, numbers in NOTED.items():
        told = [every[f"{name}-06", day, band] for band in ("NDVI", "B04", "B08")]
        assert [point.count for point in told] == [588] * 3
        assert told[0].mean == pytest.approx(numbers[0], abs=0.0005)
        assert [point.mean * 10_000 for point in told[1:]] == pytest.approx(numbers[1:], abs=0.05)
