"""The hub over a STAC catalog: the pixels of the files, few bytes, offsets applied, and errors where a scene fails."""

from __future__ import annotations

import datetime as dt
import json

import numpy as np
import pytest
from osgeo import gdal
from real_scenes import BOUNDS, CRS, make_cogs
from stac_items import make_item, make_items
from stac_scenes import SCENE, real_scene_item, series_items
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import InvalidInput, NotThere
from sentinel_workbench.core.http import ranges
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.stac import asking, paging
from sentinel_workbench.localhub import stac_source
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.sources import HubPlaces, open_sources
from sentinel_workbench.localhub.stac_opening import open_collections

gdal.UseExceptions()
L2A, UTC = "sentinel-2-l2a", dt.timezone.utc
TRUE_COLOUR = """//VERSION=3
function setup() { return {input: ["B02", "B03", "B04"], output: {bands: 3}}; }
function evaluatePixel(s) { return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02]; }
"""
NDVI = """//VERSION=3
function setup() { return {input: ["B04", "B08", "dataMask"], output: {bands: 2, sampleType: "FLOAT32"}}; }
function evaluatePixel(s) { return [(s.B08 - s.B04) / (s.B08 + s.B04), s.dataMask]; }
"""
STORED = """//VERSION=3
function setup() {
  return {input: [{bands: ["B04", "SCL", "dataMask"], units: ["DN", "DN", "DN"]}],
          output: {bands: 3, sampleType: "UINT16"}};
}
function evaluatePixel(s) { return [s.B04, s.SCL, s.dataMask]; }
"""


@pytest.fixture(autouse=True)
def impatient(monkeypatch):
    quick = RetryPolicy(attempts=2, first_delay_s=0.001, rate_limit_attempts=2, rate_limit_delay_s=0.001)
    monkeypatch.setattr(ranges, "READ_POLICY", quick)
    monkeypatch.setattr(paging, "_TWICE", quick)
    monkeypatch.setattr(asking, "POLICY", quick)


def order(text, grid, collection=L2A, **data):
    formats = (ResponseFormat("default", "image/tiff"),)
    return RenderRequest(grid, (InputData(collection, **data),), text, formats)


def pixels(request, places, folder):
    return gdal.Open(str(render(request, places, folder).body)).ReadAsArray()


def places_of(server, folder, *collections):
    (folder / "data").mkdir(exist_ok=True)
    return HubPlaces(folder / "data", open_collections(server.root, collections or (L2A,)))


# ---- the real scene --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scene_server():
    with StacServer(SCENE, [real_scene_item()]) as running:
        yield running


def window(band, col, row, size):
    return gdal.Open(str(SCENE / f"{band}.tif")).ReadAsArray(col, row, size, size).astype("float64")


def scene_grid(col, row, size, pixel=100):
    west, north = 199980 + col * 100, 2800020 - row * 100
    return PixelGrid(BBox(west, north - size * pixel, west + size * pixel, north, "EPSG:32629"), size, size)


def test_true_colour_of_the_real_scene_equals_numpy(scene_server, tmp_path):
    got = pixels(order(TRUE_COLOUR, scene_grid(300, 420, 200)), places_of(scene_server, tmp_path), tmp_path)
    expected = [np.round(np.clip(window(b, 300, 420, 200) * 0.0001 * 2.5, 0, 1) * 255) for b in ("B04", "B03", "B02")]
    assert np.abs(got.astype(int) - np.array(expected)).max() <= 1  # halves may be rounded either way
    assert (got == np.array(expected)).mean() > 0.999


def test_ndvi_of_the_real_scene_costs_two_requests_a_band(scene_server, tmp_path):
    places = places_of(scene_server, tmp_path)
    scene_server.log.clear()
    got = pixels(order(NDVI, scene_grid(20, 30, 400)), places, tmp_path)
    red, nir = window("B04", 20, 30, 400), window("B08", 20, 30, 400)
    assert np.allclose(got[0], (nir - red) / (nir + red), atol=1e-6) and (got[1] == 1).all()
    asked = scene_server.files_log()
    assert sorted(entry.path for entry in asked) == ["/files/B04.tif"] * 2 + ["/files/B08.tif"] * 2
    files = [gdal.Open(str(SCENE / f"{band}.tif")) for band in ("B04", "B08")]
    blocks = sum(int(file.GetRasterBand(1).GetMetadataItem("BLOCK_SIZE_0_0", "TIFF")) for file in files)
    assert sum(entry.sent for entry in asked) <= 1.05 * blocks


