"""ORBIT and TILE mosaicking, fusion, and the hooks that see the scenes. Everything on every engine."""

from __future__ import annotations

import numpy as np
import pytest
from evalscript_cases import ENGINES, S2, make, tile, v3

from sentinel_workbench.core.errors import ScriptRuntimeError
from sentinel_workbench.core.evalscript.program import CollectionBands

pytestmark = pytest.mark.parametrize("engine", ENGINES)
TILES = ', mosaicking: "TILE"'


def layers(*values):
    """One scene a value, each a single pixel."""
    return [[{"B04": np.array([[value]], float)} for value in values]]


def test_tiles_come_as_a_list_with_their_scenes(engine):
    body = ("return [s.length, scenes.tiles.length, scenes[1].date - new Date(scenes.tiles[1].date),"
            " s[2].B04, scenes.tiles[2].shId];")
    program = make(v3(body, output="{bands: 5, sampleType: 'FLOAT32'}", more=TILES), engine)
    program.begin([[tile(0), tile(1), tile(2)]], {})
    assert program.evaluate(layers(1, 2, 3), 1, 1)["default"].ravel().tolist() == [3, 3, 0, 3, 102]


def test_no_tile_means_an_empty_list(engine):
    program = make(v3("return [s.length, scenes.tiles.length];", output="{bands: 2, sampleType: 'INT8'}", more=TILES),
                   engine)
    program.begin([[]], {})
    assert program.evaluate([[]], 1, 2)["default"].ravel().tolist() == [0, 0, 0, 0]


def test_first_sample_of_an_empty_list_throws_with_its_line(engine):
    program = make(v3("return [s[0].B04];", more=TILES), engine)
    program.begin([[]], {})
    with pytest.raises(ScriptRuntimeError, match="TypeError") as caught:
        program.evaluate([[]], 1, 1)
    assert caught.value.line == 3


def test_orbits_and_their_json(engine):
    body = "outputMetadata.userData = scenes; return [scenes.orbits[0].tiles.length, scenes[0].date.getUTCDate()];"
    program = make(v3(body, output="{bands: 2, sampleType: 'UINT8'}", more=', mosaicking: "ORBIT"'), engine)
    orbit = {"dateFrom": "2020-12-06T00:00:00Z", "dateTo": "2020-12-06T23:59:59Z", "__idx": 0, "tiles": [tile(0, 6)]}
    program.begin([[orbit]], {})
    assert program.evaluate(layers(1), 1, 1)["default"].ravel().tolist() == [1, 6]
    assert program.user_data() == {"orbits": [orbit]}


def test_geometry_only_when_asked_for(engine):
    body = "return [scenes.tiles[0].dataGeometry ? 1 : 0];"
    for bands, expected in (('{bands: ["B04"]}', 0), ('{bands: ["B04"], metadata: ["bounds"]}', 1)):
        program = make(v3(body, bands, more=TILES), engine)
        program.begin([[tile(0, dataGeometry={"type": "Polygon"})]], {})
        assert program.evaluate(layers(1), 1, 1)["default"].item() == expected


S1 = CollectionBands("radar", "S1GRD", {"VV": "LINEAR_POWER"}, {"VV": ("LINEAR_POWER",)})


def test_fusion_by_name_and_by_index_is_always_lists(engine):
    body = "return [s['0'][0].B04, s.radar[1].VV, s.radar.length, scenes.radar.scenes.tiles[1].shId];"
    script = v3(body, '{datasource: "radar", bands: ["VV"], mosaicking: "TILE"}, {datasource: "0", bands: ["B04"]}',
                "{bands: 4, sampleType: 'FLOAT32'}")
    program = make(script, engine, (S2, S1))
    assert [entry.datasource_index for entry in program.setup.inputs] == [1, 0]
    program.begin([[tile(0), tile(1)], [tile(0)]], {})
    one = [{"VV": np.array([[value]])} for value in (1.5, 2.5)]
    out = program.evaluate([one, [{"B04": np.array([[0.25]])}]], 1, 1)["default"]
    assert out.ravel().tolist() == [0.25, 2.5, 2, 101]


def test_fusion_without_a_scene_is_an_empty_list(engine):
    script = v3("return [s.radar.length];", '{bands: ["B04"]}, {bands: ["VV"]}')
    program = make(script, engine, (S2, S1))
    program.begin([[tile(0)], []], {})
    assert program.evaluate([[{"B04": np.zeros((1, 1))}], []], 1, 1)["default"].item() == 0


# ---- hooks -----------------------------------------------------------------------------------------------------


def test_pre_process_keeps_and_orders_scenes(engine):
    script = v3("return [0];", more=TILES) + (
        "var from; function preProcessScenes(collections) { from = collections.from.getTime();"
        " collections.scenes.tiles = collections.scenes.tiles.filter(t => new Date(t.date).getTime() > from).reverse();"
        " return collections; }"
    )
    scenes = [[tile(0, 1), tile(1, 20), tile(2, 25)]]
    assert make(script, engine).pre_process(scenes, "2020-12-10T00:00:00Z", "2020-12-31T00:00:00Z") == [[2, 1]]
    assert make(v3("return [0];", more=TILES), engine).pre_process(scenes) == [[0, 1, 2]]


def test_pre_process_hides_the_tiles_of_orbits(engine):
    script = v3("return [0];", more=', mosaicking: "ORBIT"') + (
        "function preProcessScenes(c) { if (c.scenes.orbits[0].tiles) throw new Error('tiles');"
        " c.scenes.orbits.splice(1); return c; }"
    )
    orbits = [{"dateFrom": f"2020-12-0{day}T00:00:00Z", "dateTo": "", "tiles": [], "__idx": day} for day in (1, 2)]
    assert make(script, engine).pre_process([orbits], "2020-12-01T00:00:00Z", "2020-12-03T00:00:00Z") == [[0]]


def test_update_output_sets_the_bands(engine):
    script = v3("return s.map(x => x.B04);", more=TILES) + (
        "function updateOutput(outputs, collections) { outputs.default.bands = collections.scenes.length;"
        " if (!(collections.scenes[0].date instanceof Date)) throw new Error('no Date'); }"
    )
    program = make(script, engine)
    scenes = [[tile(i) for i in range(14)]]
    program.update_output(scenes)
    assert program.setup.outputs[0].bands == 14
    program.begin(scenes, {})
    out = program.evaluate(layers(*range(14)), 1, 1)["default"]
    assert out.ravel().tolist() == list(range(14))
