"""Scenes cut out: the same pixels as a reading of the whole file, on the grid asked for, or a named failure."""

from __future__ import annotations

import json
import threading

import numpy as np
import pytest
from osgeo import gdal
from range_server import RangeServer
from stac_items import make_item
from stac_scenes import SCENE, real_scene_item
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import InvalidInput, StorageError
from sentinel_workbench.core.http import ranges as ranges_module
from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.http.transport import NetworkSettings, RequestsTransport
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Silent, Watched
from sentinel_workbench.core.raster import clip_writing
from sentinel_workbench.core.raster.clip_windows import aligned_window, clip_window, window_bounds
from sentinel_workbench.core.raster.cog_check import check_cog
from sentinel_workbench.core.services import clip_scene
from sentinel_workbench.core.services.clip_order import NATIVE, SHARED, ClipOrder, band_choices
from sentinel_workbench.core.services.stac_clip import clip_scenes
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.records import StacConnection

UTM = "EPSG:32631"
BOX = BBox(500031, 4999633, 500388, 4999928, UTM)
"""On pixels of 10 m: columns 3 to 39, rows 7 to 37."""


@pytest.fixture
def server(tmp_path):
    (tmp_path / "files").mkdir()
    with RangeServer(tmp_path / "files") as running:
        yield running


@pytest.fixture
def reader(monkeypatch):
    policy = RetryPolicy(attempts=4, first_delay_s=0.001, rate_limit_delay_s=0.001)
    monkeypatch.setattr(ranges_module, "READ_POLICY", policy)
    transport = RequestsTransport(NetworkSettings(read_timeout_s=5))
    yield HttpRanges(transport)
    transport.close()


def noise(rows, cols, seed=7, dtype=np.uint16, top=9000):
    return np.random.default_rng(seed).integers(1, top, (rows, cols)).astype(dtype)


def write_bands(folder, stem="a", size=120, **bands):
    """Rasters on one ground, named by their bands: pixels of 10, 20 or 60 m."""
    pixels = {}
    for name, pixel in bands.items():
        side = size * 10 // pixel
        is_scl = name == "SCL"
        pixels[name] = noise(side, side, pixel + len(name), np.uint8 if is_scl else np.uint16, 11 if is_scl else 9000)
        write_raster(folder / stem / f"{name}.tif", pixels[name], pixel=float(pixel), BLOCKSIZE=128)
    return pixels


def item_of(server, bands, stem="a", **properties):
    base = "" if server is None else server.base
    assets = {name: {"href": f"{base}/files/{stem}/{name}.tif", "type": "image/tiff"} for name in bands}
    known = {"s2:processing_baseline": "02.14", **properties}
    return read_item(make_item(f"S2A_{stem}_20200601", assets=assets, **known), "", "https://x.org/stac")


def cut(reader, folder, items, bands, area=BOX, progress=Silent(), on_scene=None, **rest):
    order = ClipOrder(tuple(items), tuple(bands), area if isinstance(area, Area) else Area(area), **rest)
    return clip_scenes(order, StacConnection("https://x.org/stac"), reader, folder, progress, on_scene)


def pixels_of(file):
    dataset = gdal.Open(str(file.path))
    return dataset, dataset.ReadAsArray()


LESSON = ((600000.0, 10.0, 0, 5900040.0, 0, -10.0), (10980, 10980))
HUNDRED = ((199980.0, 100.0, 0, 2800020.0, 0, -100.0), (1098, 1098))


@pytest.mark.parametrize("raster, bounds, window", [
    (LESSON, (627003, 5802003, 630998, 5805998), (2700, 9404, 400, 400)),
    (LESSON, (627000, 5802000, 631000, 5806000), (2700, 9404, 400, 400)),
    (LESSON, (599000, 5899000, 600005, 5901000), (0, 0, 1, 104)),
    (LESSON, (627001, 5802001, 627002, 5802002), (2700, 9803, 1, 1)),
    (HUNDRED, (210000, 2700000, 212000, 2701000), (100, 990, 21, 11)),
    (HUNDRED, (248880, 2729873.528466838, 249780, 2730439.0109275035), (489, 695, 10, 7)),
])
def test_windows_are_those_of_clip_box(raster, bounds, window):
    """Numbers of rioxarray 0.19: ``xarray.rio.clip_box(*bounds)``, its rounding in the sixth case included."""
    assert clip_window(*raster, bounds) == window


