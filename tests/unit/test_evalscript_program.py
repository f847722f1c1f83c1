"""Scripts over arrays: return shapes, mosaicking, fusion, hooks, state, errors. Everything on every engine."""

from __future__ import annotations

import numpy as np
import pytest
from evalscript_cases import ENGINES, make, run_simple, v3

from sentinel_workbench.core.errors import ScriptRuntimeError, ScriptSyntaxError
from sentinel_workbench.core.evalscript.conversion import convert_samples

pytestmark = pytest.mark.parametrize("engine", ENGINES)


def test_pixels_arrive_and_leave_in_place(engine):
    program = make(v3("return [s.B04, s.B08 * 2];", '"B04", "B08"', "{bands: 2, sampleType: 'FLOAT32'}"), engine)
    red = np.arange(12.0).reshape(3, 4)
    out = run_simple(program, 3, 4, B04=red, B08=red + 100)["default"]
    assert out.dtype == np.float32
    np.testing.assert_array_equal(out, np.stack([red, 2 * red + 200]))


@pytest.mark.parametrize("dtype", ["u1", "i2", "u2", "f4", "f8"])
def test_every_sample_dtype_is_read_as_it_is(engine, dtype):
    program = make(v3("return [s.B04];"), engine)
    program.begin([[]], {})
    red = np.array([[1, 2, 120]], dtype)
    np.testing.assert_array_equal(program.evaluate([[{"B04": red}]], 1, 3)["default"][0], red)


@pytest.mark.parametrize("body", [
    "return [s.B04 > 0.2, true];", "return {default: [1, 1]};", "return {default: new Float32Array([1, 1]), more: 3};",
    "return [1, '1', 5];",
])
def test_accepted_return_shapes(engine, body):
    program = make(v3(body, output="{bands: 2}"), engine)
    assert run_simple(program, B04=0.5)["default"].ravel().tolist() == [255, 255]


def test_values_beyond_the_bands_are_dropped_with_a_warning(engine):
    program = make(v3("return [1, 0, 1];", output="{bands: 2}"), engine)
    assert run_simple(program, B04=0.5)["default"].ravel().tolist() == [255, 0]
    assert "3 values" in program.warnings[0]


@pytest.mark.parametrize(("body", "message"), [
    ("return 1;", "Script must return an array."),
    ("return null;", "Script must return an array."),
    ("return 'red';", "Script must return an array."),
    ("return [1];", "Output 'default' has 2 bands, but the script returned 1 value."),
])
def test_wrong_shapes_are_refused(engine, body, message):
    with pytest.raises(ScriptRuntimeError) as caught:
        run_simple(make(v3(body, output="{bands: 2}"), engine), B04=0.5)
    assert caught.value.message == message


def test_several_outputs_need_an_object(engine):
    outputs = "[{id: 'a', bands: 1}, {id: 'b', bands: 1, sampleType: 'INT16'}]"
    out = run_simple(make(v3("return {b: [-7], a: [s.B04]};", output=outputs), engine), B04=0.5)
    assert {key: value.item() for key, value in out.items()} == {"a": 128, "b": -7}
    with pytest.raises(ScriptRuntimeError, match="an object with an array for each of its 2 outputs"):
        run_simple(make(v3("return [1];", output=outputs), engine), B04=0.5)


def test_a_pixel_without_a_value_is_zero_but_not_all_may_be(engine):
    program = make(v3("if (s.B04 > 0.5) return [s.B04];"), engine)
    out = run_simple(program, 1, 2, B04=np.array([[0.75, 0.25]]))["default"]
    assert out.ravel().tolist() == [0.75, 0]
    program.require_values()
    empty = make(v3("outputMetadata.userData = 1;"), engine)
    run_simple(empty, B04=0.5)
    with pytest.raises(ScriptRuntimeError, match="Script must return an array."):
        empty.require_values()


def test_an_output_that_never_had_a_value_is_named(engine):
    """Else a misspelt id would be a black image."""
    outputs = "[{id: 'a', bands: 1}, {id: 'b', bands: 1}]"
    program = make(v3("return {a: [1], B: [1]};", output=outputs), engine)
    run_simple(program, B04=0.5)
    program.require_values()
    program.require_values(["a"])
    with pytest.raises(ScriptRuntimeError, match="Script must return an array for the output 'b'."):
        program.require_values(["a", "b"])


