"""Scripts that harm: every one of them ends as a script error or is harmless, on every engine."""

from __future__ import annotations

import threading
import time

import pytest
from evalscript_cases import ENGINES, S2, make, run_simple, tile, v3

from sentinel_workbench.core.errors import ScriptError, ScriptLimitExceeded, ScriptRuntimeError, ScriptSyntaxError
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.lexer import tokenize
from sentinel_workbench.core.evalscript.program import Program
from sentinel_workbench.core.evalscript.reading import check_script, read_script

each = pytest.mark.parametrize("engine", ENGINES)
needs_v8 = pytest.mark.skipif("v8" not in ENGINES, reason="mini-racer is not installed")
TILES = ', mosaicking: "TILE"'
ONE = v3("return [1];")


def run_all(script, engine):
    """Everything a render does with a script; the pixel and the user data."""
    program = make(script, engine)
    try:
        scenes = [[tile(0), tile(1)]] if program.setup.inputs[0].mosaicking == "TILE" else [[]]
        kept = program.pre_process(scenes, "2020-12-01T00:00:00Z", "2020-12-31T00:00:00Z")
        program.update_output(scenes)
        if scenes[0]:
            program.begin([[scenes[0][index] for index in kept[0]]], {})
            pixel = program.evaluate([[]], 1, 1)
        else:
            pixel = run_simple(program, B04=0.5)
        program.require_values()
        return pixel["default"].ravel().tolist(), program.user_data()
    finally:
        program.close()


@each
@pytest.mark.parametrize("head", [
    "JSON.stringify = function () { return 'x'; };", "JSON.parse = function () { return 5; };",
    "Float64Array = Uint8Array = ArrayBuffer = function () {};", "Object.keys = function () { return ['a b c']; };",
    "Array.isArray = function () { return false; };", "__workbench = 5;", "__workbench.call = function () {};",
    "__workbench.buffers = {};", "try { __workbench.pull('i0b0'); } catch (e) {}",
    "try { __workbench.push('nothing'); } catch (e) {}", "__workbench.install(function () { return 5; }, true);",
    "if (typeof __exchange !== 'undefined') throw 1;",
])
def test_what_a_script_replaces_is_not_needed_any_more(engine, head):
    assert run_all(head + "\n" + ONE, engine) == ([1], None)


@each
@pytest.mark.parametrize("head", [
    "Object.prototype.toJSON = function () { return 5; };",
    "Object.prototype.toJSON = Array.prototype.toJSON = function () { return {value: {returned: 'x', longer: 3}}; };",
    "Object.prototype.toJSON = function () { return 'text'; };",
    "Array.prototype.map = function () { return 5; };", "Array.prototype.map = function () { return [{}]; };",
    "String.prototype.slice = function () { return {}; };", "Object.defineProperty = null;", "Object.assign = null;",
    "Function.prototype.apply = function () { throw 'mine'; };",
])
def test_breaking_the_language_is_an_error_of_the_script(engine, head):
    try:
        run_all(head + "\n" + ONE, engine)
    except ScriptError as error:
        assert error.message
    assert run_all(ONE, engine) == ([1], None)


@each
@pytest.mark.parametrize("thrown", [
    "null", "undefined", "5", "Symbol('x')", "{message: {toString() { throw 1; }}}", "(() => { let a = {}; a.a = a; "
    "return a; })()", "new Proxy({}, {has() { throw 2; }})", "Object.create(null)", "'\\ud800'", "new Error('\\ud800')",
    "Object.assign(new Error('x'), {stack: '    at f (evalscript.js:2:999999999999)'})",
    "Object.assign(new Error('x'), {stack: '    at f (evalscript.js:99999999999999999999:1)'})",
])
def test_whatever_is_thrown_is_told(engine, thrown):
    with pytest.raises(ScriptRuntimeError) as caught:
        run_all(v3(f"throw ({thrown});"), engine)
    message = caught.value.message
    assert message.startswith("Failed to evaluate script!") and len(message) < 5000
    message.encode("utf-8")


@each
@pytest.mark.parametrize("answer", ["'\\ud800'", "['a', {b: 'x\\udfffy'}]", "'\\\\\\\\ud800'"])
def test_half_characters_become_question_marks(engine, answer):
    told = run_all(v3(f"outputMetadata.userData = {answer}; return [1];"), engine)[1]
    str(told).encode("utf-8")
    assert told in ("?", ["a", {"b": "x?y"}], "\\\\ud800")


@each
def test_half_characters_in_the_script_itself_do_no_harm(engine):
    assert run_all(v3("return ['\ud800'.length];"), engine)[0] == [1]


@each
@pytest.mark.parametrize("answer", [
    "[{__idx: 'a'}, null, 5, {}]", "[{__idx: [1]}, {__idx: 1.5}, {__idx: NaN}, {__idx: -1}, {__idx: 1e300}]",
])
def test_scenes_made_up_by_the_script_are_dropped(engine, answer):
    script = v3("return [s.length];", output="{bands: 1, sampleType: 'UINT8'}", more=TILES)
    script += f"function preProcessScenes(c) {{ return {{scenes: {{tiles: {answer}}}}}; }}"
    assert run_all(script, engine)[0] == [0]