def test_windows_beside_a_raster_and_on_its_edges():
    assert clip_window(*LESSON, (0, 0, 1, 1)) is None
    assert clip_window(*LESSON, (500000, 5800000, 599990, 5801000)) is None
    bounds = window_bounds(LESSON[0], (2700, 9404, 400, 400))
    assert bounds == (627000, 5802000, 631000, 5806000) and aligned_window(*LESSON, bounds) == (2700, 9404, 400, 400)
    assert aligned_window(*LESSON, (627005, 5802000, 631000, 5806000)) is None
    assert aligned_window(*LESSON, (599990, 5802000, 631000, 5806000)) is None


def test_native_pixels_are_those_of_the_files(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10, B11=20, SCL=20)
    result = cut(reader, tmp_path / "out", [item_of(server, pixels)], ["B04", "B11", "SCL"])
    (scene,) = result.scenes
    assert scene.state is State.DONE and str(result) == "1 of 1 scenes cut"
    windows = {"B04": (3, 7, 36, 30), "B11": (1, 3, 19, 16), "SCL": (1, 3, 19, 16)}
    for file, (name, (left, top, width, height)) in zip(scene.files, windows.items()):
        dataset, found = pixels_of(file)
        assert np.array_equal(found, pixels[name][top : top + height, left : left + width]), name
        pixel = 10 if name == "B04" else 20
        assert dataset.GetGeoTransform() == (500000 + left * pixel, pixel, 0, 5000000 - top * pixel, 0, -pixel)
        assert (file.bands, file.crs, file.size) == ((name,), UTM, (width, height))
        assert not check_cog(str(file.path), thorough=True).problems
    assert [file.path.name for file in scene.files] == [f"S2A_a_20200601_{name}.tif" for name in windows]
    assert len(server.files_log()) == 4, "two requests a band, one where the whole file is shorter than a directory"


def test_metadata_goes_along(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10, SCL=20)
    asset = {"eo:bands": [{"name": "B04", "center_wavelength": 0.665}], "type": "image/tiff",
             "href": server.url("a/B04.tif") + "?sig=secret"}
    made = make_item("S2", "2022-06-01T10:00:00Z", assets={"B04": asset, "SCL": {"href": server.url("a/SCL.tif")}},
                     **{"s2:processing_baseline": "04.00"})
    result = cut(reader, tmp_path / "out", [read_item(made, "", "https://x.org/stac")], ["B04", "SCL"])
    dataset = gdal.Open(str(result.files[0].path))
    band = dataset.GetRasterBand(1)
    assert (band.GetNoDataValue(), band.GetScale(), band.GetOffset(), band.GetDescription()) == (0, 0.0001, -0.1, "B04")
    told = dataset.GetMetadata()
    assert (told["STAC_ITEM"], told["STAC_COLLECTION"], told["STAC_CATALOG"], told["ACQUISITION_DATETIME"]) == (
        "S2", "sentinel-2-l2a", "https://x.org/stac", "2022-06-01T10:00:00Z")
    assert told["TIFFTAG_DATETIME"] == "2022:06:01 10:00:00" and told["CLOUD_COVER"] == "10"
    assert band.GetMetadata()["wavelength"] == "0.665" and band.GetMetadata()["STAC_HREF"].endswith("B04.tif")
    assert b"secret" not in result.files[0].path.read_bytes()
    second = gdal.Open(str(result.files[1].path))
    classes = second.GetRasterBand(1)
    assert classes.GetScale() is None and classes.GetOffset() is None and classes.DataType == gdal.GDT_Byte
    assert pixels["B04"].dtype == np.uint16


