"""One image through the cache: hits, splits, archives, tiles and cloud."""

from __future__ import annotations

import io
import json
import tarfile
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from stand_in import StandIn, image_bytes

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.model import grid as grid_module
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import (
    JPEG,
    JSON_TYPE,
    PNG,
    TIFF,
    DataSource,
    ImageOrder,
    Response,
    TileMetadata,
)
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.image import ImageService

SCRIPT = """//VERSION=3
function setup() { return { input: ["B04", "B03", "B02"], output: { bands: 3 } }; }
function evaluatePixel(s) { return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02]; }
"""
TWO_OUTPUTS = """//VERSION=3
function setup() {
  return { input: ["B04", "B08"], output: [{ id: "default", bands: 3 }, { id: "ndvi", bands: 3 }] };
}
function evaluatePixel(s) { return { default: [s.B04, 1, 2], ndvi: [s.B08, 1, 2] }; }
"""
THIRTEEN_BANDS = SCRIPT.replace("bands: 3", "bands: 13")
JANUARY = TimeRange.of_days("2019-01-01", "2019-01-31")
SOURCE = DataSource("sentinel-2-l2a", JANUARY, "leastCC")
ORDER = ImageOrder(PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 63, 105), (SOURCE,), SCRIPT)
EXACT = replace(ORDER, tile_metadata=TileMetadata.EXACT)


@pytest.fixture
def hub():
    with StandIn() as stand_in:
        yield stand_in


@pytest.fixture
def service(hub, tmp_path):
    return service_for(hub, tmp_path / "cache")


def service_for(hub, folder):
    connection = Connection("test", base_url=hub.url, token_url=hub.token_url)
    credentials = Credentials(hub.client_id, hub.client_secret)
    client = HubClient(connection, credentials, policy=RetryPolicy(attempts=2, longest_total_s=2))
    return ImageService(client, ResponseCache(folder))


def archive(*members):
    """A TAR of (name, bytes)."""
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as tar:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return memory.getvalue()


def names(path):
    dataset = gdal.Open(str(path))
    return [dataset.GetRasterBand(i + 1).GetDescription() for i in range(dataset.RasterCount)]


def test_a_fresh_image_is_layer_ready(hub, service):
    result = service.fetch(ORDER)
    assert (result.state, result.requests, result.processing_units, result.from_cache) == (State.DONE, 1, 2.5, False)
    dataset = gdal.Open(str(result.rasters["default"]))
    assert dataset.GetGeoTransform() == pytest.approx(ORDER.grid.geotransform)
    assert names(result.rasters["default"]) == ["B04", "B03", "B02"]
    assert result.time_range == JANUARY and result.tiles == () and result.notes == ()


def test_a_hit_asks_nobody_and_opens_nothing(hub, service, monkeypatch):
    first = service.fetch(ORDER)
    monkeypatch.setattr(gdal, "OpenEx", None)
    second = service.fetch(ORDER)
    assert (second.requests, second.from_cache, second.processing_units) == (0, True, 0.0)
    assert second.rasters == first.rasters and hub.seen.requests == 1


@pytest.mark.parametrize("mime", [PNG, JPEG])
def test_pictures_become_geotiffs(hub, service, mime):
    result = service.fetch(replace(ORDER, responses=(Response("default", mime),)))
    dataset = gdal.Open(str(result.rasters["default"]))
    assert dataset.GetDriver().ShortName == "GTiff" and dataset.GetSpatialRef() is not None


@pytest.mark.parametrize("damage", ["missing", "cut", "edited", "no note", "bad note"])
def test_a_damaged_layer_file_is_remade_without_asking(hub, service, damage):
    path = service.fetch(ORDER).rasters["default"]
    good = path.read_bytes()
    note = path.with_name("result.json")
    if damage == "missing":
        path.unlink()
    elif damage == "cut":
        path.write_bytes(good[:100])
    elif damage == "edited":
        dataset = gdal.Open(str(path), gdal.GA_Update)
        dataset.GetRasterBand(1).Fill(0)
        dataset = None
    elif damage == "no note":
        note.unlink()
    else:
        note.write_text('{"format": 1, "rasters": {"default": ["../../../etc/passwd", 1, 1]}}')
    again = service.fetch(ORDER)
    assert again.from_cache and hub.seen.requests == 1
    assert gdal.Open(str(again.rasters["default"])).ReadAsArray().max() > 0


def test_a_damaged_response_is_fetched_again(hub, service):
    path = service.fetch(ORDER).rasters["default"]
    response = next(path.parent.glob("response.*"))
    response.write_bytes(b"x" * response.stat().st_size)
    path.unlink()
    again = service.fetch(ORDER)
    assert again.requests == 1 and hub.seen.requests == 2
    assert service.fetch(ORDER).from_cache


