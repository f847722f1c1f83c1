"""Every rule of the service, kept and broken; the verdicts over real files; damaged files of any kind."""

from __future__ import annotations

import os
import struct

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from made_cogs import DATA, TILED, UTM, memory_raster, pixels_of, write_cog, write_raster
from osgeo import gdal

from sentinel_workbench.core.errors import Cancelled
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.raster.cog_check import check_cog

REAL = [
    ("good/output_B.tiff", True, set()),
    ("good/output_dataMask.tiff", True, set()),
    ("good/cog_no_offest.tif", True, {"tile size", "crs", "georeference"}),
    ("good/image_171px.tif", True, {"tile size"}),
    ("bad/image_no_overview.tif", True, {"tile size"}),
    ("bad/image_external.tif", False, {"tile size", "external overviews"}),
    ("bad/image_sorted.tif", False, {"tile size", "overview order", "layout"}),
    ("bad/image_2000px.tif", False, {"tiling", "compression"}),
    ("bad/nontiff.jpg", False, {"format"}),
    ("bad/input.tiff", False, {"tiling", "truncated", "pixels"}),
    ("bad/output_G.tiff", False, {"truncated", "pixels"}),
]


def rules(report):
    return {problem.rule for problem in report.problems}


@pytest.mark.parametrize("name, is_cog, broken", REAL)
def test_real_files(name, is_cog, broken):
    if not DATA.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    report = check_cog(str(DATA / name), thorough=True)
    assert (report.is_cog, report.is_good) == (is_cog, not broken)
    expected = broken - {"tile size"} if name == "bad/image_external.tif" else broken
    assert expected <= rules(report) <= broken | {"tile size", "tiling"}
    for problem in (*report.problems, *report.warnings):
        assert problem.message.endswith(".") and problem.remedy.endswith(".")
        assert problem.message[0].isupper() and problem.message.count("\n") == 0


def test_gdal_agrees_on_what_a_cog_is():
    validation = pytest.importorskip("osgeo_utils.samples.validate_cloud_optimized_geotiff")
    if not DATA.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    for name, _, broken in REAL:
        if broken & {"format", "pixels", "truncated"}:
            continue
        _, errors, _ = validation.validate(str(DATA / name), full_check=True)
        assert check_cog(str(DATA / name)).is_cog == (not errors), (name, errors)


def test_facts_of_a_good_file(tmp_path):
    path = write_cog(tmp_path / "good.tif", 2, 700, 1100, "uint16", nodata=0)
    report = check_cog(path, thorough=True)
    assert report.is_good and report.is_cog and not report.warnings
    facts = report.facts
    assert (facts.width, facts.height, facts.bands, facts.sample_type, facts.bit_depth) == (1100, 700, 2, "UINT16", 16)
    assert (facts.epsg, facts.geotransform, facts.nodata, facts.compression) == (32633, UTM, 0.0, "DEFLATE")
    assert (facts.tile_width, facts.tile_height, facts.sample_format) == (256, 256, "UINT")
    opened = gdal.Open(path)
    assert facts.overview_count == opened.GetRasterBand(1).GetOverviewCount() > 0
    assert facts.bounds == (300000.0, 4993000.0, 311000.0, 5000000.0)
    ring = facts.footprint["coordinates"][0]
    assert ring[0] == ring[-1] and len(ring) <= 100
    assert all(12 < lon < 13 and 45 < lat < 45.3 for lon, lat in ring)


@pytest.mark.parametrize("dtype, name, good", [
    ("uint8", "UINT8", True), ("int16", "INT16", True), ("uint32", "UINT32", True), ("int32", "INT32", True),
    ("float32", "FLOAT32", True), ("float64", "FLOAT64", False), ("complex64", "COMPLEX64", False),
])
def test_sample_types(tmp_path, dtype, name, good):
    path = write_raster(tmp_path / "typed.tif", memory_raster(pixels_of(dtype=dtype)), "GTiff", TILED)
    report = check_cog(path)
    assert report.facts.sample_type == name
    assert rules(report) == (set() if good else {"sample type"})