def test_bands_of_several_sizes_on_the_finest_pixels(server, reader, tmp_path):
    pixels = write_bands(server.folder, B01=60, B04=10, B11=20, SCL=20)
    result = cut(reader, tmp_path, [item_of(server, pixels)], ["B04", "B01", "SCL"], grid=SHARED)
    dataset, found = pixels_of(result.files[0])
    assert dataset.GetGeoTransform() == (500000, 10, 0, 4999940, 0, -10) and found.shape == (3, 36, 42)
    assert result.files[0].bands == ("B04", "B01", "SCL") and result.files[0].path.name == "S2A_a_20200601.tif"
    rows, cols = slice(6, 42), slice(0, 42)
    assert np.array_equal(found[0], pixels["B04"][rows, cols])
    for number, (name, times) in enumerate((("B01", 6), ("SCL", 2)), 1):
        assert np.array_equal(found[number], np.kron(pixels[name], np.ones((times, times), int))[rows, cols]), name


def test_coarser_pixels_are_means_but_classes_never(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10, SCL=20)
    result = cut(reader, tmp_path, [item_of(server, pixels)], ["B04", "SCL"], grid=SHARED, resolution=60.0)
    dataset, found = pixels_of(result.files[0])
    assert dataset.GetGeoTransform() == (500000, 60, 0, 4999940, 0, -60) and found.shape == (2, 6, 7)
    means = pixels["B04"][6:42, 0:42].reshape(6, 6, 7, 6).mean(axis=(1, 3))
    assert np.array_equal(found[0], np.floor(means + 0.5))
    assert np.array_equal(found[1], pixels["SCL"][3:21, 0:21][1::3, 1::3]), "the pixel under each centre"


def test_overviews_never_mix_classes(server, reader, tmp_path, monkeypatch):
    monkeypatch.setattr(clip_writing, "BLOCK_PX", 64)
    write_bands(server.folder, size=300, SCL=10, B04=10)
    area = BBox(500000, 4997000, 503000, 5000000, UTM)
    for grid in (NATIVE, SHARED):
        result = cut(reader, tmp_path / grid, [item_of(server, ("SCL", "B04"))], ["SCL", "B04"], area, grid=grid)
        dataset = gdal.Open(str(result.files[0].path))
        band = dataset.GetRasterBand(1)
        full, half = band.ReadAsArray(), band.GetOverview(0).ReadAsArray()
        assert any(np.array_equal(half, full[y::2, x::2]) for x in (0, 1) for y in (0, 1)), grid


def test_a_grid_of_ones_own(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10, SCL=20)
    grid = PixelGrid(BBox(499900, 4999500, 500300, 5000100, UTM), 40, 60)
    result = cut(reader, tmp_path, [item_of(server, pixels)], ["B04", "SCL"], grid=grid)
    dataset, found = pixels_of(result.files[0])
    assert dataset.GetGeoTransform() == grid.geotransform and not found[:, :10].any() and not found[:, :, :10].any()
    assert np.array_equal(found[0, 10:, 10:], pixels["B04"][:50, :30])
    lonlat = PixelGrid(BBox(3.0, 45.145, 3.005, 45.15, "EPSG:4326"), 50, 50)
    warped = cut(reader, tmp_path / "w", [item_of(server, pixels)], ["SCL"], grid=lonlat)
    assert set(np.unique(pixels_of(warped.files[0])[1])) <= set(range(11)) and not warped.files[0].empty


def test_smooth_bands_are_interpolated_and_classes_are_not(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10, B11=20, SCL=20)
    item = [item_of(server, pixels)]
    plain = pixels_of(cut(reader, tmp_path / "a", item, ["B04", "B11", "SCL"], grid=SHARED).files[0])[1]
    smooth = pixels_of(cut(reader, tmp_path / "b", item, ["B04", "B11", "SCL"], grid=SHARED, smooth=True).files[0])[1]
    assert np.array_equal(plain[0], smooth[0]) and np.array_equal(plain[2], smooth[2])
    assert not np.array_equal(plain[1], smooth[1]) and len(np.unique(smooth[1])) > len(np.unique(plain[1]))


