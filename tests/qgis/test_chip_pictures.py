"""Chips as pictures: stacked bands, one stretch for all dates, the parcel's outline in its place."""

from __future__ import annotations

import shutil
from dataclasses import replace

import numpy as np
import pytest
from osgeo import gdal
from season_cases import CLOUDY, DATES, HALF_MISSING, PARCELS, make_season, pixels

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.scene_classes import SCENE_CLASSES
from sentinel_workbench.core.qgis.chip_pictures import CLASSES, draw_views
from sentinel_workbench.core.qgis.pictures import BACKGROUND
from sentinel_workbench.core.qgis.styles import measure_stretch
from sentinel_workbench.core.services.chip_stacks import stack_bands

EAST, BESIDE = 1, 3
FALSE_COLOUR = ("B08", "B04", "B03")


@pytest.fixture
def season(qgis_app, tmp_path):
    made = make_season(tmp_path)
    made.look()
    return made


def clear_of(season, number):
    return {one.date for one in season.clear[number]}


def test_bands_in_files_of_their_own_become_one_raster_an_image(season):
    series = stack_bands(season.views(EAST, FALSE_COLOUR), FALSE_COLOUR)
    assert len(series.chips) == len(season.clear[EAST])
    chip = series.chips[0]
    opened = gdal.Open(str(chip.path))
    assert [opened.GetRasterBand(n).GetDescription() for n in (1, 2, 3)] == list(FALSE_COLOUR) == list(chip.bands)
    assert opened.GetRasterBand(1).ReadAsArray().mean() > opened.GetRasterBand(2).ReadAsArray().mean()
    assert chip.scale == 0.0001 and chip.parcels == (EAST,)


def test_classes_and_bands_of_other_sizes_stack_on_the_finest_grid(season):
    series = stack_bands(season.views(EAST, ("SCL", "B04"), clear_only=False), ("SCL", "B04"))
    opened = gdal.Open(str(series.chips[0].path))
    assert opened.GetGeoTransform()[1] == 10.0
    assert set(np.unique(opened.GetRasterBand(1).ReadAsArray())) <= {0, 4, 5}


def test_an_image_that_lacks_a_band_is_left_out(season):
    series = season.views(EAST, FALSE_COLOUR)
    gone = series.chips[0].date
    kept = tuple(chip for chip in series.chips if chip.date != gone or chip.bands != ("B03",))
    left = stack_bands(replace(series, chips=kept), FALSE_COLOUR)
    assert gone not in {chip.date for chip in left.chips} and len(left.chips) == len(season.clear[EAST]) - 1


def test_all_dates_have_one_stretch_that_clouds_do_not_spoil(season):
    series = stack_bands(season.views(EAST, FALSE_COLOUR, clear_only=False), FALSE_COLOUR)
    found = draw_views(series, EAST, FALSE_COLOUR, clear_of(season, EAST))
    assert set(found.images) == set(DATES) and found.failures == ()
    cloudy_too = draw_views(series, EAST, FALSE_COLOUR)
    assert found.limits[1][1] < 0.3 < 0.6 < cloudy_too.limits[1][1]
    reds = [found.images[date].pixelColor(32, 32).red() for date in DATES if date in clear_of(season, EAST)]
    assert reds == sorted(reds) and reds[0] < reds[-1], "B08 grows from date to date"
    assert found.images[DATES[CLOUDY]].pixelColor(32, 32).getRgb()[:3] == (255, 255, 255)


def test_classes_have_their_own_colours_and_what_is_missing_none(season):
    series = season.views(EAST, CLASSES, clear_only=False)
    found = draw_views(series, EAST, CLASSES)
    image = found.images[DATES[CLOUDY]]
    assert image.pixelColor(10, 10).name() == SCENE_CLASSES[9].colour
    assert found.images[DATES[0]].pixelColor(1, 10).name() == SCENE_CLASSES[4].colour
    missing = found.images[DATES[HALF_MISSING]]
    assert missing.pixelColor(10, missing.height() - 1).name() == BACKGROUND


def test_images_before_and_after_a_change_of_the_offset_look_alike(season, tmp_path):
    chip = season.views(EAST, ("B04",)).chips[0]
    shifted = tmp_path / "shifted.tif"
    shutil.copyfile(chip.path, shifted)
    opened = gdal.Open(str(shifted), gdal.GA_Update)
    opened.WriteArray(opened.ReadAsArray() + 1000)
    del opened
    later = replace(chip, path=shifted, date=DATES[1], product="later", offset=-0.1)
    series = stack_bands(replace(season.views(EAST, ("B04",)), chips=(chip, later)), ("B04",))
    found = draw_views(series, EAST, ("B04",))
    assert found.images[DATES[0]] == found.images[DATES[1]]
    first, second = (measure_stretch([one.path]).limits for one in series.chips)
    assert first[0] == pytest.approx(second[0]) and first[0][1] < 1, "the layers on the map show reflectance too"


def test_the_outline_lies_where_the_parcel_does(season):
    series = season.views(EAST, ("B08",))
    found = draw_views(series, EAST, ("B08",))
    left, top = found.bbox.min_x, found.bbox.max_y
    step = found.bbox.width / next(iter(found.images.values())).width()
    box = found.outline.boundingRect()
    ring = PARCELS[EAST].geometry["coordinates"][0]
    assert box.left() == pytest.approx((min(x for x, _ in ring) - left) / step, abs=0.01)
    assert box.top() == pytest.approx((top - max(y for _, y in ring)) / step, abs=0.01)
    assert box.width() == pytest.approx(30.0, abs=0.01)
    picture = found.draw(next(iter(found.images)), 640)
    edge = picture.pixelColor(round(box.left() * 10), round(box.center().y() * 10))
    inside = picture.pixelColor(round(box.center().x() * 10), round(box.center().y() * 10))
    assert edge.red() - edge.blue() > 100 and abs(inside.red() - inside.blue()) < 3, "yellow on grey"


def test_beside_the_scene_nothing_is_drawn(season):
    found = draw_views(season.views(BESIDE, ("B04",), clear_only=False), BESIDE, ("B04",))
    image = found.images[DATES[0]]
    assert image.pixelColor(image.width() - 1, 20).name() == BACKGROUND
    assert image.pixelColor(5, 20).name() != BACKGROUND


def test_a_damaged_chip_costs_its_own_picture_alone(season):
    series = season.views(EAST, ("B04",))
    series.chips[0].path.write_bytes(b"II*\x00 cut")
    found = draw_views(series, EAST, ("B04",))
    assert len(found.images) == len(series.chips) - 1
    assert [one.date for one in found.failures] == [series.chips[0].date]


def test_two_bands_make_no_picture(season):
    with pytest.raises(InvalidInput, match="one band, or three"):
        draw_views(season.views(EAST, ("B04",)), EAST, ("B04", "B08"))


def test_the_pixels_are_those_of_the_scene(season):
    found = draw_views(season.views(EAST, ("B04",)), EAST, ("B04",))
    low, high = found.limits[0]
    column, row = int((found.bbox.min_x - 499360) / 10), int((5000640 - found.bbox.max_y) / 10)
    stored = 1e-4 * pixels(0, "B04")[row + 7, column + 9]
    grey = found.images[DATES[0]].pixelColor(9, 7).red()
    assert grey == pytest.approx(255 * np.clip((stored - low) / (high - low), 0, 1), abs=1)
