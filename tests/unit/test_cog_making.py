"""COGs made of any raster: every rule kept, no pixel changed, nothing half-written."""

from __future__ import annotations

import numpy as np
import pytest
from made_cogs import DATA, TILED, UTM, memory_raster, pixels_of, write_cog, write_raster
from osgeo import gdal

from sentinel_workbench.core.errors import Cancelled, DamagedFile, InvalidInput, StorageError
from sentinel_workbench.core.progress import Silent, Watched
from sentinel_workbench.core.raster.cog_check import check_cog
from sentinel_workbench.core.raster.cog_making import CLASSES, MEASUREMENTS, CogOptions, make_band_cogs, make_cog


def made(source, target, **options):
    return make_cog(str(source), target, CogOptions(**options), Silent())


def read(path):
    dataset = gdal.Open(str(path))
    return dataset.ReadAsArray()


def plain(path, pixels, options=(), **place):
    return write_raster(path, memory_raster(pixels, **place), "GTiff", options)


@pytest.mark.parametrize("name", [
    "bad/image_no_overview.tif", "bad/image_external.tif", "bad/image_sorted.tif", "bad/image_2000px.tif",
    "good/image_171px.tif", "good/output_B.tiff",
])
def test_real_files_become_good(tmp_path, name):
    if not DATA.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    target = made(DATA / name, tmp_path / "made.tif")
    report = check_cog(str(target), thorough=True)
    assert report.is_good and not report.warnings
    assert np.array_equal(read(target), read(DATA / name))
    validation = pytest.importorskip("osgeo_utils.samples.validate_cloud_optimized_geotiff")
    warnings, errors, _ = validation.validate(str(target), full_check=True)
    assert errors == [] and (warnings == [] or report.facts.width == report.facts.tile_width)
    assert [path.name for path in tmp_path.iterdir()] == ["made.tif"]


@pytest.mark.parametrize("name, sentence", [
    ("bad/output_G.tiff", "output_G.tiff is damaged or cut short"),
    ("bad/input.tiff", "input.tiff is damaged or cut short"),
])
def test_damaged_sources_are_named(tmp_path, name, sentence):
    if not DATA.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    with pytest.raises(DamagedFile, match=sentence) as refused:
        made(DATA / name, tmp_path / "made.tif")
    assert "fetched" not in refused.value.advice
    assert list(tmp_path.iterdir()) == []


def test_a_raster_without_place_is_refused_until_its_crs_is_chosen(tmp_path):
    source = plain(tmp_path / "s.tif", pixels_of(), epsg=None)
    with pytest.raises(InvalidInput, match="in which CRS"):
        made(source, tmp_path / "made.tif")
    target = made(source, tmp_path / "made.tif", assigned_crs="EPSG:32633")
    assert check_cog(str(target)).facts.epsg == 32633
    nowhere = plain(tmp_path / "n.tif", pixels_of(), geotransform=None)
    with pytest.raises(InvalidInput, match="where its pixels lie"):
        made(nowhere, tmp_path / "other.tif")


@pytest.mark.parametrize("dtype", ["uint8", "uint16", "int16", "uint32", "int32", "float32"])
def test_values_place_and_no_data_stay(tmp_path, dtype):
    pixels = pixels_of(3, 530, 1200, dtype)
    pixels[:, :50, :50] = 7
    source = plain(tmp_path / "s.tif", pixels, nodata=7)
    target = made(source, tmp_path / "made.tif", tile_px=256)
    report = check_cog(str(target))
    assert np.array_equal(read(target), pixels)
    assert (report.facts.geotransform, report.facts.epsg, report.facts.nodata) == (UTM, 32633, 7.0)
    assert (report.facts.tile_width, report.facts.compression) == (256, "DEFLATE")


def test_overviews_of_classes_hold_only_classes(tmp_path):
    pixels = np.where(pixels_of(1, 1500, 1500) % 2, 10, 200).astype("uint8")
    source = plain(tmp_path / "s.tif", pixels)
    classes = gdal.Open(str(made(source, tmp_path / "c.tif", kind=CLASSES, tile_px=512)))
    means = gdal.Open(str(made(source, tmp_path / "m.tif", kind=MEASUREMENTS, tile_px=512)))
    coarse = [d.GetRasterBand(1).GetOverview(0).ReadAsArray() for d in (classes, means)]
    assert set(np.unique(coarse[0])) == {10, 200} and len(np.unique(coarse[1])) > 2


def test_a_colour_table_makes_classes(tmp_path):
    memory = memory_raster(np.where(pixels_of(1, 1500, 1500) % 2, 10, 200).astype("uint8"))
    table = gdal.ColorTable()
    table.SetColorEntry(10, (255, 0, 0, 255))
    memory.GetRasterBand(1).SetColorTable(table)
    target = gdal.Open(str(made(write_raster(tmp_path / "s.tif", memory, "GTiff", ()), tmp_path / "made.tif")))
    assert set(np.unique(target.GetRasterBand(1).GetOverview(0).ReadAsArray())) == {10, 200}
    assert target.GetRasterBand(1).GetColorTable().GetColorEntry(10) == (255, 0, 0, 255)


