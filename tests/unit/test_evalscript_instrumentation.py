"""The instrumented script paints the SIMPLE picture and tells exactly the tiles it used."""

from __future__ import annotations

import numpy as np
import pytest
from evalscript_cases import ENGINES, make, tile

from sentinel_workbench.core.errors import InvalidInput, ScriptRuntimeError, UnexpectedAnswer
from sentinel_workbench.core.evalscript.instrumentation import instrument, merge_userdata, parse_tiles

ROWS, COLS, TILES = 6, 8, 3


def scene_stack(fill=0.0):
    """Three tiles with holes; the last column has no data at all, tile 1 is never the first with data."""
    rng = np.random.default_rng(5)
    masks = np.zeros((TILES, ROWS, COLS))
    masks[0, :, :5] = 1
    masks[1, :3, :4] = 1
    masks[2, 2:, 2:7] = 1
    stack = []
    for mask in masks:
        sample = {band: np.where(mask == 1, rng.random((ROWS, COLS)), fill) for band in ("B02", "B03", "B04", "B08")}
        stack.append({**sample, "SCL": np.where(mask == 1, 4.0, fill), "dataMask": mask})
    return stack


def flatten(stack, fill=0.0):
    """What SIMPLE mosaicking makes of the stack."""
    chosen = {band: np.full((ROWS, COLS), 0.0 if band == "dataMask" else fill) for band in stack[0]}
    for sample in reversed(stack):
        for band in chosen:
            chosen[band] = np.where(sample["dataMask"] == 1, sample[band], chosen[band])
    return chosen


def picture(program, samples, scenes):
    program.begin([scenes], {"normalizationFactor": 0.0001})
    bands = program.setup.inputs[0].bands
    out = program.evaluate([[{band: sample[band] for band in bands} for sample in samples]], ROWS, COLS)
    return out, program.user_data()