@pytest.mark.parametrize("bits, good", [(1, True), (2, True), (4, True), (7, False), (12, False)])
def test_odd_bit_depths(tmp_path, bits, good):
    dtype = "uint16" if bits > 8 else "uint8"
    source = memory_raster((pixels_of(dtype=dtype) % 2).astype(dtype))
    path = write_raster(tmp_path / "bits.tif", source, "GTiff", [*TILED, f"NBITS={bits}"])
    report = check_cog(path)
    assert report.facts.bit_depth == bits
    assert rules(report) == (set() if good else {"sample type"})


@pytest.mark.parametrize("compression, broken", [
    ("DEFLATE", set()), ("LZW", set()), ("ZSTD", set()), ("NONE", set()), ("PACKBITS", set()),
    ("JPEG", {"compression", "photometric"}), ("WEBP", {"compression"}), ("LZMA", {"compression"}),
    ("LERC", {"compression"}),
])
def test_compressions(tmp_path, compression, broken):
    options = [*TILED[:3], f"COMPRESS={compression}"]
    if f"<Value>{compression}</Value>" not in gdal.GetDriverByName("GTiff").GetMetadataItem("DMD_CREATIONOPTIONLIST"):
        pytest.skip(f"this GDAL has no {compression}")
    path = write_raster(tmp_path / "c.tif", memory_raster(pixels_of(3)), "GTiff", [*options, "PHOTOMETRIC=RGB"])
    if compression == "JPEG":
        path = write_raster(tmp_path / "y.tif", memory_raster(pixels_of(3)), "GTiff", [*options, "PHOTOMETRIC=YCBCR"])
    assert rules(check_cog(path)) == broken


@pytest.mark.parametrize("compression, broken", [("LZW", {"photometric"}), ("DEFLATE", set()), ("NONE", set())])
def test_photometric_goes_with_some_compressions(tmp_path, compression, broken):
    options = [*TILED[:3], f"COMPRESS={compression}", "PHOTOMETRIC=MINISWHITE"]
    assert rules(check_cog(write_raster(tmp_path / "w.tif", memory_raster(pixels_of()), "GTiff", options))) == broken


@pytest.mark.parametrize("options, broken", [
    (("TILED=YES", "BLOCKXSIZE=128", "BLOCKYSIZE=256"), {"tile size"}),
    (("TILED=YES", "BLOCKXSIZE=256", "BLOCKYSIZE=4096"), {"tile size"}),
    (("TILED=YES", "BLOCKXSIZE=2048", "BLOCKYSIZE=256"), set()),
    ((), {"tiling"}),
])
def test_tiles(tmp_path, options, broken):
    path = write_raster(tmp_path / "t.tif", memory_raster(pixels_of(rows=600, cols=600)), "GTiff", options)
    assert rules(check_cog(path)) == broken


@pytest.mark.parametrize("bands, interleave, broken", [
    (10, "PIXEL", set()), (11, "PIXEL", {"interleaving"}), (100, "BAND", set()), (101, "BAND", {"bands"}),
])
def test_band_counts(tmp_path, bands, interleave, broken):
    source = memory_raster(pixels_of(bands, 20, 20))
    path = write_raster(tmp_path / "b.tif", source, "GTiff", [*TILED, f"INTERLEAVE={interleave}"])
    assert rules(check_cog(path)) == broken