def test_the_offset_is_applied_on_request_and_spares_missing_pixels(server, reader, tmp_path):
    values = noise(40, 40) % 3000
    values[0:20] = 0
    write_raster(server.folder / "a" / "B04.tif", values, nodata=None)
    area = BBox(500000, 4999600, 500400, 5000000, UTM)
    item = item_of(server, ["B04"], **{"s2:processing_baseline": "05.09"})
    kept, moved = (pixels_of(cut(reader, tmp_path / str(on), [item], ["B04"], area, apply_offset=on).files[0])
                   for on in (False, True))
    assert np.array_equal(kept[1], values)
    assert np.array_equal(moved[1], np.where(values == 0, 0, np.maximum(values.astype(int) - 1000, 1)))
    assert [d.GetRasterBand(1).GetOffset() for d, _ in (kept, moved)] == [-0.1, 0.0]
    assert moved[0].GetRasterBand(1).GetNoDataValue() == 0
    early = item_of(server, ["B04"], **{"s2:processing_baseline": "03.01"})
    assert np.array_equal(pixels_of(cut(reader, tmp_path / "e", [early], ["B04"], area, apply_offset=True).files[0])[1],
                          values)


def test_an_offset_that_may_be_wrong_is_told(server, reader, tmp_path):
    write_bands(server.folder, B04=10)
    item = item_of(server, ["B04"], **{"s2:processing_baseline": "05.09", "earthsearch:boa_offset_applied": False})
    (scene,) = cut(reader, tmp_path, [item], ["B04"], apply_offset=True).scenes
    assert "some scenes of this collection say so wrongly" in scene.notes[0]


def test_polygons_cut_by_the_centres_of_pixels(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10)
    ring = [[500000, 4999700], [500300, 4999700], [500000, 5000000], [500000, 4999700]]
    area = Area.of_geometry({"type": "Polygon", "coordinates": [ring]}, UTM)
    found = pixels_of(cut(reader, tmp_path, [item_of(server, pixels)], ["B04"], area, inside_only=True).files[0])[1]
    row, col = np.mgrid[0:30, 0:30]
    strictly = (col < row, col > row)
    assert np.array_equal(found[strictly[0]], pixels["B04"][:30, :30][strictly[0]]) and not found[strictly[1]].any()


def test_the_real_scene_is_cut_as_it_lies(server, reader, tmp_path):
    document = real_scene_item()
    for key in ("red", "nir", "scl"):
        document["assets"][key]["href"] = f"{server.base}/files/{document['assets'][key]['href']}"
    server.folder = SCENE.resolve()
    area = BBox(-11.6, 24.6, -11.3, 24.9)
    item = read_item(document)
    result = cut(reader, tmp_path, [item], ["B04", "nir", "SCL"], area, grid=SHARED)
    assert result.scenes[0].error is None and result.files[0].bands == ("B04", "B08", "SCL")
    dataset, found = pixels_of(result.files[0])
    for number, name in enumerate(("B04", "B08")):
        whole = gdal.Open(str(SCENE / f"{name}.tif"))
        left = round((dataset.GetGeoTransform()[0] - whole.GetGeoTransform()[0]) / 100)
        top = round((whole.GetGeoTransform()[3] - dataset.GetGeoTransform()[3]) / 100)
        assert np.array_equal(found[number], whole.ReadAsArray(left, top, found.shape[2], found.shape[1]))
    assert set(np.unique(found[2])) <= {2, 5, 7, 8, 9, 10} and left % 2 == top % 2 == 0
    assert dataset.GetRasterBand(1).GetScale() == 0.0001


def test_large_windows_go_through_a_file_and_are_the_same(server, reader, tmp_path, monkeypatch):
    pixels = write_bands(server.folder, B04=10, B11=20)
    area, item = BBox(500000, 4998800, 501200, 5000000, UTM), [item_of(server, ("B04", "B11"))]
    whole = pixels_of(cut(reader, tmp_path / "a", item, ["B04", "B11"], area, grid=SHARED).files[0])[1]
    monkeypatch.setattr(clip_writing, "IN_MEMORY_BYTES", 1000)
    monkeypatch.setattr(clip_scene, "STRIP_ROWS", 7)
    parts = pixels_of(cut(reader, tmp_path / "b", item, ["B04", "B11"], area, grid=SHARED).files[0])[1]
    assert np.array_equal(whole, parts) and np.array_equal(parts[0], pixels["B04"])
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["S2A_a_20200601.tif"]


