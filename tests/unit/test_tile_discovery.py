"""Names become tiles: templates, bands, sensing times, and a reason for whatever does not."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.services.tile_discovery import (
    discover_tiles,
    guess_template,
    guess_time_pattern,
    read_time,
)


def found(names, template, pattern=None):
    return {tile.path: dict(tile.files) for tile in discover_tiles(names, template, pattern).tiles}


def instant(*values):
    return dt.datetime(*values, tzinfo=dt.timezone.utc)


def test_the_tutorials_mosaic():
    names = [f"2019/{m}/{d}/28V/{b}.tif" for m, d in ((11, 27), (4, 21)) for b in ("B02", "dataMask")]
    result = discover_tiles(names, "**/(BAND).tif", "{YYYY}/{M}/{D}")
    assert [(tile.path, tile.sensing_time) for tile in result.tiles] == [
        ("2019/11/27/28V/(BAND).tif", instant(2019, 11, 27)), ("2019/4/21/28V/(BAND).tif", instant(2019, 4, 21)),
    ]
    assert result.bands == ("B02", "dataMask") and not result.unmatched and not result.uneven
    assert guess_template(names) == "**/(BAND).tif"
    assert guess_time_pattern([tile.path for tile in result.tiles]) == "{YYYY}/{M}/{D}"
    assert result.tiles[0].as_tile("/mosaic/").path == "mosaic/2019/11/27/28V/(BAND).tif"


@pytest.mark.parametrize("paths, pattern", [
    (["2021/01/(BAND).tif", "2021/12/(BAND).tif"], "{YYYY}/{MM}"),
    (["a_2021-01_(BAND).tif", "a_2021-02_(BAND).tif"], "{YYYY}-{MM}"), (["2021/13/(BAND).tif"], None),
    (["2021/01/05/(BAND).tif"], "{YYYY}/{M}/{D}"),
])
def test_months_are_times_too(paths, pattern):
    assert guess_time_pattern(paths) == pattern


def test_the_tutorials_prefixes():
    names = [f"folder/tile_{n}_B{b}_2019.tiff" for n in (1, 2) for b in (1, 2)]
    assert found(names, "folder/tile_1_(BAND)_2019") == {
        "folder/tile_1_(BAND)_2019.tiff": {"B1": names[0], "B2": names[1]}
    }
    assert set(found(names, "folder/tile_*_(BAND)_2019.tiff")) == {
        "folder/tile_1_(BAND)_2019.tiff", "folder/tile_2_(BAND)_2019.tiff"
    }


@pytest.mark.parametrize("template, name, path", [
    ("(BAND).tif", "B1.tif", "(BAND).tif"),
    ("**/(BAND).tif", "B1.tif", "(BAND).tif"),
    ("**/(BAND).tif", "a/b/c/B1.tif", "a/b/c/(BAND).tif"),
    ("a/**/x_(BAND).tif", "a/x_B1.tif", "a/x_(BAND).tif"),
    ("*/(BAND).tif", "a/b/B1.tif", None),
    ("*_(BAND).tif", "S2A_20190401_B1.tif", "S2A_20190401_(BAND).tif"),
    ("(BAND)_*.tif", "B1_2019_x.tif", "(BAND)_2019_x.tif"),
    ("*/(BAND)", "a/B1.TIF", "a/(BAND).TIF"),
    ("a.b/(BAND).tif", "aXb/B1.tif", None),
    ("/a/(BAND).tif/", "a/B1.tif", "a/(BAND).tif"),
])
def test_templates(template, name, path):
    assert list(found([name], template)) == ([path] if path else [])


@pytest.mark.parametrize("template", ["a/b.tif", "(BAND)/x.tif", "(BAND)_(BAND).tif", ""])
def test_templates_that_cannot_be(template):
    with pytest.raises(InvalidInput, match=r"\(BAND\) once"):
        discover_tiles([], template)


def test_every_other_name_gets_a_reason():
    names = ["a/B1.tif", "a/2B.tif", "a/class.tif", "a/notes.txt", "b.tif", "a//B1.tif", "../a/B1.tif"]
    result = discover_tiles(names, "**/a/(BAND).tif")
    assert [tile.path for tile in result.tiles] == ["a/(BAND).tif"]
    assert {one.name: one.reason for one in result.unmatched} == {
        "a/2B.tif": "'2B' can't be the name of a band.", "a/class.tif": "'class' can't be the name of a band.",
        "a/notes.txt": "It is no GeoTIFF (.tif or .tiff).", "b.tif": "It does not fit the template.",
        "a//B1.tif": "It does not fit the template.", "../a/B1.tif": "'../a/(BAND).tif' can't be the path of a tile.",
    }


def test_uneven_tiles_are_told():
    names = ["a/B1.tif", "a/B2.tif", "b/B1.tif", "b/B2.tif", "c/B1.tif", "d/B1.tif", "d/B2.tif", "d/B3.tif"]
    result = discover_tiles(names, "*/(BAND).tif")
    assert [(one.name, one.reason) for one in result.uneven] == [
        ("c/(BAND).tif", "The tile lacks B2."), ("d/(BAND).tif", "The tile has B3 too."),
    ]
    assert guess_template(names) is None


@pytest.mark.parametrize("path, pattern, expected", [
    ("S2A_MSIL2A_20190421T105031_N0207", "{YYYY}{MM}{DD}T{hh}{mm}{ss}", (2019, 4, 21, 10, 50, 31)),
    ("x_2019-04-21_y", "{YYYY}-{MM}-{DD}", (2019, 4, 21)),
    ("LC08_193028_20190421", "{YYYY}{MM}{DD}", (2019, 4, 21)),
    ("201913/20190421", "{YYYY}{MM}{DD}", (2019, 4, 21)),
    ("x_20191399_20190421", "{YYYY}{MM}{DD}", (2019, 4, 21)),
    ("MOD13.A2020366.tif", "A{YYYY}{DOY}", (2020, 12, 31)),
    ("MOD13.A2019366.tif", "A{YYYY}{DOY}", None),
    ("2019/4/(BAND).tif", "{YYYY}/{M}/", (2019, 4, 1)),
    ("20190421105031", "{YYYY}{MM}{DD}", None),
    ("x", "{YYYY}", None),
])
def test_sensing_times(path, pattern, expected):
    assert read_time(path, pattern) == (instant(*expected) if expected else None)


@pytest.mark.parametrize("pattern", ["", "{MM}", "{YYYY}{YYYY}", "{YYYY}{month}"])
def test_patterns_that_cannot_be(pattern):
    with pytest.raises(InvalidInput):
        read_time("x", pattern)


def test_a_tile_without_the_asked_time_is_none():
    result = discover_tiles(["20190421/B1.tif", "later/B1.tif"], "*/(BAND).tif", "{YYYY}{MM}{DD}")
    assert [tile.path for tile in result.tiles] == ["20190421/(BAND).tif"]
    assert [one.name for one in result.unmatched] == ["later/B1.tif"]
    assert guess_time_pattern(["20190421/(BAND).tif", "later/(BAND).tif"]) is None


@pytest.mark.parametrize("names, template", [
    (["t_1_B02.tif", "t_1_B03.tif", "t_2_B02.tif", "t_2_B03.tif"], "**/*_(BAND).tif"),
    (["a/B2.tiff", "b/B2.tiff", "b/readme.txt"], "**/(BAND).tiff"),
    (["B2.tif", "B3.tif"], "**/(BAND).tif"),
    (["readme.txt"], None), ([], None), (["a b.tif"], None),
])
def test_guessing(names, template):
    assert guess_template(names) == template


@given(st.lists(st.text(min_size=1, max_size=20), max_size=8))
def test_no_name_is_lost(names):
    result = discover_tiles(names, "**/*(BAND)")
    told = [name for tile in result.tiles for name in tile.files.values()] + [one.name for one in result.unmatched]
    assert set(told) == set(names)


@pytest.mark.parametrize("names, template, paths", [
    (["ortho_20210501.tif", "ortho_20210601.tif"], "**/(BAND)_*.tif",
     ["(BAND)_20210501.tif", "(BAND)_20210601.tif"]),
    (["a/ortho_2021-05-01.tif", "b/ortho_2021-06-01.tif"], "**/(BAND)_*.tif",
     ["a/(BAND)_2021-05-01.tif", "b/(BAND)_2021-06-01.tif"]),
    (["field-20210501.tiff", "field-20210601.tiff"], "**/(BAND)-*.tiff",
     ["(BAND)-20210501.tiff", "(BAND)-20210601.tiff"]),
    (["ortho_20210501.tif"], "**/(BAND)_*.tif", ["(BAND)_20210501.tif"]),
])
def test_files_that_are_a_tile_each_are_not_taken_for_bands(names, template, paths):
    assert guess_template(names) == template
    assert [tile.path for tile in discover_tiles(names, template).tiles] == paths


def test_bands_with_numbers_are_bands():
    assert guess_template(["x/B20.tif", "x/B21.tif", "y/B20.tif", "y/B21.tif"]) == "**/(BAND).tif"
    assert guess_template(["20210501.tif", "20210601.tif"]) is None