@pytest.mark.parametrize("declaration", [
    "function setup() {{ return {0}; }} function evaluatePixel(s) {{ return [s.B04]; }}",
    "var setup = () => ({0}); var evaluatePixel = s => [s.B04];",
    "let setup = () => ({0}); let evaluatePixel = function (s) {{ return [s.B04]; }};",
    "const setup = () => {{ return {0} }}; const evaluatePixel = (s) => {{ return [s.B04] }};",
    "setup = () => ({0}); evaluatePixel = s => [s.B04];",
])
def test_every_style_of_declaration(engine, declaration):
    script = "// VERSION=3 (auto-converted from 1)\r\n" + declaration.format(
        "{input: ['B04'], output: {bands: 1, sampleType: SampleType.FLOAT32}}"
    )
    assert run_simple(make(script, engine), B04=0.5)["default"].item() == 0.5


def test_sloppy_globals_and_state_live_through_all_strips(engine):
    script = v3("for (i = 0; i < 3; i++) total += s.B04; return [i];", more="") + (
        "var total = 0;\nfunction updateOutputMetadata(scenes, inputMetadata, outputMetadata) {"
        " outputMetadata.userData = {total: total, factor: inputMetadata.normalizationFactor}; }"
    )
    program = make(script, engine)
    program.begin([[]], {"normalizationFactor": 0.0001})
    for _ in range(3):
        program.evaluate([[{"B04": np.full((2, 2), 0.5)}]], 2, 2)
    assert program.user_data() == {"total": 18, "factor": 0.0001}


def test_strips_give_what_the_whole_gives(engine):
    body = "return [s.B04 * 2, Math.sqrt(s.B04)];"
    red = np.random.default_rng(1).random((7, 5))
    whole = run_simple(make(v3(body, output="{bands: 2}"), engine), 7, 5, B04=red)["default"]
    program = make(v3(body, output="{bands: 2}"), engine)
    program.begin([[]], {})
    strips = [program.evaluate([[{"B04": red[a:b]}]], b - a, 5)["default"] for a, b in ((0, 3), (3, 6), (6, 7))]
    np.testing.assert_array_equal(np.concatenate(strips, axis=1), whole)


# ---- setup -----------------------------------------------------------------------------------------------------


def test_setup_is_read_with_units_and_outputs(engine):
    script = v3(
        "return [0];",
        '{bands: ["B04", "SCL", "dataMask"], units: ["dn", "DN", "DN"], metadata: ["bounds"]}',
        "{id: 'x', bands: 1, sampleType: 'Int16', nodataValue: NaN}", ', mosaicking: "orbit", sampleType: "UINT16"',
    )
    setup = make(script, engine).setup
    assert setup.inputs[0].units == {"B04": "DN", "SCL": "DN", "dataMask": "DN"}
    assert (setup.inputs[0].want_bounds, setup.inputs[0].mosaicking) == (True, "ORBIT")
    output = setup.outputs[0]
    assert (output.id, output.bands, output.sample_type) == ("x", 1, "INT16")
    assert np.isnan(output.nodata)


def test_default_units_are_per_band(engine):
    setup = make(v3("return [0];", '"B04", "SCL", "dataMask"'), engine).setup
    assert setup.inputs[0].units == {"B04": "REFLECTANCE", "SCL": "DN", "dataMask": "DN"}


def test_unknown_mosaicking_name_means_simple(engine):
    setup = make(v3("return [0];", more=", mosaicking: Mosaicking.TILES"), engine).setup
    assert setup.inputs[0].mosaicking == "SIMPLE"


@pytest.mark.parametrize(("bands", "output", "message"), [
    ('"B99"', "{bands: 1}", "Collection 'S2L2A' has no band 'B99'."),
    ('{bands: ["B04", "SCL", "dataMask"], units: "REFLECTANCE"}', "{bands: 1}",
     "Invalid script! Band 'SCL' of collection 'S2L2A' requested in unsupported units 'REFLECTANCE'! "
     "Supported units for this band: [DN]."),
    ('{bands: ["B04"]}, {bands: ["B08"]}', "{bands: 1}", "Dataset with id: 1 not found."),
    ('{bands: ["B04"], datasource: "other"}', "{bands: 1}", "Dataset with id: other not found."),
    ('{bands: ["B04"]}, {bands: ["B08"], datasource: "0"}', "{bands: 1}",
     "Invalid script! Two inputs of setup() read the dataset with id: 0."),
    ('{bands: ["B04"], units: ["DN", "DN"]}', "{bands: 1}", "Invalid script! There are 1 bands but 2 units."),
    ('{bands: ["B04", "B08", "SCL"], units: ["DN", "DN"]}', "{bands: 1}",
     "Invalid script! There are 3 bands but 2 units."),
    ('{bands: [{name: "B04", units: "DN"}]}', "{bands: 1}", "Script must return an array."),
    ('"B04"', "{}", "Invalid script! Output 'default' needs 'bands', a whole number of at least 1."),
    ('"B04"', "[{bands: 1}, {bands: 2}]", "Invalid script! Output 'default' is declared twice."),
])
def test_what_setup_may_not_ask(engine, bands, output, message):
    with pytest.raises(ScriptRuntimeError) as caught:
        make(v3("return [0];", bands, output), engine)
    assert caught.value.message == message