def test_a_coarse_image_reads_the_overview(scene_server, tmp_path):
    places = places_of(scene_server, tmp_path)
    scene_server.log.clear()
    got = pixels(order(STORED, scene_grid(0, 0, 256, 400)), places, tmp_path)
    file = gdal.Open(str(SCENE / "B04.tif"))
    overview = file.GetRasterBand(1).GetOverview(1).ReadAsArray()
    assert np.isin(got[0], [0, *np.unique(overview)]).all() and (got[2] == 1).mean() > 0.9
    assert sum(entry.sent for entry in scene_server.files_log()) < 400_000  # of 2.4 MB


def test_the_classes_are_never_averaged(scene_server, tmp_path):
    request = order(STORED, scene_grid(11, 13, 150, 250), downsampling="BICUBIC", upsampling="BICUBIC")
    got = pixels(request, places_of(scene_server, tmp_path), tmp_path)
    assert set(np.unique(got[1])) <= {0, 2, 5, 7, 8, 9, 10}


def test_the_collection_has_the_bands_that_can_be_read(scene_server, tmp_path):
    sources = open_sources(places_of(scene_server, tmp_path))
    for name in (L2A, "S2L2A"):
        assert [band.name for band in sources.collection(name).bands] == ["B02", "B03", "B04", "B08", "SCL"]
    (found,) = sources.search(L2A, BBox(-11.9, 24.5, -11.5, 25))
    assert found.scene_id == "S2A_29RKH_20200219_0_L2A" and found.properties["tile"] == "29RKH"
    assert not sources.search(L2A, BBox(10, 24.5, 11, 25)) and not sources.search(L2A, max_cloud_percent=1.0)
    assert sources.interval(L2A)[0] == dt.datetime(2020, 2, 19, 11, 34, 25, 405000, tzinfo=UTC)


# ---- the real series -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def series(tmp_path_factory):
    folder = tmp_path_factory.mktemp("series")
    scenes = make_cogs(folder)
    ingest_folder(scenes, folder / "ingested")
    with StacServer(scenes, series_items(scenes)) as running:
        yield running, folder / "ingested"


@pytest.mark.parametrize("options", [
    {"mosaicking_order": "leastCC"}, {"mosaicking_order": "mostRecent"}, {"mosaicking_order": "leastRecent"},
    {"mosaicking_order": "leastCC", "max_cloud_percent": 40.0, "upsampling": "BILINEAR", "downsampling": "BICUBIC"},
])
@pytest.mark.parametrize("pixel", [10, 25])
def test_a_mosaic_equals_that_of_the_ingested_folder(series, tmp_path, options, pixel):
    server, ingested = series
    grid = PixelGrid(BBox(*BOUNDS, CRS), 640 // pixel, 640 // pixel)
    request = order(STORED, grid, time_from=dt.datetime(2019, 4, 1, tzinfo=UTC),
                    time_to=dt.datetime(2019, 6, 30, 23, 59, 59, tzinfo=UTC), **options)
    near = pixels(request, ingested, tmp_path)
    far = pixels(request, places_of(server, tmp_path), tmp_path)
    assert np.array_equal(near, far) and (far[2] == 1).all() and far[0].std() > 100


def test_many_dates_are_fetched_side_by_side(series, tmp_path):
    server, ingested = series
    text = """//VERSION=3
function setup() {
  return {input: [{bands: ["B04"], units: "DN"}], output: {bands: 2, sampleType: "FLOAT32"}, mosaicking: "TILE"};
}
function evaluatePixel(samples) { return [samples.length, samples.reduce((sum, s) => sum + s.B04, 0)]; }
"""
    places = places_of(server, tmp_path)
    server.log.clear()
    request = order(text, PixelGrid(BBox(*BOUNDS, CRS), 64, 64))
    assert np.array_equal(pixels(request, places, tmp_path), pixels(request, ingested, tmp_path))
    files = [entry.path for entry in server.files_log()]
    assert len(files) == len(set(files)) == len(server.items)  # whole files of 16 kB: one request each


# ---- what catalogs do --------------------------------------------------------------------------------------------


@pytest.fixture
def small(tmp_path):
    """A catalog of scenes over 80 m of one constant; the files lie where the items do not matter."""
    folder = tmp_path / "files"
    write_raster(folder / "low.tif", np.full((8, 8), 3000, np.uint16))
    write_raster(folder / "high.tif", np.full((8, 8), 5000, np.uint16))
    write_raster(folder / "half.tif", np.repeat([[0, 4000]], 4, axis=1).repeat(8, axis=0).astype(np.uint16))
    write_raster(folder / "scl.tif", np.full((4, 4), 4, np.uint8), pixel=20.0)
    with StacServer(folder) as running:
        yield running


GRID = PixelGrid(BBox(500000, 4999920, 500080, 5000000, "EPSG:32631"), 8, 8)
EVERYWHERE = {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 46], [2, 44]]]}