@pytest.mark.parametrize("epsg, geotransform, broken", [
    (4326, (14.0, 1e-4, 0, 46.0, 0, -1e-4), set()),
    (3857, (1.5e6, 10, 0, 6e6, 0, -10), set()),
    (3035, (4e6, 10, 0, 3e6, 0, -10), set()),
    (32760, (3e5, 10, 0, 5e6, 0, -10), set()),
    (32661, (2e6, 10, 0, 3e6, 0, -10), {"crs"}),
    (25833, (3e5, 10, 0, 5e6, 0, -10), {"crs"}),
    (4258, (14.0, 1e-4, 0, 46.0, 0, -1e-4), {"crs"}),
    (None, (14.0, 1e-4, 0, 46.0, 0, -1e-4), {"crs"}),
    (32633, (3e5, 10, 1, 5e6, 1, -10), {"georeference"}),
    (32633, (3e5, 10, 0, 5e6, 0, 10), {"georeference"}),
    (32633, None, {"georeference"}),
    (4326, (-180.0, 0.5, 0, 90.0, 0, -0.5), set()),
    (4326, (-180.0, 0.5, 0, 91.0, 0, -0.5), {"pole"}),
    (32633, (4e5, 1000, 0, 10.1e6, 0, -1000), {"pole"}),
    (32733, (4e5, 1000, 0, 1.0e5, 0, -1000), {"pole"}),
    (3035, (4.2e6, 1000, 0, 7.6e6, 0, -1000), {"pole"}),
])
def test_places(tmp_path, epsg, geotransform, broken):
    source = memory_raster(pixels_of(), geotransform, epsg)
    assert rules(check_cog(write_raster(tmp_path / "p.tif", source, "GTiff", TILED))) == broken


def test_georeference_of_a_file_beside_it_does_not_count(tmp_path):
    path = write_raster(tmp_path / "p.tif", memory_raster(pixels_of(), None, None), "GTiff", TILED)
    (tmp_path / "p.tfw").write_text("10\n0\n0\n-10\n300005\n4999995\n")
    (tmp_path / "p.tif.aux.xml").write_text("<PAMDataset><SRS>EPSG:32633</SRS></PAMDataset>")
    assert gdal.Open(path).GetSpatialRef() is not None
    assert rules(check_cog(path)) == {"crs", "georeference"}


def test_an_image_over_the_antimeridian_has_two_parts(tmp_path):
    path = write_cog(tmp_path / "a.tif", geotransform=(700000.0, 100, 0, 7.1e6, 0, -100), epsg=32760, cols=1100)
    footprint = check_cog(path).facts.footprint
    assert footprint["type"] == "MultiPolygon" and len(footprint["coordinates"]) == 2
    longitudes = sorted([lon for lon, _ in part[0]] for part in footprint["coordinates"])
    assert min(longitudes[0]) == pytest.approx(-180) and max(longitudes[1]) == pytest.approx(180)


def test_overviews_are_advised(tmp_path):
    without = write_raster(tmp_path / "w.tif", memory_raster(pixels_of(rows=600, cols=600)), "GTiff", TILED)
    few = write_raster(tmp_path / "few.tif", memory_raster(pixels_of(rows=600, cols=5000)), "COG",
                       ["BLOCKSIZE=2048", "OVERVIEWS=AUTO", "COMPRESS=DEFLATE"])
    for path in (without, few):
        report = check_cog(path)
        assert report.is_good and [warning.rule for warning in report.warnings] == ["overviews"]


def test_overviews_built_afterwards_lie_wrong(tmp_path):
    path = write_raster(tmp_path / "later.tif", memory_raster(pixels_of(rows=1200, cols=1200)), "GTiff", TILED)
    opened = gdal.OpenEx(path, gdal.OF_UPDATE)
    opened.BuildOverviews("NEAREST", [4])
    del opened
    report = check_cog(path)
    assert rules(report) == {"layout"} and not report.is_cog
    assert "overview factor" in {warning.rule for warning in report.warnings}


@pytest.mark.parametrize("dtype, nodata, sentence", [
    ("float32", float("nan"), "NaN"), ("uint8", 300, "No UINT8 pixel"), ("uint8", 255, None), ("int16", -9999, None),
])
def test_no_data_values(tmp_path, dtype, nodata, sentence):
    path = write_cog(tmp_path / "n.tif", dtype=dtype)
    opened = gdal.OpenEx(path, gdal.OF_UPDATE, open_options=["IGNORE_COG_LAYOUT_BREAK=YES"])
    opened.GetRasterBand(1).SetNoDataValue(nodata)
    del opened
    warnings = [warning.message for warning in check_cog(path).warnings]
    assert [message for message in warnings if sentence and sentence in message] == warnings[: bool(sentence)]
    assert len(warnings) == bool(sentence)