@each
@pytest.mark.parametrize("count", ["1e9", "Infinity", "-1", "'many'", "1.5", "null", "[3]"])
def test_impossible_numbers_of_bands(engine, count):
    with pytest.raises(ScriptRuntimeError, match="updateOutput\\(\\) set the bands of output 'default' to"):
        run_all(ONE + f"function updateOutput(o) {{ o.default.bands = {count}; }}", engine)
    if count not in ("null", "[3]"):
        with pytest.raises(ScriptRuntimeError, match="needs 'bands'"):
            run_all(v3("return [1];", output=f"{{bands: {count}}}"), engine)


@each
@pytest.mark.parametrize("body", [
    "return evaluatePixel(s);", "return [[1].map(function g() { return [1].map(g); })];",
    "function g() { [2, 1, 3].sort(g); return 0; } g();", "var o = {get a() { return this.a; }}; return [o.a];",
])
def test_deep_recursion_is_told_with_its_line(engine, body):
    with pytest.raises(ScriptRuntimeError, match="RangeError: Maximum call stack size exceeded\n") as caught:
        run_all(v3(body), engine)
    assert caught.value.line == 3
    assert "evalscript.js:0" not in caught.value.message


@each
@pytest.mark.parametrize("expression", ["(" * 100_000 + "1" + ")" * 100_000, "[" * 100_000, "-" * 100_001 + "1"])
def test_a_script_nested_too_deeply_does_not_parse(engine, expression):
    with pytest.raises(ScriptSyntaxError):
        run_all(v3(f"return [{expression}];"), engine)


@each
def test_user_data_nested_too_deeply_is_refused(engine):
    body = "var a = []; for (var i = 0; i < 2000; i++) a = [a]; outputMetadata.userData = a; return [1];"
    with pytest.raises(ScriptRuntimeError, match="nested too deeply"):
        run_all(v3(body), engine)


@each
@pytest.mark.parametrize("padding", [
    "/*" + "x" * 411_000 + "*/", "".join(f"var v{i} = {i} % 7;\n" for i in range(22_000)),
])
def test_large_scripts_run(engine, padding):
    assert len(padding) > 400_000
    assert run_all(ONE + padding, engine)[0] == [1]


@each
def test_an_error_far_down_a_large_script_has_its_line(engine):
    with pytest.raises(ScriptRuntimeError, match="ReferenceError: missing is not defined") as caught:
        run_all(ONE + "\n" * 300_000 + "missing;", engine)
    assert caught.value.line == 300_004


@pytest.mark.parametrize("text", [
    "var a = " + "=/[" * 30_000, "`${" * 30_000, "`${" * 30_000 + "}`" * 30_000, "=/a\n" * 20_000, "'" * 50_000,
    "/* " * 30_000, "function setup() { return " + "[" * 30_000 + "]" * 30_000,
])
def test_reading_any_text_ends(text):
    assert all(text.startswith(token.text, token.start) for token in tokenize(text))
    assert read_script(text).inputs == ()
    assert isinstance(check_script(text), list)


# ---- budgets ---------------------------------------------------------------------------------------------------


@needs_v8
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("body", [
    "while (true) {}", "return [/^(a+)+$/.test('a'.repeat(40) + 'b')];",
    "outputMetadata.userData = {toJSON() { for (;;); }}; return [1];",
    "Promise.resolve().then(function again() { for (;;); }); return [1];",
    "throw new Proxy({}, {has() { for (;;); }});",
])
def test_endless_scripts_of_all_kinds_are_stopped(body):
    program = Program(v3(body), [S2], create_engine("v8", time_limit_s=0.3))
    try:
        with pytest.raises(ScriptLimitExceeded, match="longer than the allowed 0.3 s"):
            run_simple(program, B04=0.5)
            program.user_data()
    finally:
        program.close()


@needs_v8
def test_the_time_limit_is_for_all_strips_together():
    body = "var end = Date.now() + 150; while (Date.now() < end); return [1];"
    program = Program(v3(body), [S2], create_engine("v8", time_limit_s=0.4))
    done = 0
    with pytest.raises(ScriptLimitExceeded):
        for _ in range(20):
            run_simple(program, B04=0.5)
            done += 1
    program.close()
    assert 0 < done < 4


@needs_v8
@pytest.mark.parametrize("script", [
    "while (true) {}\n" + ONE, "x = ;", "throw 1;\n" + ONE, v3("", '"B99"'), "return 5;",
])
def test_a_script_that_does_not_start_leaves_no_realm_behind(script):
    before = threading.active_count()
    with pytest.raises(ScriptError):
        Program(script, [S2], create_engine("v8", time_limit_s=0.3))
    deadline = time.monotonic() + 30
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.01)
    assert threading.active_count() == before