def test_several_outputs_come_apart(hub, service):
    order = replace(
        ORDER,
        evalscript=TWO_OUTPUTS,
        responses=(Response("default", TIFF), Response("ndvi", TIFF), Response("userdata", JSON_TYPE)),
    )
    result = service.fetch(order)
    assert sorted(result.rasters) == ["default", "ndvi"] and result.userdata == {"ok": True}
    assert names(result.rasters["ndvi"]) == ["ndvi_1", "ndvi_2", "ndvi_3"]
    assert service.fetch(order).userdata == {"ok": True} and hub.seen.requests == 1


def test_an_empty_image_is_told(hub, service):
    blank = gdal.GetDriverByName("GTiff").Create("/vsimem/blank.tif", 63, 105, 3)
    blank.FlushCache()
    blank = None
    size = gdal.VSIStatL("/vsimem/blank.tif").size
    content = bytes(gdal.VSIFReadL(1, size, gdal.VSIFOpenL("/vsimem/blank.tif", "rb")))
    hub.answer = lambda payload, accept: ("image/tiff", content)
    result = service.fetch(ORDER)
    assert result.state is State.DONE and "empty" in result.notes[0]
    assert service.fetch(ORDER).notes == result.notes


@pytest.fixture
def small_service_limit(monkeypatch):
    """Pretend the service takes 40 px at most."""
    monkeypatch.setattr(grid_module.PixelGrid.tiles, "__defaults__", (40,))


def picture(hub_grid):
    """An answer cut out of one large deterministic picture, by the bbox asked."""

    def answer(payload, accept):
        west, _, _, north = payload["input"]["bounds"]["bbox"]
        res_x, res_y = hub_grid.resolution
        col, row = round((west - hub_grid.bbox.min_x) / res_x), round((hub_grid.bbox.max_y - north) / res_y)
        width, height = payload["output"]["width"], payload["output"]["height"]
        pixels = whole_picture(hub_grid)[:, row: row + height, col: col + width]
        name = f"/vsimem/part-{col}-{row}.tif"
        dataset = gdal.GetDriverByName("GTiff").Create(name, width, height, 3)
        dataset.WriteRaster(0, 0, width, height, pixels.tobytes())
        dataset = None
        size = gdal.VSIStatL(name).size
        image = bytes(gdal.VSIFReadL(1, size, gdal.VSIFOpenL(name, "rb")))
        if accept == TIFF:
            return TIFF, image
        tiles = [{"date": "2019-01-12T07:03:09Z", "id": "S2A_T38LQK", "pixels": width * height}]
        userdata = {"workbench_tiles": tiles, "pixels": width * height, "user": None}
        return "application/x-tar", archive(("default.tif", image), ("userdata.json", json.dumps(userdata).encode()))

    return answer


def whole_picture(grid):
    rows, cols = np.mgrid[0: grid.height, 0: grid.width]
    return np.stack([(rows * 7 + cols * (band + 3)) % 251 for band in range(3)]).astype("uint8")


def test_a_split_image_equals_the_whole(hub, service, small_service_limit):
    hub.answer = picture(ORDER.grid)
    result = service.fetch(ORDER)
    assert result.requests == 6 and result.processing_units == 15.0
    dataset = gdal.Open(str(result.rasters["default"]))
    assert np.array_equal(dataset.ReadAsArray(), whole_picture(ORDER.grid))
    assert dataset.GetGeoTransform() == pytest.approx(ORDER.grid.geotransform)
    assert names(result.rasters["default"]) == ["B04", "B03", "B02"]
    hit = service.fetch(ORDER)
    assert (hit.requests, hit.from_cache) == (0, True) and hub.seen.requests == 6
    hit.rasters["default"].write_bytes(b"")
    assert service.fetch(ORDER).from_cache and hub.seen.requests == 6


def test_parts_that_are_there_are_not_asked_again(hub, service, small_service_limit):
    hub.answer = picture(ORDER.grid)
    hub.faults.rejected = {"status": 400, "message": "no", "code": "COMMON_BAD_PAYLOAD"}
    hub.faults.delay_s = 0.3
    hub.faults.when = lambda payload: payload["input"]["bounds"]["bbox"][1] == ORDER.grid.bbox.min_y
    with pytest.raises(Exception, match="no"):
        service.fetch(ORDER)
    hub.faults.rejected = None
    before = hub.seen.requests
    result = service.fetch(ORDER)
    assert 2 <= result.requests <= 4 and hub.seen.requests - before == result.requests
    assert np.array_equal(gdal.Open(str(result.rasters["default"])).ReadAsArray(), whole_picture(ORDER.grid))


