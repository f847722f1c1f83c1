"""Files of one tile, tiles of one collection: what the service demands of them together."""

from __future__ import annotations

import pytest
from made_cogs import UTM, memory_raster, pixels_of, write_cog, write_raster

from sentinel_workbench.core.model.byoc import ByocBand
from sentinel_workbench.core.raster.cog_check import check_cog
from sentinel_workbench.core.raster.tile_check import check_collection_tiles, check_tile_files, configured_bands


def moved(cols=0.0, rows=0.0, scale=1.0):
    return (UTM[0] + 10 * cols, UTM[1] * scale, 0.0, UTM[3] - 10 * rows, 0.0, UTM[5] * scale)


@pytest.fixture()
def made(tmp_path):
    """Makes ``name`` and checks it."""

    def make(name, **what):
        return check_cog(write_cog(tmp_path / name, **what))

    return make


def rules(problems):
    return [problem.rule for problem in problems]


def test_bands_of_different_resolutions_fit(made):
    files = {
        "B02": made("B02.tif", rows=300, cols=400, dtype="uint16"),
        "B05": made("B05.tif", rows=150, cols=200, dtype="uint16", geotransform=moved(scale=2)),
        "B01": made("B01.tif", rows=51, cols=67, dtype="uint16", geotransform=moved(scale=6)),
    }
    assert check_tile_files(files) == ()


@pytest.mark.parametrize("shift, fits", [(0.99, True), (1.0, True), (1.01, False), (-1.01, False)])
def test_extents_within_one_pixel(made, shift, fits):
    files = {"B1": made("B1.tif"), "B2": made("B2.tif", geotransform=moved(cols=shift))}
    assert rules(check_tile_files(files)) == ([] if fits else ["extent", "extent"])


def test_a_pixel_is_that_of_the_file_itself(made):
    """Four fine pixels over are too many for the fine file, though less than one of the coarse file."""
    coarse = made("B1.tif", rows=50, cols=60, geotransform=moved(scale=10))
    fine = made("B2.tif", rows=500, cols=604)
    (problem,) = check_tile_files({"coarse": coarse, "fine": fine})
    assert problem.rule == "extent" and "'fine' reaches 4 of its pixels" in problem.message


def test_what_lies_apart_or_in_other_reference_systems(made):
    here = made("B1.tif")
    apart = made("B2.tif", geotransform=moved(cols=5000))
    other = made("B3.tif", epsg=32634)
    assert "no area in common" in check_tile_files({"B1": here, "B2": apart})[0].message
    (problem,) = check_tile_files({"B1": here, "B3": other})
    assert problem.rule == "crs" and "B1 EPSG:32633, B3 EPSG:32634" in problem.message


def test_endings_and_names(made):
    files = {"B1": made("B1.tif"), "2B": made("2B.tiff"), "class": made("class.tif"), "größe_1": made("größe_1.tif")}
    problems = check_tile_files(files)
    assert rules(problems) == ["extension", "band name", "band name"]
    assert "'2B'" in problems[1].message and "'class'" in problems[2].message


def test_files_of_several_bands_are_numbered(made, tmp_path):
    files = {"RGB": made("RGB.tif", bands=3), "M": made("M.tif", dtype="float32")}
    assert configured_bands(files) == (
        ByocBand("RGB_1", "RGB", 1, 8, "UINT"), ByocBand("RGB_2", "RGB", 2, 8, "UINT"),
        ByocBand("RGB_3", "RGB", 3, 8, "UINT"), ByocBand("M", "M", 1, 32, "FLOAT"),
    )
    clash = {**files, "RGB_2": made("RGB_2.tif")}
    assert any("named 'RGB_2'" in problem.message for problem in check_tile_files(clash))


def test_a_hundred_bands_and_one_more(made, tmp_path):
    source = memory_raster(pixels_of(50, 20, 20))
    options = ("TILED=YES", "INTERLEAVE=BAND")
    fifty = check_cog(write_raster(tmp_path / "fifty.tif", source, "GTiff", options))
    assert rules(check_tile_files({"a": fifty, "b": fifty})) == []
    one = made("c.tif", rows=20, cols=20)
    assert rules(check_tile_files({"a": fifty, "b": fifty, "c": one})) == ["bands"]


def test_unreadable_files_do_not_disturb(made, tmp_path):
    missing = check_cog(str(tmp_path / "none.tif"))
    assert check_tile_files({"B1": made("B1.tif"), "B2": missing}) == ()
    assert configured_bands({"B2": missing}) == ()


def test_tiles_of_a_collection(made):
    first = {"B1": made("1_B1.tif", dtype="uint16"), "B2": made("1_B2.tif", dtype="uint16")}
    tiles = {
        "1_(BAND)": first,
        "2_(BAND)": {"B1": made("2_B1.tif", dtype="uint16"), "B2": made("2_B2.tif", dtype="uint16")},
        "3_(BAND)": {"B1": made("3_B1.tif"), "B2": made("3_B2.tif", dtype="int16")},
        "4_(BAND)": {"B1": made("4_B1.tif", dtype="uint16"), "B3": made("4_B3.tif", dtype="uint16")},
        "5_(BAND)": {"B1": made("5_B1.tif", bands=2, dtype="uint16"), "B2": first["B2"]},
    }
    found = check_collection_tiles(tiles)
    assert {path: rules(problems) for path, problems in found.items()} == {
        "1_(BAND)": [], "2_(BAND)": [], "3_(BAND)": ["sample type", "sample type"],
        "4_(BAND)": ["file set", "file set"], "5_(BAND)": ["bands"],
    }
    assert "'B2' is INT of 16 bits, in the first tile UINT of 16 bits" in found["3_(BAND)"][1].message


def test_samples_of_fewer_bits_are_bands_of_eight(made, tmp_path):
    bits = write_raster(tmp_path / "m.tif", memory_raster(pixels_of() % 2), "GTiff", ["TILED=YES", "NBITS=1"])
    tiles = {"a": {"M": made("full.tif")}, "b": {"M": check_cog(bits)}}
    assert check_collection_tiles(tiles)["b"] == ()
    assert configured_bands(tiles["b"])[0].bit_depth == 8
