"""Pixels of parcels and the numbers over them."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from osgeo import gdal
from real_scenes import DATA

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.model.parcels import Parcel, RasterLayout
from sentinel_workbench.core.model.projection import spatial_reference, transform_point
from sentinel_workbench.core.raster.mask import geometry_mask
from sentinel_workbench.core.raster.zonal import ZonalIndex, layout_of

UTM = "EPSG:32631"
LAYOUT = RasterLayout((500000.0, 20.0, 0.0, 5000000.0, 0.0, -20.0), 10, 10, UTM)


def box(west, south, east, north, pid="1", crs=UTM):
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return Parcel(pid, {"type": "Polygon", "coordinates": [ring]}, crs)


def cells(pixels, number=0):
    """Columns and rows of a parcel's pixels."""
    left, top, width, _ = pixels.window
    flat = pixels.pixels[pixels.offsets[number] : pixels.offsets[number + 1]]
    return sorted({(int(p % width) + left, int(p // width) + top) for p in flat})


def test_a_centre_on_the_left_edge_is_out_and_on_the_right_edge_in():
    layout = RasterLayout((0.0, 1.0, 0.0, 0.0, 0.0, -1.0), 8, 8, UTM)
    for ring in ([[1.5, -1.5], [3.5, -1.5], [3.5, -3.5], [1.5, -3.5], [1.5, -1.5]],):
        for points in (ring, ring[::-1]):
            parcel = Parcel("1", {"type": "Polygon", "coordinates": [points]}, UTM)
            pixels = ZonalIndex([parcel]).on(layout)
            columns = {column for column, _ in cells(pixels)}
            assert columns == {2, 3} and len(cells(pixels)) == 6


def test_classes_are_counted_for_overlapping_parcels():
    values = np.arange(100, dtype=np.uint8).reshape(10, 10) % 4
    index = ZonalIndex([box(500000, 4999800, 500200, 5000000), box(500000, 4999960, 500080, 5000000, "2")])
    pixels = index.on(LAYOUT)
    left, top, width, height = pixels.window
    counts = pixels.count_classes(values[top : top + height, left : left + width], 12)
    assert counts.shape == (2, 12) and counts[0, :4].tolist() == [25, 25, 25, 25] and counts.sum() == 108
    assert counts[1, :4].tolist() == [2, 2, 2, 2]
    assert index.on(LAYOUT) is pixels


def test_values_that_are_no_class_are_left_out():
    pixels = ZonalIndex([box(500000, 4999960, 500080, 5000000)]).on(LAYOUT)
    assert pixels.count_classes(np.full((2, 4), 200, np.uint8), 12).sum() == 0
    assert pixels.count_classes(np.full((2, 4), -3, np.int16), 12).sum() == 0


def test_pixels_beside_the_raster_are_expected_but_not_there():
    index = ZonalIndex([box(499900, 4999900, 500100, 5000100), box(600000, 4999900, 600100, 5000000, "2")])
    pixels = index.on(LAYOUT)
    assert pixels.expected.tolist() == [100, 25] and np.diff(pixels.offsets).tolist() == [25, 0]
    assert pixels.window == (0, 0, 5, 5)
    nowhere = index.on(LAYOUT, [1])
    assert nowhere.window == (0, 0, 0, 0) and nowhere.expected.tolist() == [25]
    assert nowhere.count_classes(np.zeros((0, 0), np.uint8), 12).tolist() == [[0] * 12]
    assert math.isnan(nowhere.describe(np.zeros((0, 0))).mean[0])


def test_a_parcel_smaller_than_a_pixel_has_none_but_touches_one():
    parcel = [box(500001, 4999991, 500004, 4999995)]
    assert ZonalIndex(parcel).on(LAYOUT).expected.tolist() == [0]
    assert ZonalIndex(parcel, all_touched=True).on(LAYOUT).expected.tolist() == [1]


def test_a_parcel_that_crosses_itself_is_counted_by_the_even_odd_rule():
    bow = [[500000, 4999800], [500200, 5000000], [500200, 4999800], [500000, 5000000], [500000, 4999800]]
    pixels = ZonalIndex([Parcel("bow", {"type": "Polygon", "coordinates": [bow]}, UTM)]).on(LAYOUT)
    assert 40 <= pixels.expected[0] <= 60


def test_a_parcel_is_moved_into_the_crs_of_each_raster():
    west, north = transform_point(500040, 4999960, UTM, "EPSG:4326")
    east, south = transform_point(500160, 4999840, UTM, "EPSG:4326")
    index = ZonalIndex([box(west, south, east, north, crs="EPSG:4326")])
    here, beside = index.on(LAYOUT), index.on(RasterLayout((970000.0, 20.0, 0.0, 5020000.0, 0.0, -20.0), 900, 900,
                                                           "EPSG:32630"))
    assert np.diff(here.offsets).tolist() == [36]
    assert np.diff(beside.offsets)[0] == beside.expected[0] and abs(int(beside.expected[0]) - 36) <= 5


def test_a_reference_system_without_a_code_is_read_from_its_text():
    reference = spatial_reference(UTM).Clone()
    reference.SetProjParm("false_easting", 500001.0)
    reference.SetAuthority("PROJCS", "LOCAL", 7)
    layout = RasterLayout(LAYOUT.geotransform, 10, 10, reference.ExportToWkt())
    assert ZonalIndex([box(499999, 4999900, 500099, 5000000)]).on(layout).expected.tolist() == [25]


def test_moments_and_percentiles_leave_invalid_values_out():
    values = np.arange(100, dtype=np.float32).reshape(10, 10)
    values[0, 0] = np.nan
    pixels = ZonalIndex([box(500000, 4999960, 500080, 5000000), box(500100, 4999960, 500180, 5000000, "2")]).on(LAYOUT)
    left, top, width, height = pixels.window
    window = values[top : top + height, left : left + width]
    found = pixels.describe(window, window != 11, (10, 50))
    first = np.array([1, 2, 3, 10, 12, 13], float)
    assert found.counts.tolist() == [6, 8] and found.expected.tolist() == [8, 8]
    assert found.mean[0] == pytest.approx(first.mean()) and found.deviation[0] == pytest.approx(first.std())
    assert (found.minimum[0], found.maximum[0]) == (1, 13)
    for percent in (10, 50):
        assert found.percentiles[percent][0] == np.percentile(first, percent)


def test_what_cannot_be_counted_in_is_refused():
    parcel = box(500000, 4999960, 500080, 5000000)
    with pytest.raises(InvalidInput, match="rotated"):
        ZonalIndex([parcel]).on(RasterLayout((0, 20.0, 1.0, 0, 0, -20.0), 5, 5, UTM))
    with pytest.raises(InvalidInput, match="too large"):
        ZonalIndex([parcel]).on(RasterLayout((500000.0, 1e-4, 0.0, 5000000.0, 0.0, -1e-4), 5, 5, UTM))
    with pytest.raises(InvalidInput, match="Parcel 7 is a Point"):
        Parcel("7", {"type": "Point", "coordinates": [1, 2]})
    with pytest.raises(InvalidInput, match="Parcel 8"):
        ZonalIndex([Parcel("8", {"type": "Polygon", "coordinates": []})])
    with pytest.raises(DamagedFile, match="where its pixels lie"):
        layout_of(gdal.GetDriverByName("MEM").Create("", 2, 2, 1, gdal.GDT_Byte), "plain.tif")


@pytest.mark.parametrize("north_up", [True, False])
def test_a_parcel_counts_as_its_mask_does(north_up):
    """One parcel at a time, burnt onto the whole raster by another way of ours."""
    from sentinel_workbench.core.model.grid import BBox, PixelGrid

    rng = np.random.default_rng(4)
    grid = PixelGrid(BBox(500000, 4999000, 501000, 5000000, UTM), 50, 50)
    step = -20.0 if north_up else 20.0
    layout = RasterLayout((500000.0, 20.0, 0.0, 5000000.0 if north_up else 4999000.0, 0.0, step), 50, 50, UTM)
    parcels = []
    for number in range(40):
        ring = (rng.uniform(0, 1000, (5, 2)) + (500000, 4999000)).tolist()
        parcels.append(Parcel(str(number), {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}, UTM))
    pixels = ZonalIndex(parcels).on(layout)
    for number, parcel in enumerate(parcels):
        mask = geometry_mask(parcel.geometry, grid)
        rows, columns = np.nonzero(mask if north_up else mask[::-1])
        assert cells(pixels, number) == sorted(zip(columns.tolist(), rows.tolist()))


def real_parcels(site):
    path = DATA / "s2_parcels" / f"parcels_{site}.geojson"
    if not path.exists():
        pytest.skip(f"the real parcels are not at {DATA}")
    return json.loads(path.read_text())["features"]


@pytest.mark.parametrize("site, corner", [("00002806639B424A", (501360, 5629680)),
                                          ("0000280849BAC91C", (574680, 5622440))])
def test_real_parcels_are_exactly_the_pixels_of_their_crop(site, corner):
    features = real_parcels(site)
    (path,) = (DATA / "s2_parcels").glob(f"OUTPUT_POLY-110_10m_{site}_*.nc")
    group = gdal.OpenEx(str(path), gdal.OF_MULTIDIM_RASTER).GetRootGroup()
    crops = np.squeeze(group.OpenMDArray("CT").ReadAsArray())
    layout = RasterLayout((corner[0], 10.0, 0.0, corner[1], 0.0, -10.0), 64, 64, UTM)
    parcels = [Parcel(f["properties"]["pid"], f["geometry"]) for f in features]
    pixels = ZonalIndex(parcels).on(layout)
    left, top, width, height = pixels.window
    window = crops[top : top + height, left : left + width].ravel()
    for number, feature in enumerate(features):
        own = window[pixels.pixels[pixels.offsets[number] : pixels.offsets[number + 1]]]
        assert set(own.tolist()) == {feature["properties"]["crop_code"]}
        assert pixels.expected[number] * 100 == feature["properties"]["area_m2"]


def test_real_puglia_parcels_have_the_pixels_their_chips_show():
    source = DATA / "parcels_puglia" / "puglia_extraction_polygons.gpkg"
    if not source.exists():
        pytest.skip(f"the parcels of Apulia are not at {DATA}")
    database = gdal.OpenEx(str(source), gdal.OF_VECTOR)
    parcels = [Parcel(str(f.GetFID()), json.loads(f.geometry().ExportToJson())) for f in database.GetLayer(0)]
    corners = [(30, 60, 4975312.78, 1976978.84), (60, 33, 4975792.78, 1978178.84), (58, 44, 4971862.78, 1977758.84),
               (34, 44, 4973442.78, 1979728.84), (23, 18, 4974842.78, 1979388.84), (140, 75, 4972922.78, 1978678.84)]
    index = ZonalIndex(parcels)
    found = []
    for number, (width, height, west, north) in enumerate(corners):
        layout = RasterLayout((west, 10.0, 0.0, north, 0.0, -10.0), width, height, "EPSG:3035")
        found.append(int(np.diff(index.on(layout, [number]).offsets)[0]))
    assert found == [652, 1319, 1851, 1041, 343, 8045]