def test_bands_of_an_output_may_be_names(engine):
    outputs = "[{id: 'index', bands: ['ndvi', 'ndwi']}, {id: 'dataMask', bands: 1, sampleType: 'UINT8'}]"
    setup = make(v3("return {};", output=outputs), engine, default_sample_type="FLOAT32").setup
    assert [(o.bands, o.band_names, o.sample_type) for o in setup.outputs] == [
        (2, ("ndvi", "ndwi"), "FLOAT32"), (1, (), "UINT8")
    ]


@pytest.mark.parametrize("names", ["[]", "['a', 'a']"])
def test_names_of_bands_are_there_and_differ(engine, names):
    with pytest.raises(ScriptRuntimeError, match="at least one name, each of them once"):
        make(v3("return [1];", output=f"{{bands: {names}}}"), engine)


def test_unknown_sample_type_is_refused(engine):
    with pytest.raises(ScriptRuntimeError, match="unknown sampleType 'FLOAT'"):
        make(v3("return [0];", output="{bands: 1, sampleType: 'FLOAT'}"), engine)


@pytest.mark.parametrize("script", ["//VERSION=3\nfunction evaluatePixel() {}", "//VERSION=3\nfunction setup() {}", ""])
def test_missing_functions_are_named(engine, script):
    with pytest.raises(ScriptRuntimeError, match=r"Function (setup|evaluatePixel)\(\) is missing"):
        make(script, engine)


# ---- simple scripts --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("script", "expected"), [
    ("return [B04, B08, 0.5];", [0.2, 0.4, 0.5]),
    ("//VERSION=3\nif (dataMask == 1) return [B04 * 2];", [0.4]),
    ("let B02 = B08; let v = index(B08, B04);\nreturn colorBlend(v, [0, 1], [[0, 0, 0], [1, 1, 1]]);", [1 / 3] * 3),
    ("var isS3 = typeof B18 !== 'undefined';\nreturn [isS3 ? 1 : B04];", [0.2]),
    ("return [eval('B04 + B08')];", [0.6]),
])
def test_simple_scripts(engine, script, expected):
    program = make(script, engine)
    assert program.setup.outputs[0].bands == len(expected)
    values = {"B02": 0.1, "B04": 0.2, "B08": 0.4, "dataMask": 1}
    used = {band: values[band] for band in program.setup.inputs[0].bands}
    out = run_simple(program, **used)["default"].ravel()
    np.testing.assert_array_equal(out, np.floor(np.array(expected) * 255 + 0.5))


def test_simple_script_of_a_missing_band(engine):
    with pytest.raises(ScriptRuntimeError, match="ReferenceError: B10 is not defined"):
        make("return [B10];", engine)


# ---- errors ----------------------------------------------------------------------------------------------------


def test_a_throw_is_told_with_line_source_and_stack(engine):
    script = v3("return [s.B04];") + "function deep() {\n  throw new Error('too dark');\n}\n"
    script = script.replace("return [s.B04]", "return [deep()]")
    with pytest.raises(ScriptRuntimeError) as caught:
        run_simple(make(script, engine), B04=0.5)
    lines = caught.value.message.split("\n")
    assert lines[:2] == ["Failed to evaluate script!", "evalscript.js:5: Error: too dark"]
    assert lines[2] == "  throw new Error('too dark');"
    assert lines[3].strip() == "^" and lines[4] == "Error: too dark"
    assert lines[5].startswith("    at deep (evalscript.js:5") and lines[6].startswith("    at evaluatePixel (")
    assert caught.value.line == 5


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_lines_are_counted_as_javascript_does(engine, end):
    """A form feed is a space there, but the end of a line to Python."""
    text = "//VERSION=3\n\x0cvar a = 1;\x0c\nfunction setup() {\n  return missing;\n}\nfunction evaluatePixel() {}"
    with pytest.raises(ScriptRuntimeError) as caught:
        make(text.replace("\n", end), engine)
    assert caught.value.line == 4 and "  return missing;\n" in caught.value.message
    with pytest.raises(ScriptSyntaxError) as caught:
        make(text.replace("missing", "[}").replace("\n", end), engine)
    assert caught.value.line == 4 and "  return [};\n" in caught.value.message


