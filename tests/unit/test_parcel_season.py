"""A season asked for a part of its parcels, and for what lies around one."""

from __future__ import annotations

import pytest
from parcel_cases import rectangle
from season_cases import DATES, EAST_FIELD, PARCELS, WEST_FIELD, ScenesInMemory, make_season

from sentinel_workbench.core.services.index_scripts import read_index
from sentinel_workbench.core.services.parcel_views import VIEW_M, view_box
from sentinel_workbench.core.services.scl_histogram import Verdict

EAST = 1


@pytest.fixture
def source():
    return ScenesInMemory()


@pytest.fixture
def season(tmp_path, source):
    made = make_season(tmp_path, source)
    made.look()
    return made


def test_one_parcel_is_measured_as_it_is_among_all(season, source):
    alone = season.measure(("B04",), (read_index("NDVI"),), only=(EAST,))
    assert [parcel.pid for parcel in source.orders[-1].parcels] == [EAST_FIELD]
    among = [point for point in season.measure(("B04",), (read_index("NDVI"),)) if point.number == EAST]
    assert alone == among
    assert {(point.number, point.pid) for point in alone} == {(EAST, EAST_FIELD)}
    assert len({point.date for point in alone}) == len(season.clear[EAST]) < len(DATES)


def test_a_view_shows_more_than_the_parcel_and_keeps_its_number(season, source):
    series = season.views(EAST, ("B04",), clear_only=False)
    assert {chip.parcels for chip in series.chips} == {(EAST,)} and len(series.chips) == len(DATES)
    assert series.order.parcels == PARCELS
    asked = view_box(PARCELS[EAST])
    assert (asked.width, asked.height) == (VIEW_M, VIEW_M)
    (square,) = source.orders[-1].parcels
    assert square.pid == EAST_FIELD and square.crs == asked.crs
    assert square.geometry["coordinates"][0][0] == [asked.min_x, asked.min_y]


@pytest.mark.parametrize("metres, side", [(3, 640), (400, 660), (2000, 2540), (4800, 5000), (8000, 8040)])
def test_a_view_has_room_around_the_parcel_but_is_no_larger_than_chips_can_be(metres, side):
    box = view_box(rectangle(500000, 5000000, 500000 + metres, 5000000 + metres, "a"))
    assert box.width == pytest.approx(side, abs=1) and box.height == pytest.approx(side, abs=1)
    assert (box.min_x + box.max_x) / 2 == pytest.approx(500000 + metres / 2, abs=1)


def test_clear_dates_go_with_the_parcel_they_are_of(season):
    series = season.views(EAST, ("B04",))
    assert {chip.date for chip in series.chips} == {one.date for one in season.clear[EAST]}
    west = {one.date for one in season.clear[0]}
    assert west != {one.date for one in season.clear[EAST]}, "the half cloudy date is clear in the east alone"
    assert {chip.date for chip in season.chips(("B04",), only=(0,)).chips} == west


def test_a_parcel_without_a_clear_date_costs_no_request(season, source):
    small = 2
    assert small not in season.clear
    assert all(row.verdict is Verdict.NO_PIXEL for row in season.look() if row.number == small)
    asked = len(source.orders)
    assert season.views(small, ("B04",)).chips == () and len(source.orders) == asked


def test_parts_never_write_over_the_whole(season, tmp_path):
    whole = season.chips(("B04",), clear_only=False)
    before = {chip.path: chip.path.read_bytes() for chip in whole.chips}
    season.chips(("B04",), clear_only=False, only=(0,))
    season.views(0, ("B04",), clear_only=False)
    assert {path: path.read_bytes() for path in before} == before
    assert any(WEST_FIELD.replace(" ", "_") in path.name for path in before)