def test_the_last_block_of_a_file_is_not_looked_for_behind_its_end(server, reader, tmp_path):
    pixels = noise(300, 300)
    write_raster(server.folder / "a" / "B04.tif", pixels, BLOCKSIZE=128, COMPRESS="DEFLATE")
    area = BBox(500000, 4997000, 503000, 5000000, UTM)
    result = cut(reader, tmp_path, [item_of(server, ["B04"])], ["B04"], area)
    assert result.scenes[0].error is None and np.array_equal(pixels_of(result.files[0])[1], pixels)


def test_pictures_keep_their_bands_and_masks(server, reader, tmp_path):
    source = gdal.GetDriverByName("MEM").Create("", 64, 64, 3, gdal.GDT_Byte)
    template = gdal.Open(str(write_raster(tmp_path / "t.tif", noise(64, 64))))
    source.SetGeoTransform(template.GetGeoTransform())
    source.SetSpatialRef(template.GetSpatialRef())
    for number in range(3):
        source.GetRasterBand(number + 1).WriteArray(noise(64, 64, number, np.uint8, 255))
        source.GetRasterBand(number + 1).SetColorInterpretation(gdal.GCI_RedBand + number)
    source.CreateMaskBand(gdal.GMF_PER_DATASET)
    mask = np.zeros((64, 64), np.uint8)
    mask[:, 20:] = 255
    source.GetRasterBand(1).GetMaskBand().WriteArray(mask)
    (server.folder / "a").mkdir()
    gdal.GetDriverByName("COG").CreateCopy(str(server.folder / "a" / "visual.tif"), source)
    result = cut(reader, tmp_path / "out", [item_of(server, ["visual"])], ["visual"])
    dataset, found = pixels_of(result.files[0])
    there = mask[7:37, 3:39] > 0
    assert found.shape == (3, 30, 36) and result.files[0].bands == ("visual_1", "visual_2", "visual_3")
    assert np.array_equal(found[:, there], source.ReadAsArray()[:, 7:37, 3:39][:, there])
    assert np.array_equal(dataset.GetRasterBand(1).GetMaskBand().ReadAsArray() > 0, there)
    assert dataset.GetRasterBand(1).GetColorInterpretation() == gdal.GCI_RedBand


def test_local_files_need_no_server(reader, tmp_path):
    pixels = write_bands(tmp_path, B04=10)
    item = read_item(make_item("S2", assets={"B04": {"href": str(tmp_path / "a" / "B04.tif")}}))
    result = cut(reader, tmp_path / "out", [item], ["B04"])
    assert np.array_equal(pixels_of(result.files[0])[1], pixels["B04"][7:37, 3:39])


def test_scenes_without_a_pixel_are_told_apart(server, reader, tmp_path):
    write_raster(server.folder / "a" / "B04.tif", np.zeros((60, 60), np.uint16))
    write_bands(server.folder, "b", B04=10)
    items = [item_of(server, ["B04"], stem) for stem in ("a", "b")]
    empty, good = cut(reader, tmp_path, items, ["B04"]).scenes
    assert empty.state is State.DONE and empty.files[0].empty and "No pixel of it has a value" in empty.notes[0]
    assert not good.files[0].empty and not good.notes
    far = BBox(520031, 4999633, 520388, 4999928, UTM)
    failed = cut(reader, tmp_path, items, ["B04"], far).scenes
    assert {scene.state for scene in failed} == {State.FAILED} and "no pixel in the area" in failed[0].error