def test_bands_into_a_file_each(tmp_path):
    pixels = pixels_of(12, 100, 120, "uint16")
    memory = memory_raster(pixels)
    source = write_raster(tmp_path / "s.tif", memory, "GTiff", ())
    with pytest.raises(InvalidInput, match="12 bands"):
        made(source, tmp_path / "all.tif")
    with pytest.raises(InvalidInput, match="where the band's name goes"):
        make_band_cogs(source, tmp_path / "x.tif", CogOptions(), Silent())
    files = make_band_cogs(source, tmp_path / "out" / "t_(BAND)_1.tif", CogOptions(), Silent())
    assert list(files) == [f"B{i}" for i in range(1, 13)]
    assert files["B12"] == tmp_path / "out" / "t_B12_1.tif"
    assert all(np.array_equal(read(path), pixels[i]) for i, path in enumerate(files.values()))


def test_described_bands_name_their_files(tmp_path):
    memory = memory_raster(pixels_of(2))
    for index, name in enumerate(("red", "nir")):
        memory.GetRasterBand(index + 1).SetDescription(name)
    source = write_raster(tmp_path / "s.tif", memory, "GTiff", ())
    assert list(make_band_cogs(source, tmp_path / "(BAND).tif", CogOptions(), Silent())) == ["red", "nir"]


@pytest.mark.parametrize("epsg, geotransform, expected", [
    (25833, UTM, 32633), (31468, (4500000.0, 10, 0, 5300000.0, 0, -10), 32633),
    (4258, (14.0, 1e-3, 0, 46.0, 0, -1e-3), 32633), (3413, (0.0, 5000, 0, -500000.0, 0, -5000), 4326),
])
def test_other_reference_systems_are_reprojected(tmp_path, epsg, geotransform, expected):
    source = plain(tmp_path / "s.tif", pixels_of(), epsg=epsg, geotransform=geotransform)
    with pytest.raises(InvalidInput, match="pixels without a value"):
        made(source, tmp_path / "made.tif")
    report = check_cog(str(made(source, tmp_path / "made.tif", nodata=0)))
    assert report.facts.epsg == expected and report.facts.nodata == 0
    values = set(np.unique(read(tmp_path / "made.tif")))
    assert values <= {0, *np.unique(pixels_of())} and len(values) > 100


def test_reprojection_agrees_with_gdalwarp(tmp_path):
    ramp = np.add(*np.mgrid[0:300, 0:400])[np.newaxis].astype("float32")
    source = plain(tmp_path / "s.tif", ramp, epsg=25833)
    target = made(source, tmp_path / "made.tif", crs="EPSG:3035", kind=MEASUREMENTS)
    exact = {"dstSRS": "EPSG:3035", "dstNodata": np.nan, "resampleAlg": "bilinear", "errorThreshold": 0}
    expected = gdal.Warp("", source, format="MEM", **exact).ReadAsArray()
    found = read(target)
    assert found.shape == expected.shape
    assert np.nanmax(np.abs(found - expected)) < 0.25, "a quarter of a pixel"
    assert (np.isnan(found) != np.isnan(expected)).mean() < 1e-4
    with pytest.raises(InvalidInput, match="EPSG:25833"):
        made(source, tmp_path / "no.tif", crs="EPSG:25833")


def test_upside_down_is_turned_without_a_pixel_changed(tmp_path):
    pixels = pixels_of()
    source = plain(tmp_path / "s.tif", pixels[:, ::-1], geotransform=(3e5, 10, 0, 5e6 - 3000, 0, 10), nodata=0)
    target = made(source, tmp_path / "made.tif")
    assert np.array_equal(read(target), pixels[0]) and check_cog(str(target)).facts.geotransform == UTM


def test_a_reference_system_without_its_code_is_recognised(tmp_path):
    memory = memory_raster(pixels_of(), epsg=None)
    memory.SetProjection(_utm_without_code())
    source = write_raster(tmp_path / "s.tif", memory, "GTiff", ())
    target = made(source, tmp_path / "made.tif")
    assert check_cog(str(target)).facts.epsg == 32633
    assert np.array_equal(read(target), pixels_of()[0])


def _utm_without_code():
    from osgeo import osr

    reference = osr.SpatialReference()
    reference.ImportFromProj4("+proj=utm +zone=33 +datum=WGS84 +units=m")
    return reference.ExportToWkt()


@pytest.mark.parametrize("dtype, values, sample_type, sentence", [
    ("float64", 300.5, None, "Float64"), ("float64", 300.5, "UINT8", "do not fit UINT8"),
    ("int16", -5, "UINT16", "do not fit UINT16"), ("float32", np.nan, "INT16", "NaN"),
    ("uint16", 256, "UINT8", "do not fit"), ("complex64", 1, None, "CFloat32"),
    ("complex64", 1, "FLOAT32", "Complex"),
])
def test_a_sample_type_that_would_change_values_is_refused(tmp_path, dtype, values, sample_type, sentence):
    pixels = pixels_of(dtype=dtype)
    pixels[0, 0, 0] = values
    with pytest.raises(InvalidInput, match=sentence):
        made(plain(tmp_path / "s.tif", pixels), tmp_path / "made.tif", sample_type=sample_type)
    assert [path.name for path in tmp_path.iterdir()] == ["s.tif"]


