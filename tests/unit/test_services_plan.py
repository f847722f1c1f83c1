"""The plan tells requests, units and doubts; band names come from the script."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.script_library import library_script
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder, Response, SeriesOrder, TileMetadata
from sentinel_workbench.core.model.results import TileRecord
from sentinel_workbench.core.model.scene import Scene
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months
from sentinel_workbench.core.services.bandnames import band_names, band_units, scale_notes
from sentinel_workbench.core.services.checks import check_order
from sentinel_workbench.core.services.cloud import cloud_order
from sentinel_workbench.core.services.orders import image_order
from sentinel_workbench.core.services.plan import plan_order
from sentinel_workbench.core.services.tiles import combine_userdata, join_scenes

AREA = BBox(46.16, -16.15, 46.51, -15.58)
YEAR = TimeRange.of_days("2019-01-01", "2019-12-31")
SCRIPT = """//VERSION=3
function setup() { return { input: ["B04", "B03", "B02"], output: { bands: 3 } }; }
function evaluatePixel(s) { return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02]; }
"""
ORDER = ImageOrder(PixelGrid(AREA, 631, 1047), (DataSource("sentinel-2-l1c", YEAR, "leastCC"),), SCRIPT)
SERIES = SeriesOrder(ORDER, calendar_months(YEAR))


def test_the_tutorials_series():
    plan = plan_order(SERIES)
    assert (plan.requests, plan.width, plan.height, plan.warnings) == (12, 631, 1047, ())
    assert plan.processing_units == pytest.approx(12 * 2.5202064514160156)
    assert plan.area_km2 == pytest.approx(37.5 * 63.1, rel=0.01)


def test_utm_area_is_plain():
    plan = plan_order(replace(ORDER, grid=PixelGrid(BBox(600000, 8200000, 610000, 8220000, "EPSG:32738"), 100, 200)))
    assert plan.area_km2 == 200


def test_exact_tiles_cost_more_and_it_is_said():
    exact = SeriesOrder(replace(ORDER, tile_metadata=TileMetadata.EXACT), SERIES.slots)
    plan, plain = plan_order(exact, samples=3), plan_order(SERIES)
    assert plan.requests == 24
    assert 3 * plain.processing_units < plan.processing_units < 3.2 * plain.processing_units
    assert any("every scene" in warning for warning in plan.warnings)
    assert plan_order(exact).processing_units > plan.processing_units


def test_a_large_area_is_split():
    plan = plan_order(replace(ORDER, grid=PixelGrid(AREA, 6000, 2500)))
    assert plan.requests == 3 and "3 parts" in plan.warnings[0]


def test_doubts_are_told_but_do_not_stop():
    script = SCRIPT.replace('input: ["B04", "B03", "B02"]', 'input: [{ bands: ["B04", "B03", "B02"], units: "DN" }]')
    script = script.replace("bands: 3 }", 'bands: 3, sampleType: "UINT8" }')
    assert any("255" in warning for warning in plan_order(replace(ORDER, evalscript=script)).warnings)
    assert plan_order(replace(ORDER, evalscript=SCRIPT + "\n}")).warnings[0].startswith("Line 5")


@pytest.mark.parametrize(
    "script,field",
    [
        (SCRIPT.replace('"B02"', '"SCL"'), "evalscript"),
        (SCRIPT.replace('input: ["B04", "B03", "B02"]', 'input: [{ datasource: "x", bands: ["B04"] }]'), "evalscript"),
        (SCRIPT.replace("bands: 3 }", 'bands: 3, id: "rgb" }'), "responses"),
    ],
)
def test_refusals_name_the_field(script, field):
    with pytest.raises(InvalidInput) as caught:
        plan_order(replace(ORDER, evalscript=script))
    assert caught.value.field == field


@pytest.mark.parametrize("mime,bands,sample_type", [("image/png", 13, "AUTO"), ("image/jpeg", 4, "AUTO"),
                                                    ("image/png", 3, "FLOAT32"), ("image/jpeg", 3, "UINT16")])
def test_formats_that_cannot_hold_it(mime, bands, sample_type):
    script = SCRIPT.replace("bands: 3 }", f'bands: {bands}, sampleType: "{sample_type}" }}')
    with pytest.raises(InvalidInput, match="TIFF"):
        plan_order(replace(ORDER, evalscript=script, responses=(Response("default", mime),)))
    plan_order(replace(ORDER, evalscript=script))


def test_exact_tiles_of_a_tile_script_are_refused():
    script = SCRIPT.replace("output:", 'mosaicking: "ORBIT", output:')
    with pytest.raises(InvalidInput, match="ORBIT"):
        plan_order(replace(ORDER, evalscript=script, tile_metadata=TileMetadata.EXACT))
    assert any("every scene" in warning for warning in plan_order(replace(ORDER, evalscript=script)).warnings)


def test_a_collection_of_the_users_own_is_let_through():
    order = replace(ORDER, sources=(DataSource("byoc-1234"),), evalscript=SCRIPT.replace('"B02"', '"NIR"'))
    assert plan_order(order).requests == 1


@pytest.mark.parametrize(
    "body,count,names",
    [
        ("return [2.5 * s.B04, s.B03*2, s.B02 / 10000]", 3, ("B04", "B03", "B02")),
        ("if (!s.dataMask) return [0, 0, 0]; return [s.B04, s.B03, s.B02]", 3, ("B04", "B03", "B02")),
        ("return [s.B04 + s.B03, s.B03, s.B02]", 3, ("default_1", "default_2", "default_3")),
        ("return [s.B04, s.B03, s.B02]", 4, ("default_1", "default_2", "default_3", "default_4")),
        ("return { other: [s.B03], default: [s.B04] }", 1, ("B04",)),
        ("if (s.B04) return [s.B03]; return [s.B04]", 1, ("default",)),
        ("// return [s.B03]\n return [s.B04]", 1, ("B04",)),
        ("return [t.x]", 1, ("default",)),
    ],
)
def test_band_names(body, count, names):
    script = SCRIPT[: SCRIPT.index("function evaluatePixel")] + f"function evaluatePixel(s) {{ {body} }}"
    assert band_names(script, "default", count) == names


def test_the_cloud_image_is_small_and_asks_for_the_same_tiles():
    small = cloud_order(ORDER)
    assert (small.grid.width, small.grid.height) == (155, 256) and small.grid.bbox == AREA
    assert small.sources == ORDER.sources and '"CLM"' in small.evalscript
    l2a = replace(ORDER, sources=(replace(ORDER.sources[0], collection="sentinel-2-l2a", identifier="s2"),))
    assert '"SCL"' in cloud_order(l2a).evalscript and cloud_order(l2a).sources[0].identifier is None
    assert cloud_order(replace(ORDER, sources=(DataSource("dem"),))) is None
    own = replace(ORDER, sources=(DataSource("byoc-1", YEAR),), evalscript=SCRIPT.replace('"B02"', '"SCL"'))
    assert '"SCL"' in cloud_order(own).evalscript


def test_the_cloud_image_is_never_coarser_than_allowed():
    wide = PixelGrid(BBox(40, -20, 50, -10), 2200, 2200)
    assert cloud_order(replace(ORDER, grid=wide)).grid.width > 700


def at(text):
    return dt.datetime.fromisoformat(text).replace(tzinfo=dt.timezone.utc)


def test_records_find_their_scene():
    shape = {"type": "Polygon", "coordinates": []}
    product = "S2A_MSIL1C_20190112T070311_N0207_R120_T38LPH_20190112T094256"
    scenes = [
        Scene(product, "c", at("2019-01-12T07:03:25"), 8.0, shape),
        Scene(product.replace("38LPH", "38LQH"), "c", at("2019-01-12T07:03:11"), 9.0, shape),
        Scene("alone", "c", at("2019-02-01T07:00:00"), None, shape),
    ]
    records = [
        TileRecord("s3://sentinel-s2-l1c/tiles/38/L/PH/2019/1/12/0", at("2019-01-12T07:03:11"), 8.5, 0.2),
        TileRecord("987654", at("2019-02-01T07:00:00.400"), None, 0.5),
        TileRecord("stranger", at("2019-03-01T00:00:00"), None, 0.3),
    ]
    joined = join_scenes(records, scenes)
    assert [tile.tile_id for tile in joined] == ["alone", "stranger", product]
    assert joined[2].cloud_percent == 8.5 and joined[2].geometry is shape and joined[1].geometry is None


def test_userdata_of_parts():
    def part(pixels, own, **counts):
        tiles = [{"id": name, "date": "2019-01-01T00:00:00Z", "pixels": count} for name, count in counts.items()]
        return {"workbench_tiles": tiles, "pixels": pixels, "user": own}

    whole = combine_userdata([part(100, 1, a=60, b=40), part(50, 2, b=50)])
    assert {tile["id"]: tile["pixels"] for tile in whole["workbench_tiles"]} == {"a": 60, "b": 90}
    assert (whole["pixels"], whole["user"]) == (150, [1, 2])
    assert combine_userdata([{"f": 1}, {"f": 1}]) == {"f": 1} and combine_userdata([None, None]) is None


def test_exact_tiles_of_radar_are_refused_for_it_can_t_be_read_tile_by_tile():
    script = SCRIPT.replace("B04", "VV").replace("B03", "VH").replace("B02", "VV")
    radar = replace(ORDER, sources=(DataSource("sentinel-1-grd", YEAR),), evalscript=script)
    with pytest.raises(InvalidInput, match="tile by tile"):
        plan_order(replace(radar, tile_metadata=TileMetadata.EXACT))
    assert plan_order(replace(radar, tile_metadata=TileMetadata.CANDIDATES)).requests == 1


@pytest.mark.parametrize("setup, body, units", [
    ('input: ["B04", "SCL"], output: {bands: 2, sampleType: "FLOAT32"}', "[s.B04, s.SCL]", ("reflectance", "")),
    ('input: [{bands: ["B04"], units: "DN"}], output: {bands: 1, sampleType: "INT16"}', "[s.B04]", ("",)),
    ('input: [{bands: ["B04", "sunZenithAngles"], units: ["REFLECTANCE", "DEGREES"]}], output: {bands: 2, '
     'sampleType: "FLOAT32"}', "[s.sunZenithAngles, 2 * s.B04]", ("deg", "")),
    ('input: ["B04"], output: {bands: 1}', "[s.B04]", ("",)),
    ('input: ["B04"], output: {bands: 1, sampleType: "FLOAT32"}', "[Math.sqrt(s.B04)]", ("",)),
])
def test_bands_handed_on_as_they_are_keep_their_units(setup, body, units):
    script = f"//VERSION=3\nfunction setup() {{ return {{ {setup} }}; }}\n"
    script += f"function evaluatePixel(s) {{ return {body}; }}"
    assert band_units(replace(ORDER, evalscript=script, sources=(DataSource("sentinel-2-l2a", YEAR),)),
                      "default", len(units)) == units


@pytest.mark.parametrize("units, body, notes", [
    ("DN", "[s.B04, s.SCL]", ("value * 0.0001 = reflectance", "")),
    ("REFLECTANCE", "[10000 * s.B04, s.B08]", ("value * 0.0001 = reflectance", "")),
    ("REFLECTANCE", "[s.B04 * 1000 / 2, s.B08 * 1]", ("value * 0.002 = reflectance", "")),
    ("REFLECTANCE", "[index(s.B08, s.B04), s.B04 + 1]", ("", "")),
    ("REFLECTANCE", "[0 * s.B08, s.B04 / 0]", ("", "")),
])
def test_scaled_bands_tell_what_a_step_is(units, body, notes):
    asked = f'["{units}", "{units}", "DN"]'
    script = f'//VERSION=3\nfunction setup() {{ return {{ input: [{{ bands: ["B04", "B08", "SCL"], units: {asked} }}], '
    script += f'output: {{ bands: 2, sampleType: "FLOAT32" }} }}; }}\nfunction evaluatePixel(s) {{ return {body}; }}'
    order = replace(ORDER, evalscript=script, sources=(DataSource("sentinel-2-l2a", YEAR),))
    assert scale_notes(order, "default", 2) == notes
    if units == "DN":
        as_stored = DataSource("sentinel-2-l2a", YEAR, processing={"harmonizeValues": False})
        assert scale_notes(replace(order, sources=(as_stored,)), "default", 2) == ("", "")


@pytest.mark.parametrize("change, field, told", [
    ({"grid": PixelGrid(AREA, 250_001, 250_000)}, "size", "250000 px takes 10100 requests; 10000 are"),
    ({"geometry": {"type": "Point", "coordinates": [1, 2]}}, "area", "Point"),
    ({"responses": (Response(mime="image/gif"),)}, "responses", "'image/gif'"),
])
def test_what_no_service_would_take_is_refused_by_its_field(change, field, told):
    with pytest.raises(InvalidInput) as caught:
        plan_order(replace(ORDER, **change))
    assert caught.value.field == field and told in caught.value.message


@pytest.mark.parametrize("changes, told", [
    ({"collection": "sentinel-2-l2b"}, "'sentinel-2-l2b' is not known here. Did you mean sentinel-2-l2a?"),
    ({"period": TimeRange.of_days("2015-01-01", "2015-12-31")}, "has no scenes before 2016-10-20."),
    ({"area": BBox(2_600_000, 1_200_000, 2_610_000, 1_210_000, "EPSG:2056")}, "may not know the projection EPSG:2056"),
])
def test_what_the_service_may_not_have_is_told_but_does_not_stop(changes, told):
    asked = {"area": BBox(46.2, -16.1, 46.3, -16.0), "resolution_m": 60, "collection": "sentinel-2-l2a",
             "evalscript": library_script("true_colour"), "period": TimeRange.of_days("2019-01-01", "2019-01-31"),
             "tile_metadata": TileMetadata.NONE}
    assert plan_order(image_order(**asked)).warnings == ()
    (warning,) = plan_order(image_order(**{**asked, **changes})).warnings
    assert told in warning


@pytest.mark.parametrize("ring", [[[46.2, -16], [46.3, -16], [46.3, -15.9]],
                                  [[46.2, -16], [46.3, -16], [46.3, -15.9], [46.2, -15.9]]])
def test_a_ring_that_is_open_is_refused(ring):
    for geometry in ({"type": "Polygon", "coordinates": [ring]}, {"type": "MultiPolygon", "coordinates": [[ring]]}):
        area = Area(BBox(46.2, -16.1, 46.3, -16.0), geometry)
        order = image_order(area, 60, "sentinel-2-l2a", library_script("true_colour"),
                            TimeRange.of_days("2019-01-01", "2019-01-31"), tile_metadata=TileMetadata.NONE)
        with pytest.raises(InvalidInput, match="not closed") as caught:
            check_order(order)
        assert caught.value.field == "area"


def test_no_width_is_no_width():
    for side in ({"width_px": 0}, {"height_px": -3}):
        with pytest.raises(InvalidInput, match="px is not possible"):
            image_order(BBox(46.2, -16.1, 46.3, -16.0), 60, "sentinel-2-l2a", library_script("true_colour"), **side)