@pytest.mark.parametrize("fault, words", [
    ({"status": 404}, "does not exist"), ({"status": 403}, "does not let you read"),
    ({"status": 401}, "asks for a login"), ({"status": 503}, "failed several times"),
    ({"status": 429}, "too many requests"), ({"html": 99}, "web page"), ({"no_range": True}, "whole files only"),
    ({"stop_after": 500}, "broke off"), ({"wrong_range": True}, "other bytes"), ({"zeros": True}, "can't be read"),
])
def test_a_server_that_fails_is_a_failed_scene(server, reader, tmp_path, fault, words):
    write_bands(server.folder, "a", B04=10, SCL=20)
    write_bands(server.folder, "b", B04=10, SCL=20)
    server.faults.when = lambda path: path.startswith("/files/a/B04")
    for name, value in fault.items():
        setattr(server.faults, name, value)
    bad, good = cut(reader, tmp_path / "out", [item_of(server, ("B04", "SCL"), stem) for stem in "ab"],
                    ["SCL", "B04"], grid=SHARED).scenes
    assert bad.state is State.FAILED and not bad.files and bad.error.startswith("Band B04: ") and words in bad.error
    is_login = "status" in fault and fault["status"] == 401
    assert is_login or (good.state is State.DONE and [p.name for p in (tmp_path / "out").iterdir()] == [
        "S2A_b_20200601.tif"])


def test_failures_that_pass_are_tried_again(server, reader, tmp_path):
    pixels = write_bands(server.folder, B04=10)
    server.faults.statuses, server.faults.stop_after, server.faults.stops = [503, 429], 500, 1
    result = cut(reader, tmp_path, [item_of(server, pixels)], ["B04"])
    assert np.array_equal(pixels_of(result.files[0])[1], pixels["B04"][7:37, 3:39])


def test_a_file_that_stops_while_its_pixels_are_read(server, reader, tmp_path):
    write_raster(server.folder / "a" / "B04.tif", noise(600, 600), BLOCKSIZE=128, COMPRESS="NONE")
    far = BBox(505000, 4994500, 505900, 4995500, UTM)
    write_raster(server.folder / "a" / "B04.tif", noise(600, 600), BLOCKSIZE=128, COMPRESS="NONE")
    server.faults.when = lambda path: len(server.files_log()) > 1
    server.faults.status = 500
    (scene,) = cut(reader, tmp_path, [item_of(server, ["B04"])], ["B04"], far).scenes
    assert scene.state is State.FAILED and "failed several times" in scene.error
    assert not list(tmp_path.glob("*.tif")) and not list(tmp_path.glob(".*part*"))


@pytest.mark.parametrize("change, words", [
    ({"bands": ("B99",)}, "has no band or asset 'B99'. It has: B04"),
    ({"bands": ("B04", "B04")}, "Name every band once"), ({"bands": ()}, "Name every band once"),
    ({"items": ()}, "no scene to cut"), ({"grid": "odd"}, "'odd' is no grid"), ({"resolution": 0}, "not possible"),
    ({"inside_only": True}, "nothing lies outside"),
])
def test_orders_that_make_no_sense(reader, tmp_path, change, words):
    item = read_item(make_item("S2", assets={"B04": {"href": "https://x.org/B04.tif"}}))
    with pytest.raises(InvalidInput) as refused:
        given = {"items": (item,), "bands": ("B04",), "area": Area(BOX), **change}
        clip_scenes(ClipOrder(**given), StacConnection("x"), reader, tmp_path / "out")
    assert words in str(refused.value) and not (tmp_path / "out").exists()


@pytest.mark.parametrize("asset, words", [
    ({"href": "https://x.org/B04.jp2"}, "JPEG 2000"),
    ({"href": "s3://eodata/B04.jp2", "type": "image/jp2"}, "JPEG 2000"),
    ({"href": "ftp://x.org/B04.tif"}, "ftp://"), ({"href": "https://x.org/B04.xml", "type": "text/xml"}, "text/xml"),
])
def test_files_that_no_window_can_be_read_of_are_refused_before_a_request(server, reader, tmp_path, asset, words):
    items = [read_item(make_item(f"S2-{n}", assets={"B04": asset})) for n in range(3)]
    with pytest.raises(InvalidInput, match=words):
        cut(reader, tmp_path / "out", items, ["B04"])
    assert not server.log and not (tmp_path / "out").exists()


