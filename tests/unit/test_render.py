"""Renders of the local hub against numpy and GDAL on the same pixels, synthetic and real."""

from __future__ import annotations

import datetime as dt
import io
import json
import tarfile

import numpy as np
import pytest
from osgeo import gdal
from real_scenes import BOUNDS, CRS, SITE, make_cogs
from synthetic_scenes import write_raster, write_scene

from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.localhub import evaluation
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render

gdal.UseExceptions()
UTC = dt.timezone.utc
TIFF, PNG, JPEG, JSON, TAR = "image/tiff", "image/png", "image/jpeg", "application/json", "application/x-tar"
BOX = BBox(500000, 4999920, 500080, 5000000, CRS)
GRID = PixelGrid(BOX, 8, 8)
L2A = "sentinel-2-l2a"


def script(bands, output, body, extra="", head=""):
    names = json.dumps(bands)
    return (
        f"//VERSION=3\nfunction setup() {{ return {{input: {names}, output: {output}{extra}}}; }}\n"
        f"function evaluatePixel(s, scenes, meta) {{ {body} }}\n{head}"
    )


DN = script(["B04"], "{bands: 1, sampleType: 'UINT16'}", "return [s.B04 * 10000];")
DN_AND_MASK = script(["B04", "dataMask"], "{bands: 2, sampleType: 'UINT16'}", "return [s.B04 * 10000, s.dataMask];")


def order(text, grid=GRID, responses=((None, TIFF),), container=None, geometry=None, collection=L2A, **data):
    wanted = tuple(ResponseFormat(identifier or "default", mime) for identifier, mime in responses)
    inputs = (InputData(collection, **data),)
    return RenderRequest(grid, inputs, text, wanted, geometry, container)


def rendered(request, data, tmp_path):
    answer = render(request, data, tmp_path)
    return answer, gdal.Open(str(answer.body))


def pixels(request, data, tmp_path):
    return rendered(request, data, tmp_path)[1].ReadAsArray()


