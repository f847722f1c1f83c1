"""The Process API of a running hub as a client sees it, and the reference systems and resamplings it renders in."""

from __future__ import annotations

import http.client
import io
import json
import tarfile
from email.parser import BytesParser
from email.policy import HTTP

import numpy as np
import pytest
from osgeo import gdal
from synthetic_scenes import store_radar_scene, store_scene, write_raster, write_scene

from sentinel_workbench.core.model.grid import CRS84, BBox, PixelGrid, crs_url
from sentinel_workbench.core.model.projection import spatial_reference, transform_point
from sentinel_workbench.core.raster.mask import geometry_mask
from sentinel_workbench.localhub.bounds import SUPPORTED_CRS
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.oauth import random_account
from sentinel_workbench.localhub.records import InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.serving import LocalHub
from sentinel_workbench.localhub.store import SceneStore

gdal.UseExceptions()
UTM = "http://www.opengis.net/def/crs/EPSG/0/32631"
BOX = [500000, 4999920, 500080, 5000000]
TIFF, PNG, TAR = "image/tiff", "image/png", "application/x-tar"


def script(inputs, output, body, more=""):
    return (
        f"//VERSION=3\nfunction setup() {{ return {{input: {json.dumps(inputs)}, output: {output}}}; }}\n"
        f"function evaluatePixel(s) {{ {body} }}\n{more}"
    )


DN = script([{"bands": ["B04"], "units": "DN"}], "{bands: 1, sampleType: 'UINT16'}", "return [s.B04];")
FLOATS = DN.replace("UINT16", "FLOAT32")
TWO = script(
    [{"bands": ["B04"], "units": "DN"}],
    "[{id: 'default', bands: 1, sampleType: 'UINT8'}, {id: 'big', bands: 3, sampleType: 'UINT16'}]",
    "return {default: [9], big: [s.B04, 1, 2]};",
    "function updateOutputMetadata(scenes, meta, out) { out.userData = {word: '\\u017elu\\u0165'}; }",
)
RADAR = script(["VV", "VH", "dataMask"], "{bands: 1, sampleType: 'UINT16'}", "return [s.VV];")


