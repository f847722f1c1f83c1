"""Covers the service accepts, and footprints of many reference systems."""

from __future__ import annotations

import json
import math

import pytest
from byoc_stand_in import UTM, numbered_tile, square
from osgeo import ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.byoc_records import tile_of
from sentinel_workbench.core.model.byoc import ByocTile, geometry_crs
from sentinel_workbench.core.services.byoc_covers import count_points, make_cover
from sentinel_workbench.core.services.byoc_footprints import TABLE, save_footprints
from sentinel_workbench.core.services.footprint_shapes import shape_in_degrees


def star(points, centre=(10.0, 50.0), size=1.0):
    ring = []
    for n in range(points):
        angle = 2 * math.pi * n / points
        radius = size * (0.8 + 0.2 * math.sin(5 * angle))
        ring.append([centre[0] + radius * math.cos(angle), centre[1] + radius * math.sin(angle)])
    return {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}


def area(geometry):
    return ogr.CreateGeometryFromJson(json.dumps({k: geometry[k] for k in ("type", "coordinates")})).Area()


def test_a_simple_cover_stays_as_it_is():
    cover = make_cover(star(60), "EPSG:4326")
    assert cover.points == 61 and cover.note == ""
    assert geometry_crs(cover.geometry) == "EPSG:4326"
    assert cover.geometry["coordinates"][0][0] == pytest.approx(star(60)["coordinates"][0][0])


@pytest.mark.parametrize("points", [101, 500, 5000])
def test_a_detailed_cover_is_simplified_to_a_hundred_points(points):
    cover = make_cover(star(points), "EPSG:4326")
    assert 50 < cover.points <= 100 and f"from {points + 1} to {cover.points} points" in cover.note
    assert area(cover.geometry) == pytest.approx(area(star(points)), rel=0.05)