def test_a_thrown_text_is_told(engine):
    with pytest.raises(ScriptRuntimeError, match="Failed to evaluate script! \nno bands today"):
        run_simple(make(v3("throw 'no bands today';"), engine), B04=0.5)


def test_an_error_at_top_level_and_in_setup_has_its_line(engine):
    for script in ("//VERSION=3\nfunction setup() {\n  return missing;\n}\nfunction evaluatePixel() {}",
                   "//VERSION=3\nvar a;\na = missing;\nfunction setup() {}\nfunction evaluatePixel() {}"):
        with pytest.raises(ScriptRuntimeError, match="ReferenceError: missing is not defined") as caught:
            make(script, engine)
        assert caught.value.line == 3


@pytest.mark.parametrize(("script", "line"), [
    ("//VERSION=3\nfunction setup() {\n  return {input: [};\n}", 3),
    ("//VERSION=3\nlet a = 1;\nlet a = 2;\nfunction setup() {}", 3),
    ("//VERSION=3\nfunction setup() { return 1; }\n}\nfunction evaluatePixel() {}", 3),
    ("//VERSION=3\n}); hidden(); (function () {\nfunction setup() {}\nfunction evaluatePixel() {}", 2),
    ("return [B04", 1),
])
def test_a_syntax_error_is_told_with_its_line(engine, script, line):
    with pytest.raises(ScriptSyntaxError) as caught:
        make(script, engine)
    assert caught.value.message.startswith("Failed to evaluate script! undefined:")
    assert "SyntaxError" in caught.value.message
    assert caught.value.line == line


@pytest.mark.parametrize("script", [
    "return [B04", "//VERSION=3\nfunction setup() { return {}; }\nfunction evaluatePixel() {",
])
def test_a_script_that_stops_short_is_told_so(engine, script):
    """Not of the bracket behind its end, which its author never wrote."""
    with pytest.raises(ScriptSyntaxError, match="SyntaxError: Unexpected end of input"):
        make(script, engine)


def test_endless_recursion_ends_as_an_error(engine):
    with pytest.raises(ScriptRuntimeError, match="RangeError"):
        run_simple(make(v3("return evaluatePixel(s);"), engine), B04=0.5)


def test_user_data_that_is_no_json_is_refused(engine):
    program = make(v3("var a = {}; a.a = a; outputMetadata.userData = a; return [1];"), engine)
    run_simple(program, B04=0.5)
    with pytest.raises(ScriptRuntimeError, match="TypeError"):
        program.user_data()


# ---- conversion ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "values", "expected"), [
    ("AUTO", [-1, 0, 0.5, 1, 2, float("nan"), float("inf")], [0, 0, 128, 255, 255, 0, 255]),
    ("UINT8", [40.6, 310, -3, 0.5, 1.5, float("nan"), float("-inf")], [41, 255, 0, 1, 2, 0, 0]),
    ("INT8", [-0.5, -1.5, 200, -200, float("nan")], [0, -1, 127, -128, 0]),
    ("UINT16", [65535.4, 70000, 256, float("inf")], [65535, 65535, 256, 65535]),
    ("INT16", [-32769, 32768, -15], [-32768, 32767, -15]),
    ("FLOAT32", [0.1, float("inf"), float("nan")], [np.float32(0.1), np.inf, np.nan]),
])
def test_conversion_by_sample_type(engine, kind, values, expected):
    script = v3(f"return [{', '.join(str(v).replace('nan', 'NaN').replace('inf', 'Infinity') for v in values)}];",
                output=f"{{bands: {len(values)}, sampleType: '{kind}'}}")
    out = run_simple(make(script, engine), B04=0.5)["default"]
    np.testing.assert_array_equal(out.ravel(), np.array(expected, out.dtype))
    assert convert_samples(np.array(values, float), kind).dtype == out.dtype
