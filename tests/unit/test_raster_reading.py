"""Windows of rasters against GDAL's own warper and against plain indexing."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.projection import cover_bbox
from sentinel_workbench.core.raster import places
from sentinel_workbench.core.raster.mask import geometry_mask
from sentinel_workbench.core.raster.reading import BandReader, GridCentres, read_window

gdal.UseExceptions()
UTM = "EPSG:32631"
METHODS = {"NEAREST": "near", "BILINEAR": "bilinear", "BICUBIC": "cubic"}


@pytest.fixture(scope="module")
def hills(tmp_path_factory):
    """400 x 300 px of 10 m, smooth with noise, a hole of nodata in it."""
    dice = np.random.default_rng(5)
    y, x = np.mgrid[0:300, 0:400]
    pixels = (3000 + 900 * np.sin(x / 17) + 700 * np.cos(y / 11) + dice.integers(0, 200, x.shape)).astype(np.uint16)
    pixels[40:60, 70:100] = 0
    return write_raster(tmp_path_factory.mktemp("raster") / "hills.tif", pixels), pixels


def gdal_warp(path, grid, method, **options):
    return gdal.Warp(
        "", str(path), format="MEM", outputBounds=grid.bbox.corners, width=grid.width, height=grid.height,
        dstSRS=grid.bbox.crs, resampleAlg=METHODS[method], errorThreshold=0, outputType=gdal.GDT_Float64, **options
    ).ReadAsArray()


@pytest.mark.parametrize("method", sorted(METHODS))
@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:3857", "EPSG:3035", "EPSG:32632"])
def test_reprojection_equals_gdalwarp(hills, crs, method):
    path, _ = hills
    bbox = cover_bbox(BBox(500300, 4997600, 503500, 4999800, UTM), crs)
    grid = PixelGrid(bbox, 313, 207)
    values, valid = read_window(path, 1, grid, method)
    expected = gdal_warp(path, grid, method)
    nearest = gdal_warp(path, grid, "NEAREST")
    assert np.array_equal(valid, nearest != 0)
    assert 0.9 < valid.mean() < 1
    np.testing.assert_allclose(values[valid], expected[valid], rtol=0, atol=1e-6)
    assert (values[~valid] == 0).all()


def test_own_grid_gives_the_pixels_themselves(hills):
    path, pixels = hills
    grid = PixelGrid(BBox(500000, 4997000, 504000, 5000000, UTM), 400, 300)
    values, valid = read_window(path, 1, grid)
    assert values.dtype == np.uint16
    assert np.array_equal(values, pixels)
    assert np.array_equal(valid, pixels != 0)


@pytest.mark.parametrize("col, row, width, height", [(5, 7, 30, 1), (5, 7, 1, 30), (5, 7, 1, 1)])
def test_lines_and_single_pixels(hills, col, row, width, height):
    path, pixels = hills
    grid = PixelGrid(BBox(500000, 4997000, 504000, 5000000, UTM), 400, 300).window(col, row, width, height)
    values, valid = read_window(path, 1, grid)
    assert valid.all() and np.array_equal(values, pixels[row:row + height, col:col + width])
    lonlat = PixelGrid(cover_bbox(grid.bbox, "EPSG:4326"), width, height)
    assert np.array_equal(read_window(path, 1, lonlat)[0], gdal_warp(path, lonlat, "NEAREST"))


def test_strips_join_to_the_whole(hills):
    path, _ = hills
    grid = PixelGrid(cover_bbox(BBox(500300, 4997600, 503500, 4999800, UTM), "EPSG:4326"), 150, 101)
    whole, _ = read_window(path, 1, grid)
    strips = [read_window(path, 1, grid.window(0, top, 150, min(13, 101 - top)))[0] for top in range(0, 101, 13)]
    assert np.array_equal(np.concatenate(strips), whole)


@pytest.mark.parametrize("crs", [UTM, "EPSG:4326"])
def test_window_too_large_is_read_in_parts(hills, monkeypatch, crs):
    path, _ = hills
    grid = PixelGrid(cover_bbox(BBox(499000, 4997600, 503500, 5000800, UTM), crs), 61, 37)
    whole = read_window(path, 1, grid)
    assert 0.3 < whole[1].mean() < 0.9
    monkeypatch.setattr(places, "MAX_WINDOW_PX", 5000)
    sizes = []
    read = BandReader._read

    def watched(self, band, *window):
        sizes.append(window[2] * window[3])
        return read(self, band, *window)

    monkeypatch.setattr(BandReader, "_read", watched)
    parts = read_window(path, 1, grid)
    assert np.array_equal(parts[0], whole[0]) and np.array_equal(parts[1], whole[1])
    assert len(sizes) > 3 and max(sizes) <= 5000


def test_outside_is_invalid(hills):
    path, pixels = hills
    grid = PixelGrid(BBox(499900, 4999000, 500100, 5000100, UTM), 20, 110)
    values, valid = read_window(path, 1, grid)
    assert not valid[:, :10].any() and not valid[:10].any()
    assert np.array_equal(values[10:, 10:], pixels[:100, :10])
    far = PixelGrid(BBox(-70, -40, -69, -39), 5, 4)
    values, valid = read_window(path, 1, far)
    assert values.shape == (4, 5) and not valid.any() and not values.any()


@pytest.mark.parametrize("step, level", [(10, -1), (19, -1), (20, 0), (39, 0), (45, 1), (400, 1)])
def test_overview_is_never_coarser_than_asked(tmp_path, step, level):
    pixels = np.random.default_rng(2).integers(1, 60000, (512, 512)).astype(np.uint16)
    path = write_raster(tmp_path / "o.tif", pixels, BLOCKSIZE=128, RESAMPLING="NEAREST")
    reader = BandReader(path)
    grid = PixelGrid(BBox(500000, 5000000 - 10 * step, 500000 + 10 * step, 5000000, UTM), 10, 10)
    assert reader._level(reader.step_px(GridCentres(grid))) == level
    values, valid = reader.read(GridCentres(grid))
    options = {"overviewLevel": "NONE" if level < 0 else level}
    inside = valid
    assert np.array_equal(values[inside], gdal_warp(path, grid, "NEAREST", **options)[inside])


def test_not_a_number_and_given_nodata_are_invalid(tmp_path):
    pixels = np.array([[1.5, np.nan], [7.0, 2.5]], np.float32)
    path = write_raster(tmp_path / "f.tif", pixels, nodata=None)
    grid = PixelGrid(BBox(500000, 4999980, 500020, 5000000, UTM), 2, 2)
    assert read_window(path, 1, grid)[1].tolist() == [[True, False], [True, True]]
    values, valid = read_window(path, 1, grid, nodata=7)
    assert valid.tolist() == [[True, False], [False, True]]
    assert values.tolist() == [[1.5, 0], [0, 2.5]]


def test_pole_and_antimeridian_stay_exact(tmp_path):
    world = np.arange(1, 180 * 360 + 1, dtype=np.uint32).reshape(180, 360)
    path = write_raster(tmp_path / "w.tif", world, west=-180, north=90, pixel=1, crs="EPSG:4326")
    grid = PixelGrid(BBox(-3000000, -3000000, 3000000, 3000000, "EPSG:3413"), 97, 90)
    values, valid = read_window(path, 1, grid)
    expected = gdal_warp(path, grid, "NEAREST")
    assert (values == expected).mean() > 0.999
    assert valid.mean() > 0.99


def test_bad_files_are_named(tmp_path):
    text = tmp_path / "no.tif"
    text.write_text("not an image")
    grid = PixelGrid(BBox(0, 0, 1, 1), 2, 2)
    with pytest.raises(DamagedFile, match="no.tif"):
        read_window(text, 1, grid)
    with pytest.raises(DamagedFile, match="absent.tif"):
        read_window(tmp_path / "absent.tif", 1, grid)
    lost = write_raster(tmp_path / "lost.tif", np.ones((4, 4), np.uint8), crs=None)
    with pytest.raises(DamagedFile, match="coordinate reference system"):
        read_window(lost, 1, grid)
    with pytest.raises(DamagedFile, match="no band 2"):
        read_window(write_raster(tmp_path / "one.tif", np.ones((4, 4), np.uint8)), 2, grid)


def test_damaged_pixels_are_an_error_never_empty(tmp_path):
    pixels = np.random.default_rng(1).integers(1, 60000, (600, 600)).astype(np.uint16)
    path = write_raster(tmp_path / "cut.tif", pixels, COMPRESS="DEFLATE", BLOCKSIZE=256, OVERVIEWS="NONE")
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    grid = PixelGrid(BBox(500000, 4994000, 506000, 5000000, UTM), 600, 600)
    with pytest.raises(DamagedFile, match="cut.tif"):
        read_window(path, 1, grid)


def test_geometry_mask_takes_cell_centres():
    grid = PixelGrid(BBox(0, 0, 100, 50, UTM), 10, 5)
    ring = [[14, 9], [46, 9], [46, 31], [14, 31], [14, 9]]
    mask = geometry_mask({"type": "Polygon", "coordinates": [ring]}, grid)
    x, y = np.meshgrid(np.arange(5, 100, 10), np.arange(45, 0, -10))
    assert np.array_equal(mask, (x > 14) & (x < 46) & (y > 9) & (y < 31))


def test_geometry_mask_reprojects_and_refuses():
    grid = PixelGrid(BBox(500000, 5538000, 501000, 5539000, UTM), 20, 20)
    box = cover_bbox(BBox(500000, 5538000, 500500, 5539000, UTM), "EPSG:4326")
    west, south, east, north = box.corners
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    mask = geometry_mask({"type": "MultiPolygon", "coordinates": [[ring]]}, grid, "EPSG:4326")
    assert mask[:, :10].all() and not mask[:, 10:].any()
    for wrong in ({"type": "Point", "coordinates": [1, 2]}, {"type": "Polygon", "coordinates": []}, None):
        with pytest.raises(InvalidInput):
            geometry_mask(wrong, grid)
