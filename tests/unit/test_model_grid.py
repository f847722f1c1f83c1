"""Sizes agree with sentinelhub-py; parts of a grid lie on its pixel edges."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import CRS84, BBox, PixelGrid, crs_from_url, crs_url
from sentinel_workbench.core.model.projection import bbox_to_dimensions, cover_bbox, ground_size_m, utm_crs

BETSIBOKA = BBox(46.16, -16.15, 46.51, -15.58)


@pytest.mark.parametrize("bbox, resolution_m, size", [
    (BETSIBOKA, 60, (631, 1047)),
    (BBox(10, 60, 12, 61), 60, (1774, 1911)),
    (BBox(5, 45, 11, 48), 60, (7741, 5458)),
    (BBox(20, 68, 24, 70), 60, (2605, 3758)),
    (BBox(178, -18, 179.9, -17), 60, (3382, 1810)),
    (BBox(-5, -1, 5, 1), 60, (18593, 3704)),
    (BBox(49.9604, 44.7176, 51.0481, 45.2324), 100, (861, 567)),
    (BBox(1155360.393335921, 5285081.168940068, 1156965.063795706, 5286609.808304847, "EPSG:3857"), 10, (116, 114)),
    (BBox(0, 0, 100000, 100000, "EPSG:3857"), 10, (10009, 9935)),
    (BBox(411873, 5126285, 412036, 5126500, "EPSG:32633"), 10, (16, 22)),
])
def test_size_is_that_of_the_public_library(bbox, resolution_m, size):
    assert bbox_to_dimensions(bbox, resolution_m) == size


@pytest.mark.parametrize("corners, km", [
    ((-180, -60, 180, 80), (39466, 15585)), ((-180, -90, 180, 90), (40075, 20038)), ((-25, 34, 45, 72), (4378, 4020)),
])
def test_half_the_globe_has_a_size_too(corners, km):
    for crs in ("EPSG:4326", "OGC:CRS84"):
        assert [round(side / 1000) for side in ground_size_m(BBox(*corners, crs))] == list(km)
    width, height = bbox_to_dimensions(BBox(*corners), 20_000)
    assert (width, height) == (round(km[0] / 20), round(km[1] / 20))


@pytest.mark.parametrize("lon, lat, crs", [
    (5, 60, "EPSG:32632"), (20, 78, "EPSG:32633"), (46.3, -15.9, "EPSG:32738"), (180, 10, "EPSG:32660"),
])
def test_utm_zone(lon, lat, crs):
    assert utm_crs(lon, lat) == crs


@settings(max_examples=60)
@given(st.integers(1, 9000), st.integers(1, 9000), st.integers(64, 2500))
def test_tiles_partition_the_grid(width, height, max_px):
    grid = PixelGrid(BBox(500000, 8000000, 500000 + width * 10, 8000000 + height * 10, "EPSG:32738"), width, height)
    tiles = list(grid.tiles(max_px))
    assert sum(t.grid.width * t.grid.height for t in tiles) == width * height
    assert all(t.grid.width <= max_px and t.grid.height <= max_px for t in tiles)
    for tile in tiles:
        assert tile.grid.bbox.min_x == pytest.approx(grid.bbox.min_x + tile.col * 10, abs=1e-6)
        assert tile.grid.bbox.max_y == pytest.approx(grid.bbox.max_y - tile.row * 10, abs=1e-6)
    assert min(t.grid.bbox.min_x for t in tiles) == grid.bbox.min_x
    assert min(t.grid.bbox.min_y for t in tiles) == grid.bbox.min_y


@pytest.mark.parametrize("corners, words", [
    ((10, 10, 10, 11), "no width"),
    ((46.5, -16, 46.2, -15), r"west \(46.5\) lies east of the east \(46.2\). Swap"),
    ((46.2, -15, 46.5, -16), r"south \(-15.0\) lies north of the north \(-16.0\). Swap"),
    ((170, -20, -170, -10), "antimeridian"),
    ((10, 50, 11, 95), "range"),
    ((float("nan"), 0, 1, 1), "not a number"),
])
def test_bad_areas_are_refused(corners, words):
    with pytest.raises(InvalidInput, match=words) as caught:
        BBox(*corners)
    assert caught.value.field == "area"


def test_zero_resolution_and_too_coarse_resolution_are_refused():
    with pytest.raises(InvalidInput):
        bbox_to_dimensions(BETSIBOKA, 0)
    with pytest.raises(InvalidInput, match="larger than the area"):
        bbox_to_dimensions(BETSIBOKA, 1_000_000)


@pytest.mark.parametrize("crs", [CRS84, "EPSG:4326", "EPSG:32738"])
def test_crs_urls_return(crs):
    assert crs_from_url(crs_url(crs)) == crs


def test_cover_bbox_contains_the_transformed_corners():
    covered = cover_bbox(BBox(500000, 5000000, 600000, 5100000, "EPSG:32633"), "EPSG:4326")
    assert covered.corners == pytest.approx((15.0, 45.146393, 16.292532, 46.053574), abs=1e-4)


@pytest.mark.parametrize("width, height", [(1, 1), (2500, 2500), (2501, 2500), (5001, 5001), (7, 12345)])
def test_parts_are_counted_without_making_them(width, height):
    grid = PixelGrid(BBox(0, 0, 10, 10), width, height)
    assert grid.tile_count() == sum(1 for _ in grid.tiles())
