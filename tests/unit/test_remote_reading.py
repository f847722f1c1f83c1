"""Windows of GeoTIFFs on a server: the pixels of the file beside it, few bytes, and no pixel that did not arrive."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import numpy as np
import pytest
from osgeo import gdal
from range_server import RangeServer
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import (
    DamagedFile,
    NetworkError,
    PermissionDenied,
    RequestRejected,
    ServiceUnavailable,
    UnexpectedAnswer,
)
from sentinel_workbench.core.http import ranges
from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.http.transport import NetworkSettings, RequestsTransport
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.reading import OpenBands, read_window
from sentinel_workbench.core.raster.remote_files import RemoteFiles

UTM = "EPSG:32631"


@pytest.fixture(scope="module")
def noise():
    return np.random.default_rng(7).integers(1, 9000, (700, 900)).astype(np.uint16)


@pytest.fixture
def server(tmp_path):
    with RangeServer(tmp_path) as running:
        yield running


@pytest.fixture
def fetch(monkeypatch):
    monkeypatch.setattr(ranges, "READ_POLICY", RetryPolicy(attempts=4, first_delay_s=0.001, rate_limit_delay_s=0.001))
    transport = RequestsTransport(NetworkSettings(read_timeout_s=5))
    reader = HttpRanges(transport)
    yield lambda url, first, length: reader.fetch(url, first, length, Silent())
    transport.close()


def read_remote(fetch, folder, url, grid, method="NEAREST", band=1):
    with RemoteFiles(fetch, folder) as files:
        bands = OpenBands(remote=files)
        centres = GridCentres(grid)
        failures = bands.open_all([url]) or bands.prepare([(url, band, None, method)], centres)
        if failures:
            raise failures[url]
        return bands.reader(url, band).read(centres, method)


def same_as_local(fetch, server, name, grid, method="NEAREST", band=1):
    far = read_remote(fetch, server.folder, server.url(name), grid, method, band)
    near = read_window(server.folder / name, band, grid, method)
    assert np.array_equal(near[1], far[1]) and np.array_equal(near[0], far[0])
    assert near[1].any()
    return far


def grid_of(west, north, width, height, pixel=10.0):
    return PixelGrid(BBox(west, north - height * pixel, west + width * pixel, north, UTM), width, height)


def cog(server, pixels, name="band.tif", **options):
    return write_raster(server.folder / name, pixels, **({"COMPRESS": "DEFLATE", "BLOCKSIZE": 256} | options))


def block_bytes(path, level, blocks):
    dataset = gdal.Open(str(path))
    band = dataset.GetRasterBand(1)
    band = band if level < 0 else band.GetOverview(level)
    return sum(int(band.GetMetadataItem(f"BLOCK_SIZE_{x}_{y}", "TIFF")) for x, y in blocks)


def test_a_window_costs_its_blocks_and_one_request_for_the_directories(server, fetch):
    pixels = np.random.default_rng(1).integers(0, 60000, (2100, 2100)).astype(np.uint16)
    path = cog(server, pixels, BLOCKSIZE=1024)
    values, _ = read_remote(fetch, server.folder, server.url("band.tif"), grid_of(501000, 4999000, 400, 400))
    assert np.array_equal(values, pixels[100:500, 100:500])
    assert len(server.log) == 2 and {entry.status for entry in server.log} == {206}
    assert sum(entry.sent for entry in server.log) <= 1.05 * block_bytes(path, -1, [(0, 0)])


def test_blocks_of_a_row_come_together(server, fetch, noise):
    cog(server, noise)
    same_as_local(fetch, server, "band.tif", grid_of(500000 + 2000, 5000000 - 2000, 400, 400))
    assert len(server.log) == 1 + 3  # rows of 256 px: 200 to 600 touches three


def test_the_overview_is_read_not_the_full_resolution(server, fetch, noise):
    path = cog(server, noise, BLOCKSIZE=128, OVERVIEWS="AUTO")
    grid = PixelGrid(BBox(500000, 4993000, 509000, 5000000, UTM), 225, 175)
    same_as_local(fetch, server, "band.tif", grid)
    blocks = [(x, y) for x in range(2) for y in range(2)]
    assert sum(entry.sent for entry in server.log) <= 16384 + block_bytes(path, 1, blocks) + 4 * 16400


@pytest.mark.parametrize("method", ["NEAREST", "BILINEAR", "BICUBIC"])
@pytest.mark.parametrize("crs", [UTM, "EPSG:4326"])
@pytest.mark.parametrize("shrink", [0.7, 1, 3.3])
def test_resampling_equals_that_of_the_file(server, fetch, noise, method, crs, shrink):
    noise = noise.copy()
    noise[100:180, 200:300] = 0
    cog(server, noise, BLOCKSIZE=128, OVERVIEWS="AUTO")
    box = cover_bbox(BBox(501000, 4995000, 504000, 4999500, UTM), crs)
    same_as_local(fetch, server, "band.tif", PixelGrid(box, int(300 / shrink), int(450 / shrink)), method)


def test_without_overviews_the_warper_sees_all_it_wants(server, fetch, noise):
    cog(server, noise, OVERVIEWS="NONE")
    same_as_local(fetch, server, "band.tif", PixelGrid(BBox(501000, 4995000, 507000, 4999000, UTM), 40, 30), "BICUBIC")


@pytest.mark.parametrize("layout", [
    ["TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=64", "COMPRESS=LZW", "PREDICTOR=2"],
    ["COMPRESS=DEFLATE", "BLOCKYSIZE=17"],
    ["INTERLEAVE=BAND", "TILED=YES", "BLOCKXSIZE=64", "BLOCKYSIZE=128"],
    ["INTERLEAVE=PIXEL", "BIGTIFF=YES", "COMPRESS=ZSTD"],
    ["ENDIANNESS=BIG"],
])
@pytest.mark.parametrize("band", [1, 3])
def test_other_layouts(server, fetch, noise, layout, band):
    source = gdal.Open(str(write_raster(server.folder / "s.tif", np.stack([noise, noise[::-1], noise[:, ::-1]]))))
    gdal.GetDriverByName("GTiff").CreateCopy(str(server.folder / "x.tif"), source, options=layout)
    same_as_local(fetch, server, "x.tif", grid_of(502220, 4997770, 90, 70), band=band)
    same_as_local(fetch, server, "x.tif", grid_of(502220, 4997770, 90, 70), "BILINEAR", band)


def test_internal_mask(server, fetch, noise):
    source = gdal.GetDriverByName("MEM").CreateCopy("", gdal.Open(str(cog(server, noise, "s.tif"))))
    source.GetRasterBand(1).DeleteNoDataValue()
    source.CreateMaskBand(gdal.GMF_PER_DATASET)
    source.GetRasterBand(1).GetMaskBand().WriteArray((noise > 4000).astype(np.uint8) * 255)
    gdal.GetDriverByName("COG").CreateCopy(str(server.folder / "m.tif"), source, options=["BLOCKSIZE=128"])
    for method in ("NEAREST", "BILINEAR"):
        _, valid = same_as_local(fetch, server, "m.tif", grid_of(501000, 4999000, 200, 100), method)
        assert 0.4 < valid.mean() < 0.7


def test_blocks_left_out_of_the_file_have_no_data(server, fetch):
    pixels = np.zeros((512, 512), np.uint16)
    pixels[:200, :200] = 7
    cog(server, pixels, BLOCKSIZE=128, SPARSE_OK="TRUE", OVERVIEWS="NONE")
    _, valid = same_as_local(fetch, server, "band.tif", grid_of(500000, 5000000, 512, 512))
    assert valid.sum() == 40000


def test_directories_at_the_end_of_the_file(server, fetch, noise):
    path = write_raster(server.folder / "a.tif", noise)
    late = server.folder / "late.tif"
    gdal.Translate(str(late), str(path), options="-of GTiff -co TILED=YES -co COMPRESS=DEFLATE")
    dataset = gdal.OpenEx(str(late), gdal.OF_UPDATE)
    dataset.BuildOverviews("NEAREST", [2, 4])  # appended, directories behind the pixels
    dataset.SetMetadataItem("NOTE", "x" * 30000)
    del dataset
    same_as_local(fetch, server, "late.tif", grid_of(501000, 4999000, 50, 50))
    same_as_local(fetch, server, "late.tif", PixelGrid(BBox(500000, 4993000, 509000, 5000000, UTM), 225, 175))


def test_rows_of_strips_fetch_each_block_once(server, fetch, noise):
    cog(server, noise)
    grid = grid_of(500000, 5000000, 600, 600)
    with RemoteFiles(fetch, server.folder) as files:
        bands = OpenBands(limit=1, remote=files)
        parts = []
        for top in range(0, 600, 100):
            centres = GridCentres(grid.window(0, top, 600, 100))
            parts.append(bands.reader(server.url("band.tif")).read(centres)[0])
            bands.reader(str(server.folder / "band.tif"))  # pushes the other out
    assert np.array_equal(np.concatenate(parts), noise[:600, :600])
    spans = sorted((entry.first, entry.last) for entry in server.log)
    assert len(spans) == 4 and all(a[1] < b[0] + 8 for a, b in zip(spans, spans[1:]))


def test_several_files_at_once(server, fetch, noise):
    for number in range(6):
        cog(server, noise + number, f"{number}.tif")
    server.faults.delay_s = 0.05
    busiest, lock, running = [0], threading.Lock(), [0]

    def counted(url, first, length):
        with lock:
            running[0] += 1
            busiest[0] = max(busiest[0], running[0])
        try:
            return fetch(url, first, length)
        finally:
            with lock:
                running[0] -= 1

    centres = GridCentres(grid_of(501000, 4999000, 30, 30))
    with RemoteFiles(counted, server.folder) as files:
        bands = OpenBands(remote=files)
        urls = [server.url(f"{number}.tif") for number in range(6)]
        assert not bands.open_all(urls) and not bands.prepare([(url, 1, None, "BILINEAR") for url in urls], centres)
        asked = len(server.log)
        for number in range(6):
            values, _ = bands.reader(server.url(f"{number}.tif")).read(centres, "BILINEAR")
            assert np.array_equal(values, noise[100:130, 100:130] + number)
    assert asked == 12 == len(server.log) and busiest[0] > 2
    assert not list(server.folder.glob("remote-*"))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="the system does not list open files there")
def test_many_files_leave_few_open(server, fetch, noise):
    for number in range(12):
        cog(server, noise + number, f"{number}.tif")
    centres = GridCentres(grid_of(501000, 4999000, 30, 30))
    with RemoteFiles(fetch, server.folder) as files:
        bands = OpenBands(limit=2, remote=files)
        urls = [server.url(f"{number}.tif") for number in range(12)]
        assert not bands.open_all(urls) and not bands.prepare([(url, 1, None, "NEAREST") for url in urls], centres)
        for url in urls:
            bands.reader(url).read(centres)
        opened = [os.readlink(entry) for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    assert 0 < sum(".bytes" in name for name in opened) <= 2 * 2


GRID = grid_of(501000, 4999000, 300, 300)


@pytest.mark.parametrize("statuses", [[503], [500, 502, 504], [429, 429]])
def test_a_server_that_stumbles_is_asked_again(server, fetch, noise, statuses):
    cog(server, noise)
    server.faults.statuses = statuses
    values, valid = read_remote(fetch, server.folder, server.url("band.tif"), GRID)
    assert valid.all() and np.array_equal(values, noise[100:400, 100:400])


def test_a_body_that_breaks_off_is_fetched_again(server, fetch, noise):
    cog(server, noise)
    server.faults.stop_after, server.faults.stops = 5000, 2
    values, _ = read_remote(fetch, server.folder, server.url("band.tif"), GRID)
    assert np.array_equal(values, noise[100:400, 100:400])


@pytest.mark.parametrize("faults, kind, words", [
    ({"status": 403}, PermissionDenied, "does not let you read"),
    ({"status": 404}, RequestRejected, "does not exist"),
    ({"status": 503}, ServiceUnavailable, "failed several times (HTTP 503)"),
    ({"stop_after": 5000}, NetworkError, "broke off"),
    ({"no_range": True}, UnexpectedAnswer, "sends whole files only"),
    ({"html": 99}, UnexpectedAnswer, "sent a web page"),
    ({"wrong_range": True}, UnexpectedAnswer, "sent other bytes"),
    ({"zeros": True}, DamagedFile, "can't be read as a GeoTIFF"),
])
def test_what_can_not_be_read_is_an_error(server, fetch, noise, faults, kind, words):
    cog(server, noise)
    for name, value in faults.items():
        setattr(server.faults, name, value)
    with pytest.raises(kind) as caught:
        read_remote(fetch, server.folder, server.url("band.tif") + "?sig=secret", GRID)
    assert words in str(caught.value) and "secret" not in str(caught.value)


@pytest.mark.parametrize("faults, kind", [
    ({"status": 403}, PermissionDenied), ({"status": 500}, ServiceUnavailable), ({"stop_after": 10}, NetworkError),
    ({"no_range": True}, UnexpectedAnswer), ({"zeros": True}, DamagedFile),
])
@pytest.mark.parametrize("method", ["NEAREST", "BICUBIC"])
def test_pixels_that_do_not_arrive_are_an_error_too(server, fetch, noise, faults, kind, method):
    cog(server, noise)
    with RemoteFiles(fetch, server.folder) as files:
        reader = OpenBands(remote=files).reader(server.url("band.tif"))
        for name, value in faults.items():
            setattr(server.faults, name, value)
        with pytest.raises(kind):
            reader.read(GridCentres(GRID), method)


def test_a_file_replaced_meanwhile(server, fetch, noise):
    cog(server, noise)
    with RemoteFiles(fetch, server.folder) as files:
        reader = OpenBands(remote=files).reader(server.url("band.tif"))
        cog(server, noise[:600])
        with pytest.raises(DamagedFile, match="replaced"):
            reader.read(GridCentres(GRID))


def test_what_lies_where_a_tiff_was_expected_is_named_after_one_request(server, fetch):
    content = {"jp2": b"\0\0\0\x0cjP  \r\n\x87\n" + bytes(5000), "empty": b""}
    for name, words in (("jp2", "not a TIFF but a JPEG 2000"), ("empty", "is empty")):
        (server.folder / f"{name}.tif").write_bytes(content[name])
        server.log.clear()
        with pytest.raises((DamagedFile, UnexpectedAnswer), match=words):
            read_remote(fetch, server.folder, server.url(f"{name}.tif"), GRID)
        assert len(server.log) == 1


def test_what_is_no_tiff(server, fetch):
    (server.folder / "a.tif").write_bytes(b"\x00\x00\x00\x0cjP  \r\n" * 2000)
    (server.folder / "b.tif").write_bytes(b"")
    (server.folder / "c.tif").write_bytes(b"II*\x00\x08\x00\x00\x00\x01\x00" + b"\xff" * 50)
    for name, kind in (("a.tif", DamagedFile), ("b.tif", UnexpectedAnswer), ("c.tif", DamagedFile)):
        with pytest.raises(kind):
            read_remote(fetch, server.folder, server.url(name), GRID)


def test_redirects_are_followed_but_not_for_ever(server, fetch, noise, tmp_path):
    cog(server, noise)
    with RangeServer(server.folder) as first:
        first.faults.redirect_to = server.base
        values, _ = read_remote(fetch, server.folder, first.url("band.tif"), GRID)
        assert np.array_equal(values, noise[100:400, 100:400])
        first.faults.redirect_to = first.base
        with pytest.raises(UnexpectedAnswer, match="without end"):
            read_remote(fetch, server.folder, first.url("band.tif"), GRID)