def day(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.fixture()
def two_days(tmp_path):
    """An older clear scene of 1000 and a newer cloudy one of 2000 whose left half has no data."""
    scl_clear, scl_cloudy = np.full((4, 4), 4, np.uint8), np.full((4, 4), 9, np.uint8)
    half = np.full((8, 8), 2000, np.uint16)
    half[:, :4] = 0
    old, new = tmp_path / "in" / "20190101T100000", tmp_path / "in" / "20190111T100000"
    write_scene(old, {"B04": 1000, "B08": 3000})
    write_scene(new, {"B04": half, "B08": 5000})
    write_raster(old / "SCL.tif", scl_clear, pixel=20.0)
    write_raster(new / "SCL.tif", scl_cloudy, pixel=20.0)
    ingest_folder(tmp_path / "in", tmp_path / "data")
    return tmp_path / "data"


@pytest.mark.parametrize("mosaicking_order, left, right", [
    ("mostRecent", 1000, 2000), ("leastRecent", 1000, 1000), ("leastCC", 1000, 1000),
])
def test_mosaicking_fills_where_data_are_missing(two_days, tmp_path, mosaicking_order, left, right):
    got = pixels(order(DN, mosaicking_order=mosaicking_order), two_days, tmp_path)
    expected = np.full((8, 8), right)
    expected[:, :4] = left
    assert np.array_equal(got, expected)


def test_time_and_cloud_filter(two_days, tmp_path):
    newer = {"time_from": day("2019-01-02"), "time_to": day("2019-01-31")}
    got = pixels(order(DN_AND_MASK, **newer), two_days, tmp_path)
    assert (got[:, :, :4] == 0).all() and (got[0, :, 4:] == 2000).all() and (got[1, :, 4:] == 1).all()
    assert not pixels(order(DN, max_cloud_percent=50, **newer), two_days, tmp_path).any()
    assert (pixels(order(DN, max_cloud_percent=50), two_days, tmp_path) == 1000).all()


def test_reading_stops_when_the_image_is_full(two_days, tmp_path):
    for path in (tmp_path / "in" / "20190111T100000").glob("*.tif"):
        path.write_text("damaged")
    assert (pixels(order(DN, mosaicking_order="leastRecent"), two_days, tmp_path) == 1000).all()
    with pytest.raises(HubError) as caught:
        render(order(DN), two_days, tmp_path)
    assert caught.value.status == 500
    assert "B04" in caught.value.message and "20190111T100000" in caught.value.message


def test_geometry_masks_but_the_script_still_paints(two_days, tmp_path):
    ring = [[500020, 4999940], [500060, 4999940], [500060, 4999980], [500020, 4999980], [500020, 4999940]]
    geometry = {"type": "Polygon", "coordinates": [ring]}
    paint = "return [s.dataMask ? s.B04 * 10000 : 7 + s.B04];"
    text = script(["B04", "dataMask"], "{bands: 1, sampleType: 'UINT16'}", paint)
    got = pixels(order(text, geometry=geometry, mosaicking_order="leastCC"), two_days, tmp_path)
    expected = np.full((8, 8), 7)
    expected[2:6, 2:6] = 1000
    assert np.array_equal(got, expected)


def test_tile_gives_one_sample_a_scene(two_days, tmp_path):
    text = script(
        ["B04", "dataMask"], "{bands: 3, sampleType: 'UINT16'}",
        "return [s.length, s[0].dataMask, s[0].B04 * 10000 + s[1].B04 * 10000];", ", mosaicking: 'TILE'",
        "function updateOutputMetadata(scenes, meta, out) { out.userData = {tiles: scenes.tiles, meta: meta}; }",
    )
    request = order(text, responses=((None, TIFF), ("userdata", JSON)), container=TAR)
    answer = render(request, two_days, tmp_path)
    assert answer.content_type == TAR
    with tarfile.open(answer.body) as archive:
        assert archive.getnames() == ["default.tif", "userdata.json"]
        told = json.load(archive.extractfile("userdata.json"))
        (tmp_path / "d.tif").write_bytes(archive.extractfile("default.tif").read())
    got = gdal.Open(str(tmp_path / "d.tif")).ReadAsArray()
    assert (got[0] == 2).all()
    assert (got[1, :, :4] == 0).all() and (got[1, :, 4:] == 1).all()
    assert (got[2, :, :4] == 1000).all() and (got[2, :, 4:] == 3000).all()
    assert [tile["date"] for tile in told["tiles"]] == ["2019-01-11T10:00:00Z", "2019-01-01T10:00:00Z"]
    assert [tile["cloudCoverage"] for tile in told["tiles"]] == [100, 0]
    assert told["tiles"][0]["tileOriginalId"] == "20190111T100000"
    assert told["meta"]["normalizationFactor"] == 0.0001
    assert answer.processing_units == pytest.approx(0.01 / 3 * 2)


def test_orbit_joins_the_scenes_of_a_day(tmp_path):
    write_scene(tmp_path / "in" / "a_20190101T100000", {"B04": 1000})
    write_scene(tmp_path / "in" / "b_20190101T100020", {"B04": 2000}, west=500040.0)
    write_scene(tmp_path / "in" / "c_20190102T100000", {"B04": 4000})
    ingest_folder(tmp_path / "in", tmp_path / "data")
    text = script(
        ["B04"], "{bands: 3, sampleType: 'UINT16'}", "return [s.length, s[0].B04 * 10000, s[1].B04 * 10000];",
        ", mosaicking: 'ORBIT'",
        "function updateOutputMetadata(scenes, meta, out) { out.userData = scenes.orbits; }",
    )
    request = order(
        text, responses=((None, TIFF), ("userdata", JSON)), container="multipart/mixed", collection="sentinel-2-l1c"
    )
    answer = render(request, tmp_path / "data", tmp_path)
    kind, boundary = answer.content_type.split("; boundary=")
    first, second = answer.body.read_bytes().split(f"--{boundary}\r\n".encode())[1:]
    assert kind == "multipart/mixed"
    (tmp_path / "d.tif").write_bytes(first.split(b"\r\n\r\n", 1)[1][:-2])
    got = gdal.Open(str(tmp_path / "d.tif")).ReadAsArray()
    assert (got[0] == 2).all() and (got[1] == 4000).all()
    assert (got[2, :, :4] == 1000).all() and (got[2, :, 4:] == 2000).all()
    orbits = json.loads(second.split(b"\r\n\r\n", 1)[1].split(b"\r\n--")[0])
    assert [orbit["dateFrom"] for orbit in orbits] == ["2019-01-02T00:00:00Z", "2019-01-01T00:00:00Z"]
    assert [len(orbit["tiles"]) for orbit in orbits] == [1, 2]


def test_scene_choice_of_the_script(two_days, tmp_path):
    text = script(
        ["B08"], "{bands: 1, sampleType: 'UINT16'}", "return [s.length * 10000 + s[0].B08 * 10000];",
        ", mosaicking: 'TILE'",
        "function preProcessScenes(c) {"
        " c.scenes.tiles = c.scenes.tiles.filter(t => t.cloudCoverage < 50); return c; }",
    )
    assert (pixels(order(text), two_days, tmp_path) == 13000).all()


@pytest.mark.parametrize("harmonize, unit, expected", [
    (True, "DN", [0, 2000]), (False, "DN", [500, 3000]), (True, "REFLECTANCE", [0, 0.2]),
    (False, "REFLECTANCE", [-0.05, 0.2]),
])
def test_harmonized_values_and_units(tmp_path, harmonize, unit, expected):
    column = np.repeat(np.array([[500, 3000]], np.uint16), 2, axis=0)
    path = write_raster(tmp_path / "in" / "20220301" / "B04.tif", column)
    dataset = gdal.OpenEx(str(path), gdal.OF_UPDATE, open_options=["IGNORE_COG_LAYOUT_BREAK=YES"])
    dataset.GetRasterBand(1).SetScale(0.0001)
    dataset.GetRasterBand(1).SetOffset(-0.1)
    dataset = None
    ingest_folder(tmp_path / "in", tmp_path / "data")
    text = script(
        [{"bands": ["B04"], "units": unit}], "{bands: 2, sampleType: 'FLOAT32'}",
        "return [s.B04, meta.normalizationFactor];",
    )
    grid = PixelGrid(BBox(500000, 4999980, 500020, 5000000, CRS), 2, 2)
    request = order(text, grid, collection="sentinel-2-l1c", harmonize=harmonize)
    got = pixels(request, tmp_path / "data", tmp_path)
    np.testing.assert_allclose(got[0, 0], expected, rtol=1e-6)
    np.testing.assert_allclose(got[1], 1 if unit == "DN" else 0.0001)


def test_strips_equal_the_whole_and_keep_one_state(two_days, tmp_path, monkeypatch):
    text = script(
        ["B04", "B08"], "{bands: 2, sampleType: 'FLOAT32'}",
        "total += s.B08; count += 1; return [s.B04, count];", "",
        "var total = 0, count = 0;"
        "function updateOutputMetadata(scenes, meta, out) { out.userData = {total: total, count: count}; }",
    )
    grid = PixelGrid(BOX, 31, 29)
    responses = ((None, TIFF), ("userdata", JSON))

    def run():
        answer = render(order(text, grid, responses, TAR), two_days, tmp_path)
        with tarfile.open(answer.body) as archive:
            return [archive.extractfile(name).read() for name in archive.getnames()]

    whole = run()
    monkeypatch.setattr(evaluation, "STRIP_BYTES", 8 * 31 * 30)
    strips = run()
    assert json.loads(whole[1]) == json.loads(strips[1])
    assert json.loads(whole[1])["count"] == 31 * 29
    assert whole[0] == strips[0]


def test_tiff_says_where_it_lies(two_days, tmp_path):
    text = script(["B04"], "{bands: 1, sampleType: 'INT16', nodataValue: -5}", "return [s.B04 * 10000];")
    answer, dataset = rendered(order(text), two_days, tmp_path)
    assert answer.content_type == TIFF
    assert dataset.GetGeoTransform() == GRID.geotransform
    assert dataset.GetSpatialRef().GetAuthorityCode(None) == "32631"
    band = dataset.GetRasterBand(1)
    assert (band.DataType, band.GetNoDataValue()) == (gdal.GDT_Int16, -5)
    assert dataset.GetMetadata("IMAGE_STRUCTURE")["COMPRESSION"] == "DEFLATE"


@pytest.mark.parametrize("mime, bands, kind, depth", [
    (PNG, 1, "AUTO", gdal.GDT_Byte), (PNG, 3, "UINT8", gdal.GDT_Byte), (PNG, 4, "UINT16", gdal.GDT_UInt16),
    (JPEG, 3, "AUTO", gdal.GDT_Byte), (JPEG, 1, "UINT8", gdal.GDT_Byte), (TIFF, 13, "FLOAT32", gdal.GDT_Float32),
])
def test_formats(two_days, tmp_path, mime, bands, kind, depth):
    values = ", ".join(["0.5"] * bands)
    text = script(["B04"], f"{{bands: {bands}, sampleType: '{kind}'}}", f"return [{values}];")
    answer, dataset = rendered(order(text, responses=((None, mime),)), two_days, tmp_path)
    assert answer.content_type == mime
    assert (dataset.RasterCount, dataset.GetRasterBand(1).DataType) == (bands, depth)
    assert list(tmp_path.glob("*.aux.xml")) == []


@pytest.mark.parametrize("mime, bands, kind", [
    (JPEG, 4, "AUTO"), (JPEG, 3, "UINT16"), (JPEG, 3, "FLOAT32"), (PNG, 13, "UINT8"), (PNG, 2, "AUTO"),
    (PNG, 3, "INT16"), (PNG, 1, "FLOAT32"), (JSON, 1, "AUTO"),
])
def test_formats_that_can_not_hold_the_output(two_days, tmp_path, mime, bands, kind):
    values = ", ".join(["0.5"] * bands)
    text = script(["B04"], f"{{bands: {bands}, sampleType: '{kind}'}}", f"return [{values}];")
    with pytest.raises(HubError) as caught:
        render(order(text, responses=((None, mime),)), two_days, tmp_path)
    assert (caught.value.status, caught.value.code) == (400, "COMMON_BAD_PAYLOAD")
    assert mime in caught.value.message


@pytest.mark.parametrize("text, code, message", [
    (script(["B99"], "{bands: 1}", "return [1];"), "RENDERER_EXCEPTION", "Collection 'S2L2A' has no band 'B99'."),
    (script([{"bands": ["SCL"], "units": "REFLECTANCE"}], "{bands: 1}", "return [1];"), "RENDERER_EXCEPTION",
     "Invalid script! Band 'SCL' of collection 'S2L2A' requested in unsupported units 'REFLECTANCE'! "
     "Supported units for this band: [DN]."),
    (script([{"bands": ["B04"]}, {"bands": ["B04"]}], "{bands: 1}", "return [1];"), "RENDERER_EXCEPTION",
     "Dataset with id: 1 not found."),
    (script(["B04"], "{id: 'other', bands: 1}", "return [1];"), "COMMON_BAD_PAYLOAD",
     "Output default requested but missing from function setup()"),
    (script(["B04"], "{bands: 1}", "return 5;"), "RENDERER_EXCEPTION", "Script must return an array."),
])
def test_errors_in_the_words_of_the_service(two_days, tmp_path, text, code, message):
    with pytest.raises(HubError) as caught:
        render(order(text), two_days, tmp_path)
    assert (caught.value.status, caught.value.code, caught.value.message) == (400, code, message)
    assert list(tmp_path.glob("answer-*")) == []


@pytest.mark.parametrize("body, outcome", [("throw new Error('late')", "Error: late"), ("out.userData = out", None)])
def test_metadata_are_made_whether_asked_for_or_not(two_days, tmp_path, body, outcome):
    """A script that fails there fails at the service too; what it leaves matters only when it is sent."""
    text = script(["B04"], "{bands: 1}", "return [1];", "", f"function updateOutputMetadata(a, b, out) {{ {body}; }}")
    if outcome is None:
        assert (pixels(order(text), two_days, tmp_path) == 255).all()
        return
    with pytest.raises(HubError, match=outcome):
        render(order(text), two_days, tmp_path)


def test_thrown_error_names_the_line(two_days, tmp_path):
    text = script(["B04"], "{bands: 1}", "return [s.B05.x];")
    with pytest.raises(HubError, match="evalscript.js:3: TypeError") as caught:
        render(order(text), two_days, tmp_path)
    assert caught.value.message.startswith("Failed to evaluate script!")


def test_area_without_scenes_is_an_empty_image(two_days, tmp_path):
    far = PixelGrid(BBox(10, 10, 10.1, 10.1), 4, 4)
    assert not pixels(order(DN_AND_MASK, far), two_days, tmp_path).any()
    other = order(DN, far, collection="sentinel-2-l1c")
    assert not pixels(other, two_days, tmp_path).any()
    with pytest.raises(HubError) as caught:
        render(order(DN, collection="byoc-nothing"), two_days, tmp_path)
    assert (caught.value.status, caught.value.code) == (404, "COMMON_NOT_FOUND")


def test_two_inputs_are_fused(two_days, tmp_path):
    write_scene(tmp_path / "top" / "20190101T100000", {"B04": 700})
    ingest_folder(tmp_path / "top", two_days, "sentinel-2-l1c")
    text = (
        "//VERSION=3\nfunction setup() { return {input: [{datasource: 'a', bands: ['B04']}, {datasource: 'b',"
        " bands: ['B04', 'B08']}], output: {bands: 2, sampleType: 'UINT16'}}; }\n"
        "function evaluatePixel(s) { return [s.a[0].B04 * 10000, s.b[0].B04 * 10000]; }"
    )
    inputs = (InputData("sentinel-2-l1c", "a"), InputData(L2A, "b", mosaicking_order="leastCC"))
    request = RenderRequest(GRID, inputs, text, (ResponseFormat("default", TIFF),))
    answer, dataset = rendered(request, two_days, tmp_path)
    got = dataset.ReadAsArray()
    assert (got[0] == 700).all() and (got[1] == 1000).all()
    assert answer.processing_units == pytest.approx(0.01 * 3 / 3 * 2)


def test_fused_input_without_a_scene_is_an_empty_list(two_days, tmp_path):
    text = (
        "//VERSION=3\nfunction setup() { return {input: [{bands: ['B04']}, {bands: ['B04']}], output: {bands: 2,"
        " sampleType: 'UINT16'}}; }\nfunction evaluatePixel(s) { return [s['0'].length, s['1'].length]; }"
    )
    inputs = (InputData(L2A), InputData(L2A, time_to=day("2000-01-01")))
    request = RenderRequest(GRID, inputs, text, (ResponseFormat("default", TIFF),))
    got = rendered(request, two_days, tmp_path)[1].ReadAsArray()
    assert (got[0] == 1).all() and (got[1] == 0).all()


# ---- real Sentinel-2 scenes --------------------------------------------------------------------------------------

TRUE_COLOUR = script(["B02", "B03", "B04"], "{bands: 3}", "return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02];")
NDVI = script(["B04", "B08"], "{bands: 1, sampleType: 'FLOAT32'}", "return [(s.B08 - s.B04) / (s.B08 + s.B04)];")
CLEAR_DAY = {"time_from": day("2019-04-11"), "time_to": day("2019-04-11T23:59:59")}
NATIVE = PixelGrid(BBox(*BOUNDS, CRS), 64, 64)


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    folder = tmp_path_factory.mktemp("real")
    scenes = make_cogs(folder)
    ingest_folder(scenes, folder / "data")
    return scenes / SITE, folder / "data"


def band(scene, name):
    return gdal.Open(str(scene / f"{name}.tif")).ReadAsArray().astype("float64")


def test_real_true_colour_and_ndvi_equal_numpy(real, tmp_path):
    scenes, data = real
    (scene,) = scenes.glob("20190411T*")
    got = pixels(order(TRUE_COLOUR, NATIVE, **CLEAR_DAY), data, tmp_path)
    for plane, name in zip(got, ("B04", "B03", "B02")):
        expected = np.floor(np.clip(2.5 * (band(scene, name) * 0.0001), 0, 1) * 255 + 0.5)
        assert np.array_equal(plane, expected)
    got = pixels(order(NDVI, NATIVE, **CLEAR_DAY), data, tmp_path)
    red, infrared = band(scene, "B04") * 0.0001, band(scene, "B08") * 0.0001
    assert np.array_equal(got, ((infrared - red) / (infrared + red)).astype("float32"))


def test_real_20_m_band_on_the_10_m_grid(real, tmp_path):
    scenes, data = real
    (scene,) = scenes.glob("20190411T*")
    text = script(["SCL"], "{bands: 1, sampleType: 'UINT8'}", "return [s.SCL];")
    got = pixels(order(text, NATIVE, upsampling="BILINEAR", **CLEAR_DAY), data, tmp_path)
    assert np.array_equal(got, np.kron(band(scene, "SCL"), np.ones((2, 2))))


@pytest.mark.parametrize("method, warp", [("NEAREST", "near"), ("BILINEAR", "bilinear"), ("BICUBIC", "cubic")])
@pytest.mark.parametrize("size", [(90, 110), (23, 31)])
def test_real_warped_request_equals_gdalwarp(real, tmp_path, size, method, warp):
    scenes, data = real
    (scene,) = scenes.glob("20190411T*")
    bbox = cover_bbox(BBox(574800, 5621950, 575200, 5622300, CRS), "EPSG:4326")
    grid = PixelGrid(bbox, *size)
    text = script([{"bands": ["B08"], "units": "DN"}], "{bands: 1, sampleType: 'FLOAT32'}", "return [s.B08];")
    request = order(text, grid, upsampling=method, downsampling=method, **CLEAR_DAY)
    expected = gdal.Warp(
        "", str(scene / "B08.tif"), format="MEM", outputBounds=bbox.corners, width=size[0], height=size[1],
        dstSRS="EPSG:4326", resampleAlg=warp, errorThreshold=0, outputType=gdal.GDT_Float32,
    ).ReadAsArray()
    assert expected.min() > 0
    np.testing.assert_allclose(pixels(request, data, tmp_path), expected, rtol=1e-6)


def test_real_least_cloudy_mosaic_equals_an_independent_one(real, tmp_path):
    """Pixels under clouds made empty in some scenes, so that the mosaic has something to decide."""
    scenes, _ = real
    holed, data = tmp_path / "holed", tmp_path / "data"
    stacks = []
    for folder in sorted(scenes.glob("2019*")):
        scl = np.kron(band(folder, "SCL"), np.ones((2, 2)))
        red = np.where(np.isin(scl, (3, 8, 9, 10)), 0, band(folder, "B04"))
        write_raster(holed / folder.name / "B04.tif", red.astype(np.uint16), BOUNDS[0], BOUNDS[3])
        write_raster(holed / folder.name / "SCL.tif", band(folder, "SCL").astype(np.uint8), BOUNDS[0], BOUNDS[3], 20.0)
        cloud = 100 * np.isin(scl, (3, 8, 9, 10)).sum() / (scl != 0).sum()
        stacks.append((round(float(cloud), 2), folder.name, red))
    stacks = sorted((s for s in stacks if 3 < s[0] <= 95), key=lambda s: (s[0], [-ord(c) for c in s[1]]))
    expected, used = np.zeros((64, 64)), 0
    for _, _, red in stacks:
        take = (expected == 0) & (red != 0)
        used += bool(take.any())
        expected[take] = red[take]
    assert used > 1
    for folder in holed.iterdir():
        if folder.name not in {name for _, name, _ in stacks}:
            for path in folder.iterdir():
                path.unlink()
            folder.rmdir()
    ingest_folder(holed, data)
    got = pixels(order(DN, NATIVE, mosaicking_order="leastCC", max_cloud_percent=95), data, tmp_path)
    assert np.array_equal(got, expected)


def test_answer_of_one_response_in_a_container(two_days, tmp_path):
    answer = render(order(DN, container=TAR), two_days, tmp_path)
    with tarfile.open(fileobj=io.BytesIO(answer.body.read_bytes())) as archive:
        assert archive.getnames() == ["default.tif"]