OUT = "output: {bands: 3, sampleType: 'FLOAT32'}"
SETUP = f"input: ['B02', 'B03', 'B04'], {OUT}"
BODY = "return [s.B04, s.B03 * 2, s.B02];"
FUNCTION_SETUP = f"function setup() {{ return {{{SETUP}}}; }}\n"
PLAIN = f"//VERSION=3\n{FUNCTION_SETUP}"
SCRIPTS = {
    "functions": f"{PLAIN}function evaluatePixel(s) {{ {BODY} }}",
    "var": f"//VERSION=3\nvar setup = () => ({{{SETUP}}});\nvar evaluatePixel = function (s) {{ {BODY} }};",
    "let": f"//VERSION=3\nlet setup = () => ({{{SETUP}}});\nlet evaluatePixel = (s) => {{ {BODY} }}",
    "const": f"//VERSION=3\nconst setup = () => ({{{SETUP}}})\nconst evaluatePixel = (s) => {{ {BODY} }} // end",
    "undeclared": f"//VERSION=3\nsetup = () => ({{{SETUP}}});\nevaluatePixel = s => {{ {BODY} }};",
    "late marker": f"/* by me */\n\n// VERSION=3\n\n{FUNCTION_SETUP}function evaluatePixel(s) {{ {BODY} }}",
    "marker after code": f"var gain = 2;\n{PLAIN}function evaluatePixel(s) {{ return [s.B04, s.B03 * gain, s.B02]; }}",
    "strict": f"//VERSION=3\n'use strict';\n{FUNCTION_SETUP}function evaluatePixel(s) {{ {BODY} }}",
    "windows lines": f"{PLAIN}function evaluatePixel(s) {{ {BODY} }}\n".replace("\n", "\r\n"),
    "objects with mask": (
        "//VERSION=3\nfunction setup() { return {input: [{bands: ['B04', 'dataMask'], units: 'REFLECTANCE',"
        f" mosaicking: 'SIMPLE'}}], {OUT}, mosaicking: Mosaicking.SIMPLE}} }}\n"
        "function evaluatePixel(s) { return [s.B04, s.dataMask, Object.keys(s).length]; }"
    ),
    "parallel units": (
        "//VERSION=3\nfunction setup() { return {input: [{bands: ['B04', 'SCL'], units: ['DN', 'DN']}],"
        f" {OUT}}} }}\nfunction evaluatePixel(s) {{ return [s.B04, s.SCL, Object.keys(s).length]; }}"
    ),
    "whole sample": (
        f"{PLAIN}function evaluatePixel(sample, scenes) {{ var names = Object.keys(sample);\n"
        "  return [names.length, names.join().length, Object.keys(scenes).length];\n}"
    ),
    "own names": (
        f"//VERSION=3\nvar workbenchState = 5, state = 1, tiles = [], pixel = 3;\n{FUNCTION_SETUP}"
        f"function evaluatePixel(s) {{ if (workbenchState !== 5) throw new Error('shared'); {BODY} }}"
    ),
    "no data branch": (
        f"{PLAIN}function evaluatePixel(s) {{\n  if (s.B04 === 0) return [-1, -1, -1];\n"
        "  if (s.B04 !== s.B04) return [-2, -2, -2];\n  return [s.B04, 0, 1]; }"
    ),
    "ramp": (
        f"//VERSION=3\nlet viz = ColorRampVisualizer.createRedTemperature();\n{FUNCTION_SETUP}"
        "function evaluatePixel(s) { return viz.process(index(s.B03, s.B04)); }"
    ),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("fill", [0.0, float("nan")], ids=["zeros", "NaN"])
@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS.keys())
def test_the_picture_and_the_tiles(script, fill, engine):
    stack = scene_stack(fill)
    expected, _ = picture(make(script, engine), [flatten(stack, fill)], [])
    program = make(instrument(script), engine)
    assert program.setup.inputs[0].mosaicking == "TILE"
    scenes = [tile(i, day=i + 1, tileOriginalId=f"S2B_{i}") for i in range(TILES)]
    out, userdata = picture(program, stack, scenes)
    np.testing.assert_array_equal(out["default"], expected["default"])
    tiles, own = parse_tiles(userdata)
    assert own is None
    assert [(record.tile_id, record.cloud_percent) for record in tiles] == [("S2B_0", 0.0), ("S2B_2", 21.0)]
    assert [record.date.day for record in tiles] == [1, 3]
    assert [record.share for record in tiles] == [30 / 48, 8 / 48]


@pytest.mark.parametrize("engine", ENGINES)
def test_lines_of_errors_stay_the_users(engine):
    script = SCRIPTS["functions"].replace(BODY, "\n  if (s.B04 > 0)\n    nope();\n")
    for text in (script, instrument(script)):
        program = make(text, engine)
        with pytest.raises(ScriptRuntimeError, match="nope is not defined") as caught:
            picture(program, scene_stack(), [tile(i) for i in range(TILES)])
        assert caught.value.line == 5


@pytest.mark.parametrize("engine", ENGINES)
def test_the_scripts_own_user_data_survives(engine):
    script = SCRIPTS["functions"].replace(BODY, "count++; " + BODY) + (
        "\nvar count = 0;\nfunction updateOutputMetadata(scenes, inputMetadata, outputMetadata) {"
        " outputMetadata.userData = {count: count, factor: inputMetadata.normalizationFactor}; }"
    )
    _, userdata = picture(make(instrument(script), engine), scene_stack(), [tile(i) for i in range(TILES)])
    tiles, own = parse_tiles(userdata)
    assert own == {"count": 48, "factor": 0.0001}
    assert [record.tile_id for record in tiles] == ["s3://tiles/0", "s3://tiles/2"]


