"""Scenes of a catalog screened by their classes over the area: the clear ones are read, the others hardly."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from osgeo import gdal
from stac_items import make_item
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.records import InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.sources import HubPlaces
from sentinel_workbench.localhub.stac_opening import open_collections

gdal.UseExceptions()
L2A, SIDE = "sentinel-2-l2a", 512
GRID = PixelGrid(BBox(500000, 5000000 - 10 * SIDE, 500000 + 10 * SIDE, 5000000, "EPSG:32631"), SIDE, SIDE)
RED = """//VERSION=3
function setup() { return {input: [{bands: ["B04"], units: "DN"}], output: {bands: 1, sampleType: "UINT16"}}; }
function evaluatePixel(s) { return [s.B04]; }
"""
DAYS = """//VERSION=3
function setup() {
  return {input: [{bands: ["B04"], units: "DN"}], output: {bands: 1, sampleType: "UINT16"}, mosaicking: "ORBIT"};
}
function evaluatePixel(samples) { return [samples.length]; }
"""
NAMES = {"sunny": (60.0, 4), "hazy": (20.0, 10), "white": (1.0, 9), "empty": (0.0, 0)}
"""Scene to the cloud of its whole tile and the class of all its pixels here."""


@pytest.fixture()
def server(tmp_path):
    noise = np.random.default_rng(7)
    where = {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 46], [2, 44]]]}
    items = []
    for number, (name, (cloud, found)) in enumerate(NAMES.items(), 1):
        red = noise.integers(number * 1000, number * 1000 + 900, (SIDE, SIDE)).astype(np.uint16)
        write_raster(tmp_path / f"{name}_red.tif", red if found else np.zeros_like(red))
        write_raster(tmp_path / f"{name}_scl.tif", np.full((SIDE, SIDE), found, np.uint8))
        assets = {key: {"href": f"{name}_{key}.tif", "type": "image/tiff"} for key in ("red", "scl")}
        item = make_item(name, f"2020-06-{10 + number}T10:00:00Z", cloud, assets=assets)
        items.append({**item, "geometry": where})
    with StacServer(tmp_path, items) as running:
        yield running


def image(server, folder, script, screens, **data):
    (folder / "data").mkdir(exist_ok=True)
    places = HubPlaces(folder / "data", open_collections(server.root, [L2A], screens=screens))
    first, last = (dt.datetime(2020, 6, day, tzinfo=dt.timezone.utc) for day in (1, 30))
    entry = InputData(L2A, time_from=first, time_to=last, **data)
    server.log.clear()
    made = render(RenderRequest(GRID, (entry,), script, (ResponseFormat("default", "image/tiff"),)), places, folder)
    return gdal.Open(str(made.body)).ReadAsArray()


def read(server, band):
    """Scenes whose file of a band was asked for, and the bytes sent of them."""
    found = [entry for entry in server.files_log() if entry.path.endswith(f"_{band}.tif")]
    return {entry.path[len("/files/"):].partition("_")[0] for entry in found}, sum(entry.sent for entry in found)


def test_the_clearest_scene_is_the_one_over_the_area(server, tmp_path):
    screened = image(server, tmp_path, RED, True, mosaicking_order="leastCC")
    assert 1000 <= screened.min() and screened.max() < 2000
    assert read(server, "red")[0] == {"sunny"}
    by_tile = image(server, tmp_path, RED, False, mosaicking_order="leastCC")
    assert 3000 <= by_tile.min() and "white" in read(server, "red")[0]


def test_cloudy_and_empty_scenes_are_not_read(server, tmp_path):
    samples = image(server, tmp_path, DAYS, True, max_cloud_percent=70.0)
    assert (samples == 1).all()
    scenes, sent = read(server, "red")
    assert scenes == {"sunny"}
    spent = sent + read(server, "scl")[1]
    image(server, tmp_path, DAYS, False, max_cloud_percent=70.0)
    assert spent < 0.6 * read(server, "red")[1]


def test_no_look_is_taken_where_it_decides_nothing(server, tmp_path):
    image(server, tmp_path, DAYS, True, mosaicking_order="mostRecent")
    assert read(server, "scl") == (set(), 0)


def test_a_scene_whose_classes_are_gone_stays(server, tmp_path):
    (tmp_path / "sunny_scl.tif").unlink()
    screened = image(server, tmp_path, DAYS, True, max_cloud_percent=70.0)
    assert (screened == 1).all() and read(server, "red")[0] == {"sunny"}