def test_bigtiff_and_motorola_order_are_read(tmp_path):
    source = memory_raster(pixels_of())
    big = write_raster(tmp_path / "big.tif", source, "GTiff", [*TILED, "BIGTIFF=YES"])
    swapped = write_raster(tmp_path / "swapped.tif", source, "GTiff", [*TILED, "ENDIANNESS=BIG"])
    for path in (big, swapped):
        report = check_cog(path, thorough=True)
        assert report.is_good and (report.facts.width, report.facts.tile_width) == (400, 256)


def test_a_long_header_is_refused(tmp_path):
    dataset = gdal.GetDriverByName("GTiff").Create(
        str(tmp_path / "long.tif"), 100_000, 100_000, 1, gdal.GDT_Byte, [*TILED, "SPARSE_OK=YES", "BIGTIFF=YES"]
    )
    dataset.SetGeoTransform(UTM)
    dataset.SetProjection(memory_raster(pixels_of()).GetProjection())
    del dataset
    report = check_cog(str(tmp_path / "long.tif"))
    assert "header" in rules(report) and report.facts.header_bytes > 1 << 20


def test_bands_of_different_bits_are_refused(tmp_path):
    path = tmp_path / "mixed.tif"
    write_raster(path, memory_raster(pixels_of(3)), "GTiff", [*TILED, "PHOTOMETRIC=RGB"])
    content = bytearray(path.read_bytes())
    at = content.index(struct.pack("<HHH", 8, 8, 8))
    content[at : at + 6] = struct.pack("<HHH", 8, 8, 16)
    path.write_bytes(content)
    assert "sample type" in rules(check_cog(str(path)))


def test_what_is_no_file(tmp_path):
    (tmp_path / "empty.tif").touch()
    os.mkfifo(tmp_path / "pipe")
    for path, rule, word in [
        (tmp_path, "file", "folder"), (tmp_path / "no.tif", "file", "no such file"), ("a\0b", "file", "character"),
        (tmp_path / "empty.tif", "format", "empty"), (tmp_path / "pipe", "file", "not a regular file"),
        ("", "file", "folder"),
    ]:
        (problem,) = check_cog(str(path)).problems
        assert problem.rule == rule and word in problem.message


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = write_cog(tmp_path / "closed.tif")
    os.chmod(path, 0)
    if os.geteuid() == 0:
        os.chmod(path, 0o600)
        from sentinel_workbench.core.raster import cog_check

        def refuse(_path):
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(cog_check, "read_layout", refuse)
    (problem,) = check_cog(path).problems
    assert problem.rule == "file" and "permission denied" in problem.message


def test_damaged_pixels_are_found_only_by_reading_them(tmp_path):
    path = tmp_path / "hole.tif"
    write_cog(path, rows=600, cols=600)
    content = bytearray(path.read_bytes())
    content[-3000:-2000] = bytes(1000)
    path.write_bytes(content)
    assert check_cog(str(path)).is_good
    damaged = check_cog(str(path), thorough=True)
    assert rules(damaged) == {"pixels"} and "600 x 600" in damaged.problems[0].message


def test_reading_blocks_can_be_stopped(tmp_path):
    path = write_cog(tmp_path / "c.tif")
    watched = Watched()
    watched.cancel()
    with pytest.raises(Cancelled):
        check_cog(path, thorough=True, progress=watched)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_no_damage_raises(tmp_path, data):
    """Any bytes changed in the header, or the file cut anywhere: a report, never an error."""
    source = tmp_path / "fuzz.tif"
    if not source.exists():
        write_cog(source, 3, 300, 300, "uint16")
    content = bytearray(source.read_bytes())
    for _ in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, 1200))] = data.draw(st.integers(0, 255))
    del content[data.draw(st.integers(0, len(content))) if data.draw(st.booleans()) else len(content):]
    target = tmp_path / "damaged.tif"
    target.write_bytes(content)
    report = check_cog(str(target), thorough=True)
    assert report.problems or report.facts is not None
    assert all(problem.message and problem.remedy for problem in report.problems)
