"""Rasters are checked, put in their place and merged without a pixel changed."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from osgeo import gdal

from sentinel_workbench.core.errors import Cancelled, DamagedFile
from sentinel_workbench.core.model.grid import CRS84, BBox, PixelGrid
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.raster.band_labels import BandLabels
from sentinel_workbench.core.raster.merging import MergePart, merge_tiles
from sentinel_workbench.core.raster.overviews import build_overviews, halve
from sentinel_workbench.core.raster.writing import check_raster, georeference

GRID = PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 70, 114)


def write(path, pixels, driver="GTiff", grid=None, options=()):
    """A raster of ``pixels`` (bands, rows, cols) without place unless a grid is given."""
    types = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32}
    bands, rows, cols = pixels.shape
    memory = gdal.GetDriverByName("MEM").Create("", cols, rows, bands, types[str(pixels.dtype)])
    if grid:
        from sentinel_workbench.core.model.projection import spatial_reference

        memory.SetGeoTransform(grid.geotransform)
        memory.SetProjection(spatial_reference(grid.bbox.crs).ExportToWkt())
    for index in range(bands):
        memory.GetRasterBand(index + 1).WriteArray(pixels[index])
    gdal.GetDriverByName(driver).CreateCopy(str(path), memory, options=list(options))
    return path


def noise(bands, rows, cols, dtype="uint8", seed=1):
    return np.random.default_rng(seed).integers(1, 200, (bands, rows, cols)).astype(dtype)


@pytest.mark.parametrize("driver,suffix", [("GTiff", "tiff"), ("PNG", "png")])
def test_an_image_without_place_gets_grid_and_names(tmp_path, driver, suffix):
    pixels = noise(3, 114, 70)
    source = write(tmp_path / f"response.{suffix}", pixels, driver)
    georeference(source, tmp_path / "default.tif", GRID, BandLabels(("B04", "B03", "B02")))
    written = gdal.Open(str(tmp_path / "default.tif"))
    assert written.GetGeoTransform() == pytest.approx(GRID.geotransform)
    assert written.GetSpatialRef().GetAuthorityCode(None) == "4326"
    assert [written.GetRasterBand(i).GetDescription() for i in (1, 2, 3)] == ["B04", "B03", "B02"]
    assert np.array_equal(written.ReadAsArray(), pixels)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["default.tif", f"response.{suffix}"]


def test_jpeg_becomes_a_geotiff_of_the_same_pixels(tmp_path):
    source = write(tmp_path / "response.jpg", noise(3, 114, 70), "JPEG")
    georeference(source, tmp_path / "default.tif", GRID)
    assert np.array_equal(gdal.Open(str(tmp_path / "default.tif")).ReadAsArray(), gdal.Open(str(source)).ReadAsArray())
    assert not list(tmp_path.glob("*.aux.xml"))


def test_a_tiff_in_place_keeps_its_nodata_and_gains_names(tmp_path):
    source = write(tmp_path / "response.tiff", noise(1, 114, 70, "float32"), grid=GRID)
    georeference(source, tmp_path / "ndvi.tif", GRID, BandLabels(("ndvi",), nodata=-9999.0))
    written = gdal.Open(str(tmp_path / "ndvi.tif"))
    band = written.GetRasterBand(1)
    assert (band.GetDescription(), band.GetNoDataValue()) == ("ndvi", -9999.0)
    served = gdal.Open(str(source))
    assert served.GetRasterBand(1).GetDescription() == ""


def test_a_large_uncompressed_tiff_is_tiled_and_compressed(tmp_path):
    grid = PixelGrid(BBox(0, 0, 9000, 9000, "EPSG:32738"), 900, 900)
    pixels = np.full((3, 900, 900), 7, "uint16")
    georeference(write(tmp_path / "response.tiff", pixels, grid=grid), tmp_path / "default.tif", grid)
    written = gdal.Open(str(tmp_path / "default.tif"))
    assert written.GetMetadataItem("COMPRESSION", "IMAGE_STRUCTURE") == "DEFLATE"
    assert written.GetRasterBand(1).GetBlockSize() == [512, 512]
    assert np.array_equal(written.ReadAsArray(), pixels)


def test_crs84_is_written_as_wgs84_in_lon_lat(tmp_path):
    grid = PixelGrid(BBox(46, -16, 47, -15, CRS84), 10, 10)
    georeference(write(tmp_path / "r.png", noise(1, 10, 10), "PNG"), tmp_path / "d.tif", grid)
    assert gdal.Open(str(tmp_path / "d.tif")).GetGeoTransform()[0] == 46


@pytest.mark.parametrize(
    "content", [b"", b"<html>proxy</html>", b"II*\x00\x08\x00\x00\x00", b"\x89PNG\r\n\x1a\n" + b"\x00" * 40]
)
def test_what_is_no_image_is_damaged(tmp_path, content):
    path = tmp_path / "response.tiff"
    path.write_bytes(content)
    with pytest.raises(DamagedFile):
        check_raster(path, 70, 114)


@pytest.mark.parametrize("driver,suffix", [("GTiff", "tiff"), ("PNG", "png")])
@pytest.mark.parametrize("kept", [0.3, 0.6, 0.9])
def test_a_truncated_image_is_damaged(tmp_path, driver, suffix, kept):
    path = write(tmp_path / f"response.{suffix}", noise(3, 114, 70), driver)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept)])
    with pytest.raises(DamagedFile):
        check_raster(path, 70, 114)


def test_a_wrong_size_is_told(tmp_path):
    with pytest.raises(DamagedFile, match="70 x 114 px instead of 71 x 114"):
        check_raster(write(tmp_path / "response.tiff", noise(1, 114, 70)), 71, 114)


def test_emptiness_is_seen(tmp_path):
    zeros = np.zeros((2, 114, 70), "float32")
    assert check_raster(write(tmp_path / "a.tif", zeros), 70, 114).empty
    assert check_raster(write(tmp_path / "b.tif", zeros * np.nan), 70, 114).empty
    zeros[1, 113, 69] = 0.25
    assert not check_raster(write(tmp_path / "c.tif", zeros), 70, 114).empty


def cut(tmp_path, grid, pixels, max_px):
    parts = []
    for number, tile in enumerate(grid.tiles(max_px)):
        window = pixels[:, tile.row: tile.row + tile.grid.height, tile.col: tile.col + tile.grid.width]
        parts.append(MergePart(tile.col, tile.row, write(tmp_path / f"p{number}.tif", window, grid=tile.grid)))
    return parts


@pytest.mark.parametrize("dtype,bands", [("uint8", 3), ("float32", 2)])
def test_merged_parts_equal_the_whole(tmp_path, dtype, bands):
    grid = PixelGrid(BBox(300000, 8000000, 313010, 8007770, "EPSG:32738"), 1301, 777)
    pixels = noise(bands, 777, 1301, dtype)
    merge_tiles(cut(tmp_path, grid, pixels, 500), grid, tmp_path / "whole.tif")
    whole = gdal.Open(str(tmp_path / "whole.tif"))
    assert np.array_equal(whole.ReadAsArray(), pixels)
    assert whole.GetGeoTransform() == pytest.approx(grid.geotransform)
    assert whole.GetRasterBand(1).GetOverviewCount() == 2
    assert whole.GetRasterBand(1).GetBlockSize() == [512, 512]


def test_overviews_are_means_of_colours_and_samples_of_classes(tmp_path):
    grid = PixelGrid(BBox(300000, 8000000, 313010, 8007770, "EPSG:32738"), 1301, 777)
    for bands, expected in ((3, 15), (1, 10)):
        pixels = np.full((bands, 777, 1301), 10, "uint8")
        pixels[:, 1::2, :] = 20
        merge_tiles(cut(tmp_path, grid, pixels, 500), grid, tmp_path / "whole.tif")
        whole = gdal.Open(str(tmp_path / "whole.tif"))
        overview = whole.GetRasterBand(1).GetOverview(0)
        assert (overview.XSize, overview.YSize) == (651, 389)
        values = overview.ReadAsArray()[:380]
        assert np.unique(values).tolist() == [expected]
        assert np.unique(whole.GetRasterBand(1).GetOverview(1).ReadAsArray()[:180]).tolist() == [expected]


def test_means_know_nodata_and_odd_edges():
    pixels = np.array([[1, 3, -9], [-9, np.nan, -9], [4, 4, 8]], "float32")
    assert halve(pixels, True, -9.0).tolist() == [[2, -9], [4, 8]]
    assert halve(np.array([[255, 255, 254]], "uint8"), True).tolist() == [[255, 254]]
    assert halve(np.array([[1, 2], [0, 0]], "int16"), True, 0).tolist() == [[2]]
    assert halve(np.array([[1, 2], [3, 4]], "uint8"), False).tolist() == [[1]]


def test_memory_stays_flat_while_merging(tmp_path):
    """A raster of 300 MB in a process of its own; its peak must stay far below that."""
    code = (
        "import resource, sys; from pathlib import Path; from osgeo import gdal;"
        "from sentinel_workbench.core.model.grid import BBox, PixelGrid;"
        "from sentinel_workbench.core.raster.merging import MergePart, merge_tiles;"
        "folder = Path(sys.argv[1]); grid = PixelGrid(BBox(0, 0, 1e5, 1e5, 'EPSG:32738'), 10000, 10000);"
        "path = folder / 'part.tif';"
        "gdal.GetDriverByName('GTiff').Create(str(path), 2500, 2500, 3, gdal.GDT_Byte,"
        " options=['SPARSE_OK=YES', 'TILED=YES']);"
        "parts = [MergePart(tile.col, tile.row, path) for tile in grid.tiles()];"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss;"
        "merge_tiles(parts, grid, folder / 'whole.tif');"
        "print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)"
    )
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) < 120


def test_parts_of_another_kind_are_refused(tmp_path):
    grid = PixelGrid(BBox(0, 0, 20, 10, "EPSG:32738"), 20, 10)
    parts = [
        MergePart(0, 0, write(tmp_path / "a.tif", noise(1, 10, 10))),
        MergePart(10, 0, write(tmp_path / "b.tif", noise(3, 10, 10))),
    ]
    with pytest.raises(DamagedFile):
        merge_tiles(parts, grid, tmp_path / "whole.tif")
    assert not (tmp_path / "whole.tif").exists()


def test_a_cancelled_merge_leaves_nothing(tmp_path):
    grid = PixelGrid(BBox(0, 0, 700, 700, "EPSG:32738"), 700, 700)
    parts = cut(tmp_path, grid, noise(1, 700, 700), 400)
    before = set(tmp_path.iterdir())
    progress = Watched()
    progress.cancel()
    with pytest.raises(Cancelled):
        merge_tiles(parts, grid, tmp_path / "whole.tif", progress)
    assert set(tmp_path.iterdir()) == before


@pytest.mark.parametrize("size", [4, 600])
def test_units_stay_with_their_bands(tmp_path, size):
    grid = PixelGrid(BBox(500000, 0, 500000 + 10 * size, 10 * size, "EPSG:32631"), size, size)
    source = tmp_path / "s.tif"
    gdal.GetDriverByName("GTiff").Create(str(source), size, size, 2, gdal.GDT_Float32).FlushCache()
    georeference(source, tmp_path / "t.tif", grid, BandLabels(("DEM", "index"), ("m", "")))
    target = gdal.Open(str(tmp_path / "t.tif"))
    assert [target.GetRasterBand(i).GetUnitType() for i in (1, 2)] == ["m", ""]


def test_overviews_leave_nothing_of_themselves_in_gdals_cache(tmp_path):
    options = ["TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=256", "INTERLEAVE=PIXEL"]
    dataset = gdal.GetDriverByName("GTiff").Create(str(tmp_path / "x.tif"), 2048, 2048, 3, options=options)
    for band in range(1, 4):
        dataset.GetRasterBand(band).WriteArray(np.full((2048, 2048), band, "uint8"))
    dataset.FlushCache()
    before = gdal.GetCacheUsed()
    build_overviews(dataset, Watched())
    levels = sum((2048 >> level) ** 2 * 3 for level in range(1, 4))
    assert gdal.GetCacheUsed() - before < levels / 10
    assert [dataset.GetRasterBand(2).GetOverview(level).ReadAsArray().mean() for level in range(3)] == [2.0] * 3