def item_at(name, day, red="low.tif", **properties):
    assets = {"red": {"href": red, "type": "image/tiff"}, "scl": {"href": "scl.tif", "type": "image/tiff"}}
    item = make_item(name, f"{day}T10:00:00Z", assets=assets, **properties)
    return {**item, "geometry": EVERYWHERE, "bbox": [2, 44, 4, 46]}


@pytest.mark.parametrize("properties, expected", [
    ({"s2:processing_baseline": "05.09"}, 2000),
    ({"s2:processing_baseline": "03.01"}, 3000),
    ({"s2:processing_baseline": "05.09", "earthsearch:boa_offset_applied": True}, 3000),
    ({"s2:processing_baseline": "05.09", "earthsearch:boa_offset_applied": False}, 2000),
    ({}, 3000),
])
def test_the_offset_is_applied_as_the_catalog_means_it(small, tmp_path, properties, expected):
    small.add([item_at("a", "2020-06-01", **properties)])
    got = pixels(order(STORED, GRID), places_of(small, tmp_path), tmp_path)
    assert (got[0] == expected).all() and (got[1] == 4).all()


def test_empty_pixels_stay_empty_with_an_offset(small, tmp_path):
    small.add([item_at("a", "2023-06-01", "half.tif", **{"s2:processing_baseline": "05.09"})])
    got = pixels(order(STORED, GRID), places_of(small, tmp_path), tmp_path)
    assert (got[0, :, :4] == 0).all() and (got[2, :, :4] == 0).all() and (got[0, :, 4:] == 3000).all()


def test_of_two_processings_the_newer_counts(small, tmp_path):
    grid_code = {"grid:code": "MGRS-31TCL", "platform": "sentinel-2a"}
    small.add([
        item_at("a_N0500", "2020-06-01", "high.tif", **{"s2:processing_baseline": "05.00", **grid_code}),
        item_at("a_N0214", "2020-06-01", "low.tif", **{"s2:processing_baseline": "02.14", **grid_code}),
    ])
    places = places_of(small, tmp_path)
    assert [s.scene_id for s in open_sources(places).search(L2A)] == ["a_N0500"]
    assert (pixels(order(STORED, GRID), places, tmp_path)[0] == 4000).all()


def test_scenes_behind_a_complete_one_are_not_read(small, tmp_path):
    small.add([item_at("new", "2020-06-02", "high.tif"), item_at("old", "2020-06-01", "missing.tif")])
    got = pixels(order(STORED, GRID), places_of(small, tmp_path), tmp_path)
    assert (got[0] == 5000).all() and not [e for e in small.files_log() if "missing" in e.path]


@pytest.mark.parametrize("faults, words", [
    ({"status": 404}, "does not exist"), ({"status": 403}, "does not let you read"), ({"status": 503}, "failed"),
    ({"stop_after": 40}, "broke off"), ({"html": 99}, "web page"), ({"no_range": True}, "whole files only"),
    ({"zeros": True}, "GeoTIFF"), ({"wrong_range": True}, "other bytes"),
])
@pytest.mark.parametrize("mosaicking", ["SIMPLE", "TILE"])
def test_a_scene_that_fails_fails_the_image(small, tmp_path, faults, words, mosaicking):
    small.add([item_at("new", "2020-06-02", "half.tif"), item_at("old", "2020-06-01", "low.tif")])
    places = places_of(small, tmp_path)
    small.faults.when = lambda path: "low" in path  # only the scene behind the first one
    for name, value in faults.items():
        setattr(small.faults, name, value)
    text = STORED if mosaicking == "SIMPLE" else STORED.replace(
        "sampleType", 'id: "default", sampleType').replace("output:", 'mosaicking: "TILE", output:').replace(
        "s.B04, s.SCL, s.dataMask", "s[0].B04, s.length, s[0].dataMask")
    with pytest.raises(HubError) as caught:
        render(order(text, GRID), places, tmp_path)
    assert caught.value.status == 500 and words in caught.value.message
    assert caught.value.message.startswith("Band 'B04' of tile 'old' can't be read: ")


