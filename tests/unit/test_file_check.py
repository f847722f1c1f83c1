"""Files before they are sent: what is found of each, and what is made of those that would be refused."""

from __future__ import annotations

import pytest
from made_cogs import DATA, memory_raster, pixels_of, write_cog, write_raster

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.services.file_check import check_chosen, mend_files


def heard(*what, **how):
    found = []
    return check_chosen(*what, hear=found.extend, **how), found


def test_each_rule_is_a_row_and_so_is_a_good_file(tmp_path):
    write_cog(tmp_path / "good.tif", dtype="uint16")
    jpeg = memory_raster(pixels_of(dtype="uint8"))
    write_raster(tmp_path / "jpeg.tif", jpeg, "GTiff", ("COMPRESS=JPEG",))
    checked, found = heard([], str(tmp_path))
    assert checked.root == tmp_path and checked.bad == (tmp_path / "jpeg.tif",)
    assert [one.problem for one in found if one.name == "good.tif"] == [None]
    assert {"compression", "tile size"} <= {one.problem.rule for one in found if one.name == "jpeg.tif"}
    assert all(one.problem.message and one.problem.remedy for one in found if not one.allowed)


def test_files_of_different_folders_keep_their_common_one(tmp_path):
    for name in ("a/x/B02.tif", "a/y/B02.tif"):
        (tmp_path / name).parent.mkdir(parents=True)
        write_cog(tmp_path / name, dtype="uint16")
    checked, found = heard([str(tmp_path / "a/x/B02.tif"), str(tmp_path / "a/y/B02.tif")], "")
    assert checked.root == tmp_path / "a" and [one.name for one in found] == ["x/B02.tif", "y/B02.tif"]


def test_tiles_that_do_not_fit_together_are_told_when_asked(tmp_path):
    for day, dtype in (("2020-01-01", "uint16"), ("2020-01-02", "uint8")):
        (tmp_path / day).mkdir()
        write_cog(tmp_path / day / "B02.tif", dtype=dtype)
    assert all(one.allowed for one in heard([], str(tmp_path))[1])
    found = heard([], str(tmp_path), as_tiles=True)[1]
    (bad,) = (one for one in found if not one.allowed)
    assert bad.path is None and "(BAND)" in bad.name and "bits" in bad.problem.message


def test_what_is_made_is_checked(tmp_path):
    (tmp_path / "in").mkdir()
    write_raster(tmp_path / "in" / "B02.tif", memory_raster(pixels_of(dtype="uint16")), "GTiff", ())
    (tmp_path / "in" / "B03.tif").write_bytes(b"no picture")
    checked, _ = heard([], str(tmp_path / "in"))
    found = []
    made = mend_files(checked, checked.bad, tmp_path / "out", hear=found.extend)
    assert [bool(one.targets) for one in made] == [True, False]
    good, bad = found
    assert good.allowed and good.made == tmp_path / "out" / "B02.tif" and good.name == "B02.tif"
    assert not bad.allowed and bad.made is None and "not an image" in bad.problem.message


def test_the_real_bad_files_are_refused_and_the_good_ones_not():
    if not DATA.exists():
        pytest.skip(f"the real COGs are not at {DATA}")
    checked, found = heard([], str(DATA))
    assert {path.parent.name for path in checked.bad} == {"bad", "good"}
    assert {one.name for one in found} - {one.name for one in found if not one.allowed} == {
        "good/output_B.tiff", "good/output_dataMask.tiff"
    }


def test_nothing_to_check(tmp_path):
    with pytest.raises(InvalidInput, match="no raster to work on"):
        check_chosen([], str(tmp_path))