class Client:
    """Asks one hub with a token."""

    def __init__(self, address):
        self._link = http.client.HTTPConnection(address["url"].split("//")[1], timeout=30)
        form = f"grant_type=client_credentials&client_id={address['client_id']}&client_secret="
        path = address["token_url"].split(address["url"])[1]
        _, body = self.send(path, form + address["client_secret"])
        self._bearer = json.loads(body)["access_token"]

    def send(self, path, body, **headers):
        self._link.request("POST", path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = self._link.getresponse()
        return response, response.read()

    def process(self, document, accept="*/*", path="/api/v1/process", kind="application/json"):
        body = document if isinstance(document, bytes) else json.dumps(document)
        return self.send(path, body, Authorization=f"Bearer {self._bearer}", Accept=accept, Content_Type=kind)

    def close(self):
        self._link.close()


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    """One optical scene, one of radar, and an older optical one next to the first."""
    folder = tmp_path_factory.mktemp("scenes")
    write_scene(folder / "s2" / "20190111T100000", {"B04": 1000, "B08": 3000})
    write_scene(folder / "s2" / "20190101T100000", {"B04": 500, "B08": 600}, west=500080.0)
    ingest_folder(folder / "s2", folder / "data", "sentinel-2-l2a")
    store_radar_scene(folder / "data", folder / "s1")
    return folder / "data"


@pytest.fixture(scope="module")
def client(data):
    with LocalHub(data, random_account(), workers=1) as hub:
        client = Client(hub.address())
        yield client
        client.close()


def body(text=DN, collection="sentinel-2-l2a", responses=None, bounds=None, output=None, **entry):
    wanted = {"width": 8, "height": 8, **(output or {})}
    if responses is not None:
        wanted["responses"] = [{"identifier": name, "format": {"type": kind}} for name, kind in responses]
    where = bounds or {"bbox": BOX, "properties": {"crs": UTM}}
    source = {"bounds": where, "data": [{"type": collection, **entry}]}
    return {"input": source, "output": wanted, "evalscript": text}


def opened(content, tmp_path):
    path = tmp_path / "answer"
    path.write_bytes(content)
    return gdal.Open(str(path))


def refusal(answer):
    response, content = answer
    error = json.loads(content)["error"]
    assert response.status == error["status"] and response.getheader("x-processingunits-spent") is None
    return error


@pytest.mark.parametrize("path", ["/api/v1/process", "/process/v1", "/api/v1/process/"])
def test_both_addresses_answer(client, tmp_path, path):
    response, content = client.process(body(), TIFF, path)
    assert response.status == 200 and response.getheader("Content-Type") == TIFF
    assert (opened(content, tmp_path).ReadAsArray() == 1000).all()


def test_the_smallest_documented_body_is_a_png_of_256_pixels(client, tmp_path):
    lon, lat = transform_point(500040, 4999960, "EPSG:32631", "EPSG:4326")
    box = [lon - 0.0005, lat - 0.0003, lon + 0.0005, lat + 0.0003]
    text = script(["B04"], "{bands: 1}", "return [s.B04];")
    smallest = {"input": {"bounds": {"bbox": box}, "data": [{"type": "S2L2A"}]}, "evalscript": text}
    response, content = client.process(smallest)
    picture = opened(content, tmp_path)
    assert response.getheader("Content-Type") == PNG and picture.ReadAsArray().max() == 26
    assert (picture.RasterXSize, picture.RasterYSize) == (256, 256)


@pytest.mark.parametrize(
    "responses, accept, kind, magic",
    [
        (None, "*/*", "image/png", b"\x89PNG"),
        ([("default", TIFF)], "*/*", TIFF, b"II*\0"),
        ([("default", TIFF)], "image/png", "image/png", b"\x89PNG"),
        ([("default", PNG)], "image/jpeg", "image/jpeg", b"\xff\xd8"),
        ([("default", TIFF)], "application/octet-stream", "application/octet-stream", b"II*\0"),
        ([("userdata", "application/json")], "application/json", "application/json", b"{"),
    ],
)
def test_what_is_accepted_goes_before_what_is_asked_in_the_body(client, responses, accept, kind, magic):
    response, content = client.process(body(TWO, responses=responses), accept)
    assert response.status == 200, content
    assert response.getheader("Content-Type") == kind and content.startswith(magic)


WANTED = [("big", TIFF), ("userdata", "application/json"), ("default", PNG)]


@pytest.mark.parametrize("accept", ["application/tar", "application/x-tar", "*/*"])
def test_several_responses_come_as_a_tar(client, tmp_path, accept):
    response, content = client.process(body(TWO, responses=WANTED), accept)
    assert response.getheader("Content-Type") == TAR
    with tarfile.open(fileobj=io.BytesIO(content)) as archive:
        assert archive.getnames() == ["big.tif", "userdata.json", "default.png"]
        members = [archive.extractfile(name).read() for name in archive.getnames()]
    assert json.loads(members[1]) == {"word": "\u017elu\u0165"}
    assert opened(members[0], tmp_path).ReadAsArray()[:, 0, 0].tolist() == [1000, 1, 2]
    assert (opened(members[2], tmp_path).ReadAsArray() == 9).all()


def test_several_responses_come_as_a_mixed_body(client):
    response, content = client.process(body(TWO, responses=WANTED), "multipart/mixed")
    kind = response.getheader("Content-Type")
    assert kind.startswith("multipart/mixed; boundary=")
    message = BytesParser(policy=HTTP).parsebytes(f"Content-Type: {kind}\r\n\r\n".encode() + content)
    parts = list(message.iter_parts())
    assert [part.get_filename() for part in parts] == ["big.tif", "userdata.json", "default.png"]
    assert [part.get_content_type() for part in parts] == [TIFF, "application/json", PNG]


def test_several_responses_can_not_come_bare(client):
    error = refusal(client.process(body(TWO, responses=WANTED), TIFF))
    assert error["status"] == 400 and "application/x-tar" in error["message"]
    error = refusal(client.process(body(TWO, responses=[("nothing", TIFF)])))
    assert error["message"] == "Output nothing requested but missing from function setup()"


def test_a_form_is_as_good_as_json(client, tmp_path):
    document = body(responses=[("default", TIFF)])
    text = document.pop("evalscript").replace("\n", "\r\n")
    parts = (("request", json.dumps(document)), ("evalscript", text))
    form = "".join(f'--B\r\nContent-Disposition: form-data; name="{n}"\r\n\r\n{v}\r\n' for n, v in parts) + "--B--\r\n"
    response, content = client.process(form.encode(), kind="multipart/form-data; boundary=B")
    assert response.status == 200 and (opened(content, tmp_path).ReadAsArray() == 1000).all()


SMALL = 0.01 / 3
TERRAIN = {"backCoeff": "GAMMA0_TERRAIN", "orthorectify": True}
LEE = {"speckleFilter": {"type": "LEE", "windowSizeX": 3, "windowSizeY": 3}}


@pytest.mark.parametrize(
    "text, collection, processing, accept, units",
    [
        (DN, "sentinel-2-l2a", {}, TIFF, 0.005),
        (RADAR, "sentinel-1-grd", {}, TIFF, 2 * SMALL),
        (RADAR, "sentinel-1-grd", {"orthorectify": True}, TIFF, 2 * 2 * SMALL),
        (RADAR, "sentinel-1-grd", TERRAIN, TIFF, 2 * 2.5 * SMALL),
        (RADAR, "sentinel-1-grd", LEE, TIFF, 2 * 2 * SMALL),
        (RADAR, "sentinel-1-grd", {**TERRAIN, **LEE}, TIFF, 2 * 2.5 * 2 * SMALL),
        (RADAR, "sentinel-1-grd", {"speckleFilter": {"type": "NONE"}}, TIFF, 2 * SMALL),
        (RADAR.replace("UINT16", "FLOAT32"), "sentinel-1-grd", {}, TIFF, 2 * 2 * SMALL),
        (RADAR, "sentinel-1-grd", {}, "application/octet-stream", 2 * 1.4 * SMALL),
        (RADAR, "sentinel-2-l2a", {"orthorectify": True}, TIFF, None),
    ],
)
def test_processing_units_follow_the_documented_formula(client, text, collection, processing, accept, units):
    response, content = client.process(
        body(text, collection, [("default", TIFF)], processing=processing), accept
    )
    if units is None:
        assert "has no band 'VV'" in refusal((response, content))["message"]
        return
    assert float(response.getheader("x-processingunits-spent")) == pytest.approx(units)


def test_processing_units_count_pixels_of_the_box_and_the_scenes(client):
    text = script(["B04", "B08", "dataMask"], "{bands: 1}", "return [1];")
    text = text.replace("output", "mosaicking: 'TILE', output")
    wide = {"bbox": [500000, 4999920, 500160, 5000000], "properties": {"crs": UTM}}
    response, _ = client.process(body(text, bounds=wide, output={"width": 600, "height": 700}))
    expected = 600 * 700 / 512**2 * 2 / 3 * 2
    assert float(response.getheader("x-processingunits-spent")) == pytest.approx(expected)


def test_two_inputs_are_lists_even_with_one_mosaic(client, tmp_path):
    inputs = [{"datasource": "a", "bands": ["B04"]}, {"datasource": "b", "bands": ["B04"]}]
    text = script(inputs, "{bands: 3, sampleType: 'UINT16'}", "return [s.a.length, s.b.length, s.a[0].B04 * 10000];")
    document = body(text)
    january = {"timeRange": {"from": "2019-01-10T00:00:00Z", "to": "2019-01-12T00:00:00Z"}}
    never = {"timeRange": {"from": "2001-01-01T00:00:00Z", "to": "2001-01-02T00:00:00Z"}}
    document["input"]["data"] = [
        {"type": "sentinel-2-l2a", "id": "a", "dataFilter": january},
        {"type": "sentinel-2-l2a", "id": "b", "dataFilter": never},
    ]
    response, content = client.process(document, TIFF)
    assert response.status == 200, content
    assert opened(content, tmp_path).ReadAsArray()[:, 0, 0].tolist() == [1, 0, 1000]
    assert float(response.getheader("x-processingunits-spent")) == pytest.approx(0.01 * 2 / 3 * 2)
    document["input"]["data"].pop()
    assert refusal(client.process(document))["message"] == "Dataset with id: b not found."


def test_outside_a_geometry_the_mask_is_0_and_the_script_paints(client, tmp_path):
    ring = [[500020, 4999940], [500060, 4999940], [500060, 4999980], [500020, 4999980], [500020, 4999940]]
    hole = [[500030, 4999950], [500040, 4999950], [500040, 4999960], [500030, 4999960], [500030, 4999950]]
    inputs = [{"bands": ["B04", "dataMask"], "units": "DN"}]
    text = script(inputs, "{bands: 2, sampleType: 'UINT16'}", "return [s.dataMask ? s.B04 : 7 + s.B04, s.dataMask];")
    geometry = {"type": "MultiPolygon", "coordinates": [[ring, hole]]}
    bounds = {"bbox": BOX, "geometry": geometry, "properties": {"crs": UTM}}
    both = opened(client.process(body(text, bounds=bounds), TIFF)[1], tmp_path).ReadAsArray()
    expected = np.zeros((8, 8), int)
    expected[2:6, 2:6], expected[4, 3] = 1, 0
    assert np.array_equal(both[1], expected) and np.array_equal(both[0], np.where(expected, 1000, 7))
    del bounds["bbox"]
    alone = opened(client.process(body(text, bounds=bounds, output={"width": 4, "height": 4}), TIFF)[1], tmp_path)
    assert np.array_equal(alone.ReadAsArray()[1], expected[2:6, 2:6])
    assert alone.GetGeoTransform() == (500020, 10, 0, 4999980, 0, -10)


@pytest.mark.parametrize(
    "collection, band, outside",
    [("landsat-ot-l1", "B04", np.nan), ("hls", "Red", np.nan), ("sentinel-2-l1c", "B04", 0), ("modis", "B01", 0)],
)
def test_what_a_script_reads_where_there_are_no_data(tmp_path, collection, band, outside):
    """Not a number for Landsat and the harmonized collection, 0 for the others."""
    store_scene(tmp_path / "data", tmp_path / "in", collection, {band: 1})
    ring = [[500000, 4999920], [500040, 4999920], [500040, 5000000], [500000, 5000000], [500000, 4999920]]
    text = script([band, "dataMask"], "{bands: 2, sampleType: 'FLOAT32'}", f"return [s.{band}, s.dataMask];")
    request = RenderRequest(
        PixelGrid(BBox(*BOX, "EPSG:32631"), 8, 8), (InputData(collection),), text, (ResponseFormat("default", TIFF),),
        {"type": "Polygon", "coordinates": [ring]},
    )
    got = gdal.Open(str(render(request, tmp_path / "data", tmp_path).body)).ReadAsArray()
    assert np.array_equal(got[1], np.repeat([[1.0] * 4 + [0.0] * 4], 8, axis=0))
    assert np.isfinite(got[0, :, :4]).all() and (got[0, :, :4] > 0).all()
    assert np.array_equal(got[0, :, 4:], np.full((8, 4), outside), equal_nan=True)


def test_a_scene_shows_nothing_outside_its_cover(tmp_path):
    """The cover is in lon/lat and cuts what the file has; an older scene shows through."""
    write_scene(tmp_path / "in" / "20190101", {"B04": 200})
    write_scene(tmp_path / "in" / "20190111", {"B04": 900})
    ingest_folder(tmp_path / "in", tmp_path / "data", "sentinel-2-l2a")
    store = SceneStore(tmp_path / "data")
    scene = store.scene("sentinel-2-l2a", "20190111")
    corners = [(500010, 4999935), (500045, 4999935), (500045, 4999995), (500010, 4999970), (500010, 4999935)]
    ring = [list(transform_point(x, y, "EPSG:32631", "EPSG:4326")) for x, y in corners]
    cover = {"type": "Polygon", "coordinates": [ring]}
    from dataclasses import replace

    store.add_scenes([replace(scene, properties={**scene.properties, "cover": cover})])
    grid = PixelGrid(BBox(*BOX, "EPSG:32631"), 16, 16)
    request = RenderRequest(grid, (InputData("sentinel-2-l2a"),), DN, (ResponseFormat("default", TIFF),))
    got = gdal.Open(str(render(request, tmp_path / "data", tmp_path).body)).ReadAsArray()
    inside = geometry_mask({"type": "Polygon", "coordinates": [[list(point) for point in corners]]}, grid)
    assert 30 < inside.sum() < 100 and np.array_equal(got, np.where(inside, 900, 200))


# ---- every reference system ----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    """Half degrees of the whole world, each with a number of its own up to a repeat far away."""
    folder = tmp_path_factory.mktemp("world")
    numbers = (np.arange(360 * 720).reshape(360, 720) % 65521 + 1).astype(np.uint16)
    path = write_raster(folder / "in" / "20200101" / "number.tif", numbers, -180.0, 90.0, 0.5, "EPSG:4326")
    ingest_folder(folder / "in", folder / "data", "world")
    return path, folder / "data"


def middle_of(crs):
    """A box of 240 km or 2.4 degrees at the middle of where a reference system is used."""
    area = spatial_reference(crs).GetAreaOfUse()
    lon = (area.west_lon_degree + area.east_lon_degree) / 2 + 0.07
    x, y = transform_point(lon, (area.south_lat_degree + area.north_lat_degree) / 2 + 0.09, "EPSG:4326", crs)
    half = 1.2 if crs in (CRS84, "EPSG:4326") else 120_000
    return BBox(x - half, y - half, x + half, y + half, crs)


NUMBERS = script(["number"], "{bands: 1, sampleType: 'UINT16'}", "return [s.number];")


@pytest.mark.parametrize("crs", sorted(SUPPORTED_CRS))
def test_every_reference_system_of_the_list(world, tmp_path, crs):
    path, data = world
    bbox = middle_of(crs)
    request = RenderRequest(
        PixelGrid(bbox, 9, 7), (InputData("world"),), NUMBERS, (ResponseFormat("default", TIFF),)
    )
    picture = gdal.Open(str(render(request, data, tmp_path).body))
    expected = gdal.Warp(
        "", str(path), format="MEM", outputBounds=bbox.corners, width=9, height=7, errorThreshold=0,
        dstSRS=spatial_reference(crs).ExportToWkt(), resampleAlg="near",
    ).ReadAsArray()
    assert len(np.unique(expected)) > 5 and np.array_equal(picture.ReadAsArray(), expected)
    assert picture.GetSpatialRef().GetAuthorityCode(None) == ("4326" if crs == CRS84 else crs.split(":")[1])


def test_the_list_has_the_documented_length():
    single = "4326 3857 2154 2180 2193 3003 3004 3005 3006 3031 3035 3161 3346 3413 3416 3578 3580 3765 3794 3844 3912"
    assert len(SUPPORTED_CRS) == 1 + 120 + len(single.split()) + 5
    assert {f"EPSG:{code}" for code in single.split()} <= SUPPORTED_CRS
    assert crs_url(CRS84) == "http://www.opengis.net/def/crs/OGC/1.3/CRS84"


@pytest.mark.parametrize("upsampling", ["NEAREST", "BILINEAR", "BICUBIC"])
@pytest.mark.parametrize("downsampling", ["NEAREST", "BILINEAR", "BICUBIC"])
@pytest.mark.parametrize("size", [(90, 75), (11, 9)])
def test_every_pair_of_resamplings(world, tmp_path, size, upsampling, downsampling):
    path, data = world
    names = {"NEAREST": "near", "BILINEAR": "bilinear", "BICUBIC": "cubic"}
    bbox = BBox(5, 45, 18, 56)
    method = upsampling if size[0] > 26 else downsampling
    entry = InputData("world", upsampling=upsampling, downsampling=downsampling)
    text = NUMBERS.replace("UINT16", "FLOAT32")
    request = RenderRequest(PixelGrid(bbox, *size), (entry,), text, (ResponseFormat("default", TIFF),))
    got = gdal.Open(str(render(request, data, tmp_path).body)).ReadAsArray()
    expected = gdal.Warp(
        "", str(path), format="MEM", outputBounds=bbox.corners, width=size[0], height=size[1], errorThreshold=0,
        dstSRS="EPSG:4326", resampleAlg=names[method], outputType=gdal.GDT_Float32,
    ).ReadAsArray()
    np.testing.assert_allclose(got, np.clip(expected, 0, 65535), rtol=1e-6)