def test_too_many_parts_become_their_hull():
    parts = [star(8, (10 + 0.5 * (n % 10), 50 + 0.5 * (n // 10)), 0.1)["coordinates"] for n in range(50)]
    cover = make_cover({"type": "MultiPolygon", "coordinates": parts}, "EPSG:4326")
    assert cover.points <= 100 and "too many parts" in cover.note and cover.geometry["type"] == "Polygon"


def test_a_crossed_ring_is_repaired_and_heights_are_dropped():
    bow = {"type": "Polygon", "coordinates": [[[0, 0, 5], [2, 2, 5], [2, 0, 5], [0, 2, 5], [0, 0, 5]]]}
    cover = make_cover(bow, "EPSG:4326")
    assert cover.geometry["type"] == "MultiPolygon" and len(cover.geometry["coordinates"][0][0][0]) == 2


@pytest.mark.parametrize(
    "geometry, crs, complaint",
    [
        ({"type": "Point", "coordinates": [1, 2]}, "EPSG:4326", "not a polygon"),
        ({"type": "Polygon", "coordinates": []}, "EPSG:4326", "no area|can't be read"),
        ({"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [2, 2], [0, 0]]]}, "EPSG:4326", "no area"),
        (square(10, 60, 30.0), "EPSG:4326", "pole"),
        (square(170, 10, 15.0), "EPSG:4326", "antimeridian"),
        (square(-179, 10, 10.0), "EPSG:4326", None),
        ({"type": "Polygon", "coordinates": [[[179, 0], [-179, 0], [-179, 1], [179, 1], [179, 0]]]}, "EPSG:4326",
         "antimeridian"),
        (square(-500000, -500000, 1e6), "EPSG:3995", "pole"),
        (square(310000, 6900000), "EPSG:32601", "antimeridian"),
        (square(300000, 6900000), "EPSG:32628", None),
    ],
)  # fmt: skip
def test_poles_and_the_antimeridian_are_refused(geometry, crs, complaint):
    if complaint is None:
        assert geometry_crs(make_cover(geometry, crs).geometry) == crs
    else:
        with pytest.raises(InvalidInput, match=complaint):
            make_cover(geometry, crs)


def test_the_whole_world_is_no_crossing():
    world = {"type": "Polygon", "coordinates": [[[-180, -60], [180, -60], [180, 60], [-180, 60], [-180, -60]]]}
    assert make_cover(world, "EPSG:4326").points == 5


def shape_of(geometry):
    return shape_in_degrees(geometry)


def test_footprints_lie_where_gdal_puts_them():
    from osgeo import osr

    box = square(300000.0, 6899880.0)
    source, target = osr.SpatialReference(), osr.SpatialReference()
    source.ImportFromEPSG(32628)
    target.ImportFromEPSG(4326)
    target.SetAxisMappingStrategy(osr.OAMS_TRADITIONAL_GIS_ORDER)
    expected = ogr.CreateGeometryFromJson(json.dumps({k: box[k] for k in ("type", "coordinates")}))
    expected.Segmentize(15000.0)
    expected.Transform(osr.CoordinateTransformation(source, target))
    shape = shape_of(box)
    assert shape.GetGeometryName() == "MULTIPOLYGON"
    assert shape.SymDifference(expected).Area() < 0.001 * expected.Area()


def test_holes_parts_and_mixed_systems_keep_their_rows():
    hole = {**square(0, 0, 4.0, None)}
    hole["coordinates"] = [hole["coordinates"][0], square(1, 1, 1.0, None)["coordinates"][0]]
    unknown = square(0, 0, 1.0, {"type": "name", "properties": {"name": "urn:x-ogc:def:crs:LOCAL::1"}})
    no_such = square(0, 0, 1.0, {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::999999"}})
    broken = {"type": "Polygon", "coordinates": [[[0, 0], ["a", 1], [1, 1], [0, 0]]]}
    endless = {"type": "Polygon", "coordinates": [[[0, 0], [0, math.inf], [1, 1], [0, 0]]]}
    flat = {"type": "Polygon", "coordinates": [[[0, 0], [1, 1], [0, 0]]]}
    empty = [{"type": "Point"}, {"type": "Polygon"}]
    bad = [None, unknown, no_such, broken, endless, {**endless, "crs": UTM}, flat, *empty]
    assert [shape_in_degrees(one) for one in bad] == [None] * len(bad)
    assert shape_of(hole).Area() == pytest.approx(15.0)
    high = {"type": "Polygon", "coordinates": [[[0, 0, 9], [0, 1, 9], [1, 1, 9], [0, 0, 9]]]}
    assert shape_of(high).Area() == pytest.approx(0.5)


def test_a_footprint_across_the_antimeridian_stays_in_one_piece():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32601"}}
    west, east, _, _ = shape_of(square(310000.0, 6900000.0, 60000.0, crs)).GetEnvelope()
    assert 178 < west < 180 < east < 182


def test_all_fields_reach_the_layer(tmp_path):
    failed = {
        **numbered_tile(1), "status": "FAILED", "coverGeometry": None,
        "additionalData": {
            "failedIngestionCause": {"message": "No B04."}, "warnings": ["odd"], "bandHeaderSizes": {"B": 9},
        },
    }  # fmt: skip
    tiles = [tile_of(numbered_tile(0)), tile_of(failed), ByocTile("w", "later/(BAND).tif")]
    written = save_footprints(tiles, tmp_path / "f.gpkg")
    assert (written.tiles, written.without_shape) == (3, 1)
    assert written.statuses == {"INGESTED": 1, "FAILED": 1, "WAITING": 1}
    source = ogr.Open(str(tmp_path / "f.gpkg"))
    layer = source.GetLayerByName(TABLE)
    first, second, third = layer
    assert first.GetField("sensing_time").startswith("2019/01/01 00:00:00")
    assert (first.GetField("crs"), first.GetField("has_cover"), first.GetField("min_metres")) == ("EPSG:32628", 1, 120)
    assert [second.GetField(name) for name in ("cause", "warnings", "has_cover")] == ["No B04.", "odd", 0]
    assert json.loads(second.GetField("details")) == {"bandHeaderSizes": {"B": 9}}
    assert third.GetGeometryRef() is None and third.GetField("path") == "later/(BAND).tif"
    assert count_points(first.GetGeometryRef()) == 9
    source = None


def test_a_failing_page_leaves_the_earlier_layer(tmp_path):
    path = tmp_path / "f.gpkg"
    save_footprints([tile_of(numbered_tile(0))], path)
    before = path.read_bytes()
    with pytest.raises(AttributeError):
        save_footprints([None], path)
    assert path.read_bytes() == before and [p.name for p in tmp_path.iterdir()] == ["f.gpkg"]