def test_a_catalog_that_fails_fails_the_image(small, tmp_path):
    small.add([item_at("a", "2020-06-01")])
    places = places_of(small, tmp_path)
    for way, value in (("statuses", [500] * 20), ("html", True)):
        setattr(small.ways, way, value)
        with pytest.raises(HubError, match="can't be searched"):
            render(order(STORED, GRID), places, tmp_path)


def test_too_many_scenes_are_refused(small, tmp_path, monkeypatch):
    monkeypatch.setattr(stac_source, "MOST_SCENES", 20)
    small.add([{**item_at("x", "2020-06-01"), "id": item["id"]} for item in make_items(30)])
    with pytest.raises(HubError, match="more than 20 scenes") as caught:
        render(order(STORED, GRID), places_of(small, tmp_path), tmp_path)
    assert caught.value.status == 400


def test_pages_of_scenes(small, tmp_path):
    small.add([item_at(f"{day:02d}", f"2020-06-{day:02d}", cloud=float(day % 7)) for day in range(1, 29)])
    sources = open_sources(places_of(small, tmp_path))
    newest = [scene.scene_id for scene in sources.search(L2A)]
    assert newest == [f"{day:02d}" for day in range(28, 0, -1)]
    assert [s.scene_id for s in sources.search(L2A, limit=3, offset=5)] == newest[5:8]
    assert [s.scene_id for s in sources.search(L2A, order="leastRecent", limit=2)] == ["01", "02"]
    assert [s.scene_id for s in sources.search(L2A, order="leastCC", limit=3)] == ["28", "21", "14"]
    assert len({scene.row_id for scene in sources.search(L2A)}) == 28


def test_a_collection_nobody_knows(small, tmp_path):
    asset = {"href": "low.tif", "type": "image/tiff", "raster:bands": [{"scale": 0.5, "offset": 10, "nodata": 0}]}
    item = make_item("a", cloud=None, collection="soil", assets={"ph": asset, "picture": {"href": "low.png"}})
    small.add([{**item, "geometry": EVERYWHERE}])
    text = STORED.replace('["B04", "SCL", "dataMask"], units: ["DN", "DN", "DN"]', '["ph", "dataMask"]').replace(
        "s.B04, s.SCL, s.dataMask", "s.ph, 1, s.dataMask")
    got = pixels(order(text, GRID, "soil"), places_of(small, tmp_path, "soil"), tmp_path)
    assert (got[0] == 1510).all()


def test_what_can_not_be_served_is_refused_at_the_start(small, tmp_path):
    jp2 = {"B04_10m": {"href": "s3://eodata/x_B04_10m.jp2", "type": "image/jp2"},
           "B08_10m": {"href": "https://h/x_B08_10m.jp2", "type": "image/jp2"},
           "SCL_20m": {"href": "s3://eodata/x_SCL_20m.jp2", "type": "image/jp2"}}
    small.add([make_item("a", collection="jpeg", assets=jp2), make_item("b", collection="bare")])
    for collection in ("jpeg", "bare"):
        with pytest.raises(InvalidInput, match="JPEG 2000"):
            places_of(small, tmp_path, collection)
    with pytest.raises(NotThere):
        places_of(small, tmp_path, "absent")
    small.add([item_at("c", "2020-06-01"), {**item_at("d", "2020-06-01"), "collection": "sentinel-2-c1-l2a"}])
    with pytest.raises(InvalidInput, match="Two of the collections"):
        places_of(small, tmp_path, L2A, "sentinel-2-c1-l2a")


def test_the_store_is_served_beside_the_catalog(small, tmp_path):
    write_raster(tmp_path / "own" / "20200601T100000" / "B04.tif", np.full((8, 8), 77, np.uint16))
    ingest_folder(tmp_path / "own", tmp_path / "data", "mine")
    small.add([item_at("a", "2020-06-01")])
    places = places_of(small, tmp_path)
    names = [collection.collection_id for collection in open_sources(places).collections()]
    assert names == ["mine", L2A]
    text = STORED.replace('["B04", "SCL", "dataMask"], units: ["DN", "DN", "DN"]', '["B04", "dataMask"]')
    got = pixels(order(text.replace("s.SCL", "1"), GRID, "mine"), places, tmp_path)
    assert (got[0] == 77).all()


def test_items_of_a_file(small, tmp_path):
    item = item_at("a", "2020-06-01")
    for asset in item["assets"].values():
        asset["href"] = small.url(asset["href"])
    path = tmp_path / "items.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [item]}))
    (tmp_path / "data").mkdir()
    places = HubPlaces(tmp_path / "data", open_collections(str(path), [L2A]))
    assert (pixels(order(STORED, GRID), places, tmp_path)[0] == 3000).all()