def test_one_scene_without_the_band_fails_alone(server, reader, tmp_path):
    write_bands(server.folder, B04=10, B08=10)
    items = [item_of(server, ("B04", "B08")), item_of(server, ("B04",))]
    good, bad = cut(reader, tmp_path, items, ["B08"]).scenes
    assert good.state is State.DONE and bad.state is State.FAILED and "no band or asset 'B08'" in bad.error


def test_offsets_are_refused_where_there_are_none(reader, tmp_path):
    item = read_item(make_item("L8", collection="landsat-c2-l2", assets={"red": {"href": "https://x.org/red.tif"}}))
    with pytest.raises(InvalidInput, match="Only Sentinel-2"):
        cut(reader, tmp_path, [item], ["red"], apply_offset=True)


def test_choices_are_bands_then_other_rasters(server):
    twin = {"href": "s3://x/B04.jp2", "type": "image/jp2"}
    one = item_of(server, ("B04", "B08", "visual", "dem"))
    two = item_of(server, ("B08", "dem"))
    assert band_choices([one]) == ("B04", "B08", "TCI", "dem") and band_choices([one, two]) == ("B08", "dem")
    made = make_item("S2", assets={"red": {"href": "https://x.org/B04.tif"}, "red-jp2": twin,
                                   "info": {"href": "https://x.org/i.json"}})
    assert band_choices([read_item(made)]) == ("B04",)


def test_cancel_keeps_what_is_done(server, reader, tmp_path):
    write_bands(server.folder, B04=10)
    items = [item_of(server, ["B04"]) for _ in range(30)]
    server.faults.delay_s = 0.02
    watch = Watched()
    result = cut(reader, tmp_path, items, ["B04"], progress=watch, on_scene=lambda number, scene: watch.cancel())
    states = {state: len(result.in_state(state)) for state in State}
    assert len(result.scenes) == 30 and states[State.DONE] >= 1 and states[State.CANCELLED] >= 10
    assert not states[State.FAILED] and all(file.path.exists() for file in result.files)
    assert not list(tmp_path.glob(".*part*"))


def test_so_many_requests_at_once_and_no_more(server, reader, tmp_path):
    write_bands(server.folder, B04=10, B08=10, SCL=20)
    busy, most, lock = [], [], threading.Lock()
    fetch = reader.fetch

    def counted(*arguments):
        with lock:
            busy.append(1)
            most.append(len(busy))
        try:
            return fetch(*arguments)
        finally:
            with lock:
                busy.pop()

    reader.fetch = counted
    server.faults.delay_s = 0.02
    items = [item_of(server, ("B04", "B08", "SCL")) for _ in range(8)]
    order = ClipOrder(tuple(items), ("B04", "B08", "SCL"), Area(BOX), SHARED)
    result = clip_scenes(order, StacConnection("x"), reader, tmp_path, connections=4)
    assert max(most) == 4 and len(result.in_state(State.DONE)) == 8
    assert len({file.path for file in result.files}) == 8, "items of one name get files of their own"


def test_a_folder_that_can_t_be_made(server, reader, tmp_path):
    write_bands(server.folder, B04=10)
    (tmp_path / "file").write_text("here")
    with pytest.raises(StorageError, match="can't be written"):
        cut(reader, tmp_path / "file" / "out", [item_of(server, ["B04"])], ["B04"])


def test_damaged_and_unplaced_files_are_named(server, reader, tmp_path):
    for name, crs in (("B04", None), ("B08", UTM)):
        write_raster(server.folder / "a" / f"{name}.tif", noise(60, 60), crs=crs)
    (server.folder / "a" / "B08.tif").write_bytes(json.dumps({"not": "a tiff"}).encode() * 100)
    unplaced = cut(reader, tmp_path, [item_of(server, ["B04"])], ["B04"]).scenes[0]
    damaged = cut(reader, tmp_path, [item_of(server, ["B08"])], ["B08"]).scenes[0]
    assert "does not say in which reference system" in unplaced.error
    assert "can't be read as a GeoTIFF" in damaged.error and damaged.state is State.FAILED
