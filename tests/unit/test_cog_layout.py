"""Rearranged files hold the same pixels and everything said about them, in the order of a COG."""

from __future__ import annotations

import numpy as np
import pytest
from osgeo import gdal, osr

from sentinel_workbench.core.errors import Cancelled, DamagedFile
from sentinel_workbench.core.progress import Silent, Watched
from sentinel_workbench.core.raster.cog_check import check_cog
from sentinel_workbench.core.raster.cog_layout import arrange_cog

gdal.UseExceptions()


def make(path, dtype="uint8", bands=3, side=700, options=(), overviews=(2, 4), block=128):
    kinds = {"uint8": gdal.GDT_Byte, "uint16": gdal.GDT_UInt16, "float32": gdal.GDT_Float32}
    creation = ["TILED=YES", f"BLOCKXSIZE={block}", f"BLOCKYSIZE={block}", "COMPRESS=DEFLATE", *options]
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), side, side - 90, bands, kinds[dtype], creation)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(32738)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform((500000, 20, 0, 8200000, 0, -20))
    rng = np.random.default_rng(3)
    for number in range(1, bands + 1):
        band = dataset.GetRasterBand(number)
        band.SetDescription(f"B{number:02d} ü")
        band.SetNoDataValue(7)
        band.WriteArray(rng.integers(0, 200, (side - 90, side)).astype(dtype))
    dataset.SetMetadataItem("PRODUCER", "x" * 300)
    if overviews:
        dataset.BuildOverviews("NEAREST", list(overviews))
    dataset = None
    return path


def told(path):
    dataset = gdal.Open(str(path))
    bands = [dataset.GetRasterBand(i + 1) for i in range(dataset.RasterCount)]
    levels = [[band.Checksum()] + [band.GetOverview(i).Checksum() for i in range(band.GetOverviewCount())]
              for band in bands]
    return (levels, dataset.GetGeoTransform(), dataset.GetProjection(), dataset.GetMetadata(),
            dataset.GetMetadata("IMAGE_STRUCTURE"), [(b.GetDescription(), b.GetNoDataValue()) for b in bands])


@pytest.mark.parametrize("options", [(), ("BIGTIFF=YES",), ("INTERLEAVE=BAND",), ("BIGTIFF=YES", "INTERLEAVE=BAND")])
@pytest.mark.parametrize("dtype, bands", [("uint8", 3), ("uint16", 1), ("float32", 2)])
def test_the_same_file_in_the_order_of_a_cog(tmp_path, dtype, bands, options):
    source, target = make(tmp_path / "a.tif", dtype, bands, options=options), tmp_path / "b.tif"
    assert any(problem.rule == "layout" for problem in check_cog(str(source)).problems)
    arrange_cog(source, target, Silent())
    assert told(target) == told(source)
    assert not [problem for problem in check_cog(str(target)).problems if problem.rule in ("layout", "header")]


def test_a_rearranged_file_is_a_good_cog(tmp_path):
    arrange_cog(make(tmp_path / "a.tif", side=1500, block=512, overviews=(2, 4)), tmp_path / "b.tif", Silent())
    report = check_cog(str(tmp_path / "b.tif"))
    assert report.is_good, report.problems


@pytest.mark.parametrize("side, overviews", [(100, ()), (128, ()), (700, (2,))])
def test_files_of_a_single_block_or_level(tmp_path, side, overviews):
    source, target = make(tmp_path / "a.tif", side=side, overviews=overviews), tmp_path / "b.tif"
    arrange_cog(source, target, Silent())
    assert told(target) == told(source)


def test_blocks_that_are_left_out_stay_so(tmp_path):
    path = tmp_path / "a.tif"
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(path), 900, 900, 1, gdal.GDT_Byte, ["TILED=YES", "SPARSE_OK=YES", "COMPRESS=DEFLATE"])
    dataset.GetRasterBand(1).WriteArray(np.full((200, 200), 9, "uint8"), 600, 600)
    dataset = None
    arrange_cog(path, tmp_path / "b.tif", Silent())
    assert gdal.Open(str(tmp_path / "b.tif")).GetRasterBand(1).Checksum() == \
        gdal.Open(str(path)).GetRasterBand(1).Checksum()
    assert (tmp_path / "b.tif").stat().st_size <= path.stat().st_size


def test_what_can_not_be_rearranged_is_refused(tmp_path):
    whole = make(tmp_path / "a.tif").read_bytes()
    for number, content in enumerate((b"", b"II", b"MM\x00*" + whole[4:], b"\x89PNG" * 40, whole[:-5000], whole[:300],
                                      b"II*\x00\xff\xff\xff\x7f" + whole[8:])):
        path = tmp_path / f"bad{number}.tif"
        path.write_bytes(content)
        with pytest.raises(DamagedFile):
            arrange_cog(path, tmp_path / "b.tif", Silent())


def test_cancel_is_heard(tmp_path):
    watch = Watched()
    watch.cancel()
    with pytest.raises(Cancelled):
        arrange_cog(make(tmp_path / "a.tif", side=2000), tmp_path / "b.tif", watch)
