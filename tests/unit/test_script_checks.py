"""What the editor says of a script while it is written, with its line; nothing of the script is run."""

from __future__ import annotations

import pytest
from evalscript_cases import ENGINES

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript import syntax
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.sample_use import arrays_returned, members_read
from sentinel_workbench.core.evalscript.script_library import read_library
from sentinel_workbench.core.evalscript.syntax import find_syntax_error, syntax_fault
from sentinel_workbench.core.model.collection import known_collections
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import JPEG, PNG, TIFF, DataSource, TileMetadata
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.checks import check_order
from sentinel_workbench.core.services.orders import image_order
from sentinel_workbench.core.services.scriptcheck import find_problems

GOOD = """//VERSION=3
function setup() {
  return { input: ["B04", "dataMask"], output: { bands: 1 } };
}
function evaluatePixel(s) {
  return [s.B04];
}
"""
SIX = "  return [s.B04];"


def problems(script, collection="sentinel-2-l2a", mime=TIFF):
    return [(line, message) for line, message in find_problems(script, (DataSource(collection),), mime)]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("line", ["  let x = ;", "  var a b;", "  if return [1];", "  return [s.B04 s.B04];"])
def test_a_syntax_error_is_told_with_its_line(engine, line, monkeypatch):
    monkeypatch.setattr(syntax, "_engine", lambda: create_engine(engine))
    script = GOOD.replace(SIX, line)
    problem = find_syntax_error(script)
    assert problem.line == 6 and problem.message.startswith("Syntax error: ") and problem.message.endswith(".")
    assert find_syntax_error(GOOD) is None


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("script", [
    "while (true) {}", "}); while (true) {} (function () {", "throw 5", "/a/}); while(true){} (function(){ /b/",
])
def test_nothing_is_run(engine, script):
    made = create_engine(engine)
    syntax_fault(made, script)
    made.close()


def test_syntax_an_older_engine_does_not_know_is_not_called_wrong():
    assert problems(GOOD.replace(SIX, "  return [s?.B04 ?? 0];")) == []
    assert problems(GOOD.replace(SIX, "  const a = {...s}; return [1_000 * a.B04];")) == []


@pytest.mark.parametrize("script", read_library(), ids=lambda script: script.name)
def test_the_library_has_none(script):
    for name in script.collections:
        assert problems(script.text, name) == []


@pytest.mark.parametrize("change, line, told", [
    (("[s.B04]", "[s.B08]"), 6, "B08 is read, but setup() does not ask for it."),
    (("[s.B04]", "[s.B99]"), 6, "B99 is read, but setup() does not ask for it."),
    (("[s.B04]", "[s.B04, 1, 2]"), 6, "Values returned: 3, bands of the output: 1."),
    (("bands: 1", 'bands: 1, sampleType: "FLOAT64"'), 3, "FLOAT64 is no sample type"),
    (("output:", 'mosaicking: "TILES", output:'), 3, "'TILES' is no mosaicking"),
    (('["B04", "dataMask"]', '[{ bands: ["B04", "SCL"], units: "REFLECTANCE" }]'), 3, "'SCL' has no unit REFLECTANCE"),
    (('["B04", "dataMask"]', '[{ bands: ["B04"], units: ["KELVIN"] }]'), 3, "'B04' has no unit KELVIN"),
])
def test_slips_are_told_at_their_line(change, line, told):
    found = problems(GOOD.replace(*change))
    assert [at for at, message in found if told in message] == [line], found


@pytest.mark.parametrize("script", [
    GOOD.replace('["B04", "dataMask"]', '[{ bands: ["B04", "dataMask"], units: "reflectance" }]'),
    GOOD.replace('["B04", "dataMask"]', '[{ bands: ["B04", "dataMask"], units: ["DN", "DN"] }]'),
    GOOD.replace(SIX, "  var own = { B08: 1 }; return [own.B08 * s.B04].map(Math.abs);"),
    GOOD.replace(SIX, "  var list = [1, 2].filter(function (v) { return [v, v]; }); return [list[0]];"),
    GOOD.replace(SIX, "  return [...[s.B04]];"),
    GOOD.replace("function evaluatePixel(s) {\n  return [s.B04];\n}", "var evaluatePixel = (s) => [s.B04];"),
    "let B18 = 1;\nreturn [B04, B18]", 'return [typeof B18 !== "undefined" ? B18 : B04]',
])
def test_what_is_right_is_left_in_peace(script):
    assert problems(script) == []


def test_a_simple_script_and_a_web_page():
    assert problems("var x = 1;\nreturn [B44]") == [(2, "Sentinel-2 L2A (surface reflectance) has no band 'B44'.")]
    assert problems("<html><body>404</body></html>") == [(1, "This is a web page, not a script.")]


@pytest.mark.parametrize("mime, bands", [(PNG, 13), (JPEG, 4)])
def test_formats_that_can_not_hold_the_bands(mime, bands):
    found = problems(GOOD.replace("bands: 1", f"bands: {bands}"), mime=mime)
    assert found[0][0] == 3 and f"has {bands} bands" in found[0][1]


@pytest.mark.parametrize("collection, bands, more, told", [
    ("sentinel-5p-l2", '"NO2", "CO"', "", "several products of Sentinel-5P L2: NO2, CO"),
    ("sentinel-1-grd", '"VV"', ', mosaicking: "TILE"', "can't be read by mosaicking 'TILE'"),
    ("landsat-ot-l2", '"B08"', "", "no band 'B08'"),
])
def test_what_the_service_would_refuse_is_not_sent(collection, bands, more, told):
    script = GOOD.replace('"B04", "dataMask"', f'{bands}, "dataMask"').replace("bands: 1 }", f"bands: 1 }}{more}")
    order = image_order(BBox(46.2, -16.1, 46.3, -16.0), 100, collection, script,
                        TimeRange.of_days("2019-01-01", "2019-01-31"), tile_metadata=TileMetadata.NONE)
    with pytest.raises(InvalidInput, match=told):
        check_order(order)


def test_products_of_one_family_go_together():
    script = GOOD.replace('"B04", "dataMask"', '"CLOUD_BASE_HEIGHT", "CLOUD_FRACTION"')
    assert problems(script.replace("s.B04", "s.CLOUD_FRACTION"), "sentinel-5p-l2") == []


@pytest.mark.parametrize("name", known_collections())
def test_every_band_of_every_collection_passes_in_each_of_its_units(name):
    for band in known_collections()[name].bands:
        for unit in band.units:
            script = GOOD.replace('["B04", "dataMask"]', f'[{{ bands: ["{band.name}"], units: "{unit}" }}]')
            found = [message for _, message in problems(script.replace("s.B04", f"s.{band.name}"), name)]
            assert not found or "needs" in found[0], found


def test_members_and_arrays_are_seen_where_they_are():
    script = GOOD.replace(SIX, "  if (s[0].B02) { return [1, [2, 3], f(4, 5),]; }\n  return s.default;")
    assert [(use.line, use.name) for use in members_read(script)] == [(6, "B02"), (7, "default")]
    assert arrays_returned(script) == ((6, 3),)