@pytest.mark.parametrize("dtype, sample_type", [("float64", "FLOAT32"), ("uint16", "UINT8"), ("float32", "INT16")])
def test_a_sample_type_that_fits(tmp_path, dtype, sample_type):
    pixels = pixels_of(dtype=dtype)
    target = made(plain(tmp_path / "s.tif", pixels), tmp_path / "made.tif", sample_type=sample_type)
    assert np.array_equal(read(target), pixels[0])
    assert check_cog(str(target)).facts.sample_type == sample_type


def test_odd_bit_depths_become_whole_ones(tmp_path):
    pixels = pixels_of(dtype="uint16")
    source = write_raster(tmp_path / "s.tif", memory_raster(pixels), "GTiff", [*TILED, "NBITS=12"])
    target = made(source, tmp_path / "made.tif")
    assert np.array_equal(read(target), pixels[0]) and check_cog(str(target)).facts.bit_depth == 16


@pytest.mark.parametrize("bits", [1, 4])
def test_few_bits_stay_readable(tmp_path, bits):
    pixels = pixels_of() % 2
    source = write_raster(tmp_path / "s.tif", memory_raster(pixels), "GTiff", [*TILED, f"NBITS={bits}"])
    assert np.array_equal(read(made(source, tmp_path / "made.tif")), pixels[0])


def test_no_mask_is_left_in_the_file(tmp_path):
    memory = memory_raster(pixels_of())
    with_mask = write_raster(tmp_path / "s.tif", memory, "GTiff", TILED)
    with gdal.config_option("GDAL_TIFF_INTERNAL_MASK", "YES") if hasattr(gdal, "config_option") else _internal_mask():
        opened = gdal.OpenEx(with_mask, gdal.OF_UPDATE)
        opened.CreateMaskBand(gdal.GMF_PER_DATASET)
        opened.GetRasterBand(1).GetMaskBand().Fill(255)
        del opened
    assert "mask" in {warning.rule for warning in check_cog(with_mask).warnings}
    report = check_cog(str(made(with_mask, tmp_path / "made.tif")))
    assert report.is_good and not report.warnings


class _internal_mask:
    def __enter__(self):
        gdal.SetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", "YES")

    def __exit__(self, *error):
        gdal.SetThreadLocalConfigOption("GDAL_TIFF_INTERNAL_MASK", None)


def test_a_file_is_repaired_in_its_place(tmp_path):
    path = tmp_path / "same.tif"
    plain(path, pixels_of(2, 600, 600))
    made(path, path)
    assert check_cog(str(path), thorough=True).is_good and np.array_equal(read(path), pixels_of(2, 600, 600))
    assert [entry.name for entry in tmp_path.iterdir()] == ["same.tif"]


def test_cancelling_leaves_what_was_there(tmp_path):
    source = plain(tmp_path / "s.tif", np.random.default_rng(1).integers(0, 255, (3, 2000, 2000)).astype("uint8"))
    target = tmp_path / "made.tif"
    target.write_bytes(b"before")
    watched = Watched(lambda fraction, _: watched.cancel() if fraction > 0.1 else None)
    with pytest.raises(Cancelled):
        make_cog(source, target, CogOptions(), watched)
    assert target.read_bytes() == b"before"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["made.tif", "s.tif"]


def test_progress_only_goes_forward(tmp_path):
    seen = []
    source = plain(tmp_path / "s.tif", pixels_of(3, 1500, 1500))
    make_cog(source, tmp_path / "made.tif", CogOptions(tile_px=256), Watched(lambda fraction, _: seen.append(fraction)))
    assert seen == sorted(seen) and seen[-1] == 1.0 and len(seen) > 10


@pytest.mark.parametrize("source, target, error", [
    ("none.tif", "made.tif", DamagedFile), ("text.tif", "made.tif", DamagedFile), ("s.tif", "made.png", InvalidInput),
    ("s.tif", "s.tif/inside.tif", StorageError),
])
def test_what_cannot_be_made(tmp_path, source, target, error):
    (tmp_path / "text.tif").write_text("no raster")
    plain(tmp_path / "s.tif", pixels_of())
    with pytest.raises(error):
        made(tmp_path / source, tmp_path / target)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["s.tif", "text.tif"]


@pytest.mark.parametrize("options", [
    {"kind": "photos"}, {"tile_px": 128}, {"tile_px": 1000}, {"compression": "JPEG"}, {"sample_type": "FLOAT64"},
])
def test_options_that_make_no_good_file(options):
    with pytest.raises(InvalidInput):
        CogOptions(**options)


def test_an_image_over_the_pole_cannot_be_ingested(tmp_path):
    source = write_cog(tmp_path / "s.tif", geotransform=(4e5, 1000, 0, 10.1e6, 0, -1000))
    with pytest.raises(InvalidInput, match="pole"):
        made(source, tmp_path / "made.tif")
    assert not (tmp_path / "made.tif").exists()