SCENE = {
    "type": "Feature", "id": "S2A_T38LQK", "collection": "sentinel-2-l2a",
    "properties": {"datetime": "2019-01-12T07:03:09Z", "eo:cloud_cover": 12.0},
    "geometry": {"type": "Polygon", "coordinates": [[[46, -17], [47, -17], [47, -15], [46, -15], [46, -17]]]},
}


def exact_answer(payload, accept):
    """The image with two tiles in its userdata; the small cloud image is a quarter cloud."""
    width, height = payload["output"]["width"], payload["output"]["height"]
    if accept == TIFF:
        dataset = gdal.GetDriverByName("GTiff").Create("/vsimem/cloud.tif", width, height, 1)
        values = np.where(np.arange(height)[:, None] * 4 < height, 2, 1) * np.ones((1, width))
        dataset.WriteRaster(0, 0, width, height, values.astype("uint8").tobytes())
        dataset = None
        size = gdal.VSIStatL("/vsimem/cloud.tif").size
        return TIFF, bytes(gdal.VSIFReadL(1, size, gdal.VSIFOpenL("/vsimem/cloud.tif", "rb")))
    tiles = [
        {"date": "2019-01-02T07:03:09Z", "id": "S2B_T38LQK", "cloudCoverage": 50, "pixels": width * height // 5},
        {"date": "2019-01-12T07:03:09Z", "id": "S2A_T38LQK", "cloudCoverage": 12, "pixels": width * height // 2},
    ]
    userdata = {"workbench_tiles": tiles, "pixels": width * height, "user": {"own": 1}}
    image = image_bytes(width, height)
    return "application/x-tar", archive(("default.tif", image), ("userdata.json", json.dumps(userdata).encode()))


def test_exact_tiles_with_footprints_and_cloud(hub, service):
    hub.answer, hub.items = exact_answer, [SCENE]
    result = service.fetch(EXACT)
    assert [tile.tile_id for tile in result.tiles] == ["S2A_T38LQK", "S2B_T38LQK"]
    assert result.tiles[0].share == pytest.approx(0.5, abs=0.01) and result.tiles[0].geometry == SCENE["geometry"]
    assert result.tiles[1].geometry is None and result.userdata is None
    assert result.area_cloud_percent == pytest.approx(100 * 27 / 105, abs=0.01)
    assert (result.requests, result.processing_units) == (2, 5.0)
    again = service.fetch(EXACT)
    assert replace(again, requests=2, from_cache=False, processing_units=5.0) == result
    assert (hub.seen.requests, hub.seen.searches) == (2, 1)


def test_the_users_own_userdata_survives(hub, service):
    hub.answer = exact_answer
    order = replace(EXACT, responses=(Response(), Response("userdata", JSON_TYPE)))
    assert service.fetch(order).userdata == {"own": 1}
    assert service.fetch(order).userdata == {"own": 1}


def test_a_collection_without_cloud_band_keeps_its_image(hub, service):
    hub.answer = exact_answer
    hub.faults.rejected = {"status": 400, "message": "Collection 'S2L2A' has no band 'SCL'.", "code": "X"}
    hub.faults.when = lambda payload: "SCL" in payload["evalscript"]
    result = service.fetch(EXACT)
    assert result.state is State.DONE and result.area_cloud_percent is None
    asked = hub.seen.requests
    assert service.fetch(EXACT).from_cache and hub.seen.requests == asked


def test_exact_tiles_add_up_over_parts(hub, service, small_service_limit):
    hub.answer, hub.items = picture(ORDER.grid), [SCENE]
    result = service.fetch(EXACT)
    assert [(tile.tile_id, tile.share) for tile in result.tiles] == [("S2A_T38LQK", 1.0)]


def test_candidates_come_from_the_catalog_alone(hub, service):
    hub.items = [SCENE]
    result = service.fetch(replace(ORDER, tile_metadata=TileMetadata.CANDIDATES))
    assert [(tile.tile_id, tile.share, tile.cloud_percent) for tile in result.tiles] == [("S2A_T38LQK", None, 12.0)]
    assert (hub.seen.requests, hub.seen.searches) == (1, 1)
    assert service.fetch(ORDER).tiles == ()


@pytest.mark.parametrize(
    "field,changes",
    [
        ("time", {"sources": (DataSource("sentinel-2-l2a"),)}),
        ("evalscript", {"evalscript": SCRIPT.replace('"B04"', '"B99"')}),
        ("responses", {"responses": (Response("ndvi"),)}),
        ("responses", {"evalscript": THIRTEEN_BANDS, "responses": (Response("default", PNG),)}),
        ("responses", {"responses": (Response("../default"),)}),
        ("resolution", {"grid": PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 10, 10)}),
    ],
)
def test_what_cannot_succeed_is_not_sent(hub, service, field, changes):
    with pytest.raises(InvalidInput) as caught:
        service.fetch(replace(ORDER, **changes))
    assert caught.value.field == field and hub.seen.connections == 0