@pytest.mark.parametrize("engine", ENGINES)
def test_user_data_set_per_pixel_and_other_hooks(engine):
    script = SCRIPTS["functions"].replace("function evaluatePixel(s)", "function evaluatePixel(s, a, b, c, o)").replace(
        BODY, "o.userData = 'seen'; " + BODY
    ) + "\nfunction updateOutput(outputs) { outputs.default.bands = 2; }"
    program = make(instrument(script), engine)
    program.update_output([[tile(0)]])
    assert program.setup.outputs[0].bands == 2
    out, userdata = picture(program, scene_stack(), [tile(i) for i in range(TILES)])
    assert out["default"].shape == (2, ROWS, COLS)
    assert parse_tiles(userdata)[1] == "seen"


@pytest.mark.parametrize("engine", ENGINES)
def test_no_tile_at_all(engine):
    program = make(instrument(SCRIPTS["functions"]), engine)
    out, userdata = picture(program, [], [])
    assert not out["default"].any()
    assert parse_tiles(userdata) == ((), None)


@pytest.mark.parametrize("engine", ENGINES)
def test_mosaicking_that_only_running_tells_is_refused_by_the_script(engine):
    script = SCRIPTS["functions"].replace("return {", "return {mosaicking: ['OR', 'BIT'].join(''), ", 1)
    with pytest.raises(ScriptRuntimeError, match="SIMPLE mosaicking only"):
        make(instrument(script), engine)


TWO = "input: [{bands: ['B04']}, {bands: ['B04']}], output: {bands: 1}"


@pytest.mark.parametrize(("script", "words"), [
    ("return [B04];", "no setup"),
    (SCRIPTS["functions"].replace(SETUP, SETUP + ", mosaicking: 'TILE'"), "TILE mosaicking"),
    (SCRIPTS["functions"].replace(SETUP, SETUP + ", mosaicking: Mosaicking.ORBIT"), "ORBIT mosaicking"),
    (SCRIPTS["functions"].replace(SETUP, TWO), "2 inputs"),
    (SCRIPTS["functions"].replace("//VERSION=3", "//VERSION=2"), "VERSION=3"),
    (SCRIPTS["functions"].replace("evaluatePixel", "evaluate"), "no function evaluatePixel"),
    (SCRIPTS["functions"] + "\n}", "line 4"),
])
def test_other_scripts_are_refused(script, words):
    with pytest.raises(InvalidInput) as caught:
        instrument(script)
    assert words in caught.value.message and caught.value.advice and caught.value.field == "evalscript"


def test_instrumenting_twice_is_refused():
    with pytest.raises(InvalidInput):
        instrument(instrument(SCRIPTS["functions"]))


def test_the_marker_stays_the_first_line():
    assert instrument(SCRIPTS["functions"]).splitlines()[0] == "//VERSION=3"


def entry(name, pixels, **more):
    return {"date": "2020-12-01T10:08:08Z", "id": name, "pixels": pixels, **more}


def test_parts_of_a_split_image_are_added_up():
    parts = [
        {"workbench_tiles": [entry("a", 3), entry("b", 1)], "pixels": 10, "user": None},
        {"workbench_tiles": [entry("b", 5, cloudCoverage=7)], "pixels": 30, "user": {"x": 1}},
    ]
    merged = merge_userdata(parts)
    tiles, own = parse_tiles(merged)
    assert [(record.tile_id, record.share) for record in tiles] == [("a", 3 / 40), ("b", 6 / 40)]
    assert own == {"x": 1}
    assert parts[0]["workbench_tiles"][1]["pixels"] == 1


@pytest.mark.parametrize("userdata", [
    None, [], {"workbench_tiles": 3}, {"workbench_tiles": [{}], "pixels": 3}, {"workbench_tiles": [], "pixels": "x"},
    {"workbench_tiles": [{"date": "never", "pixels": 1}], "pixels": 3},
])
def test_malformed_user_data_is_refused(userdata):
    with pytest.raises(UnexpectedAnswer):
        parse_tiles(userdata)

