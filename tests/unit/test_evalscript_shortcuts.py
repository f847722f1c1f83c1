"""Shortcuts for engines that allocate slowly: taken where they are safe, and never seen in a result."""

from __future__ import annotations

import numpy as np
import pytest
from evalscript_cases import ENGINES, S2, tile, v3

from sentinel_workbench.core.errors import ScriptError
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.program import CollectionBands, Program
from sentinel_workbench.core.evalscript.script_library import read_library
from sentinel_workbench.core.evalscript.shortcuts import may_declare, shorten, shorten_simple
from sentinel_workbench.core.model.collection import find_collection

LIBRARY = read_library()
TWO = "{bands: 2, sampleType: 'FLOAT32'}"
BOTH = "[{id: 'a', bands: 2, sampleType: 'FLOAT32'}, {id: 'b', bands: 1, sampleType: 'FLOAT32'}]"
BANDS = '"B04", "B08"'

# body, outputs, number of lists, members taken (None: the samples stay)
BODIES = [
    ("return [s.B04, s.B08];", TWO, 1, ("B04", "B08")),
    ("return [\n  s.B04, // red\n  /* nir, [ */ s.B08 // last\n];", TWO, 1, ("B04", "B08")),
    ("if (s.B04 > 0.5) return [1, 0]\n return [s.B08, (1, 2)]; ", TWO, 1, ("B04", "B08")),
    ("if (s.B04 > 0.5) return [1, 0]; else { return ['2', ',' + s.B08 > ',' ]; }", TWO, 2, ("B04", "B08")),
    ("return [[1, s.B04][1], {a: [2, 3]}.a[1]];", TWO, 1, ("B04",)),
    ("return {default: [s.B04, 1], more: [1, 2]};", TWO, 2, ("B04",)),
    ("return {a: [s.B04, s.B08], b: [s.B04 + 1]};", BOTH, 2, ("B04", "B08")),
    ("var b = [7]; return {b, a: [s.B04, s.B08]};", BOTH, 1, ("B04", "B08")),
    ("return {a: [s.B04, 3].concat([]), b: [1]};", BOTH, 1, ("B04",)),
    ("return [s.B04, s.B08].map(x => 2 * x);", TWO, 0, ("B04", "B08")),
    ("return [...[s.B04], s.B08];", TWO, 0, ("B04", "B08")),
    ("return [s.B04, s.B08,];", TWO, 0, ("B04", "B08")),
    ("return [s.B04, , s.B08];", TWO, 0, ("B04", "B08")),
    ("function f() { return [s.B04, 1]; } var a = f(), b = f(); a[0] = 5; return [b[0], a[0]];", TWO, 1, ("B04",)),
    ("var f = (x) => { return [x, 1]; }; var a = f(1), b = f(2); return [a[0], b[0] + s.B04];", TWO, 1, ("B04",)),
    ("var o = {m() { return [s.B04, 2]; }}; var a = o.m(), b = o.m(); a[0]++; return [a[0], b[0]];", TWO, 1, ("B04",)),
    ("class C { m() { return [1, 2]; } } var a = new C().m(), b = new C().m(); a[0] = 9; return [b[0], s.B08];", TWO, 1,
     ("B08",)),
    ("switch (s.B04 > 0.5) { case true: return [1, 2]; default: return [3, 4]; }", TWO, 2, ("B04",)),
    ("try { return [s.B04, 1]; } finally { seen++; }", TWO, 1, ("B04",)),
    ("return [s.B04, s['B08']];", TWO, 1, None), ("var t = s; return [t.B04, 1];", TWO, 1, None),
    ("return [s.B04, Object.keys(s).length];", TWO, 1, None), ("return [s.B04, `${s.B08}`];", TWO, 1, None),
    ("return [s.B04, s.B99 === undefined];", TWO, 1, ("B04", "B99")),
    ("return [s.B04, s.toString === Object.prototype.toString];", TWO, 1, ("B04", "toString")),
    ("return [[2, 3].map(s => s + 1)[0], s.B04];", TWO, 1, None), ("s.B04 = 3; return [s.B04, 1];", TWO, 1, ("B04",)),
    ("var q = {s: 4, B04: 5}; return [q.s, q.B04 + s.B04];", TWO, 1, None),
    ("var q = {t: {s: {B04: 5}}}; return [s.B04, q.t.s.B04];", TWO, 1, None),
    ("delete s.B04; return [s.B08, 1];", TWO, 1, None), ("return [s.B04.toFixed(1), s.B08];", TWO, 1, ("B04", "B08")),
    ("return [eval('s.B04'), 1];", TWO, 0, None), ("return [arguments[0].B04, 1];", TWO, 0, None),
    ("if (s.B04 < 0.5) return evaluatePixel({B04: 1, B08: 2}); return [s.B04, s.B08];", TWO, 0, None),
    ("if (s.B04 > 0.5)\n return [s.B04, 1];", TWO, 1, ("B04",)),
    ("return [\"a]\" > s.B04, '[' + s.B08 > '[', ];", TWO, 0, ("B04", "B08")),
]


def results(script, bands, engine, slowly, samples=None):
    """What the script gives on an engine, with or without shortcuts."""
    realm = create_engine(engine)
    realm.allocates_slowly = slowly
    try:
        program = Program(script, [S2], realm)
        program.begin([[tile(0), tile(1)]] if samples else [[]], {})
        out = program.evaluate([samples or [bands]], 2, 3)
        return {name: np.nan_to_num(values, nan=-99).tolist() for name, values in out.items()}
    except ScriptError as error:
        return error.message.split("\n")[0]
    finally:
        realm.close()


def alike(script, bands, samples=None):
    """All engines with and without shortcuts agree; the result."""
    told = [results(script, bands, engine, slowly, samples) for engine in ENGINES for slowly in (False, True)]
    assert all(entry == told[0] for entry in told[1:]), told
    return told[0]


@pytest.fixture(scope="module")
def bands():
    rng = np.random.default_rng(4)
    return {name: rng.random((2, 3)) for name in ("B02", "B03", "B04", "B08")}


@pytest.mark.parametrize(("body", "output", "lists", "members"), BODIES)
def test_shortcuts_change_no_result(bands, body, output, lists, members):
    script = v3(body, BANDS, output) + "var seen = 0;"
    shortened = shorten(script)
    assert (len(shortened.lists), shortened.members) == (lists, members)
    assert shortened.script.count("\n") == script.count("\n")
    told = alike(script, bands)
    assert isinstance(told, dict), told


@pytest.mark.parametrize("heading", [
    "function evaluatePixel(s) {", "var evaluatePixel = function (s) {", "let evaluatePixel = (s) => {",
    "evaluatePixel = (s, scenes, meta) => {", "const evaluatePixel = s => {",
    "function evaluatePixel({B04, B08}) {var s = {B04, B08};",
    "function evaluatePixel(s = {}, ...rest) {",
])
def test_every_style_of_declaration(bands, heading):
    script = f"function setup() {{ return {{input: [{BANDS}], output: {TWO}}}; }}\n{heading} return [s.B04, s.B08]; }}"
    assert np.array_equal(np.float32(alike(script, bands)["default"]), np.float32([bands["B04"], bands["B08"]]))


@pytest.mark.parametrize("body", [
    "return [s.length, s.B04 === undefined];", "return [s[0].B04, s.length];",
    "var sum = 0; for (var i = 0; i < s.length; i++) sum += s[i].B08; return [sum, scenes.tiles.length];",
    "return [s.map(x => x.B04)[1], 1];",
])
def test_lists_of_samples_stay_lists(bands, body):
    other = {name: values + 1 for name, values in bands.items()}
    assert isinstance(alike(v3(body, BANDS, TWO, ", mosaicking: 'TILE'"), bands, [bands, other]), dict)


@pytest.mark.parametrize("body", ["return [s.B04];", "throw new Error('x');", "return [s.B04, s.B08.x.y];"])
def test_errors_stay_the_same(bands, body):
    told = alike(v3("\n\n" + body, BANDS, TWO), bands)
    assert told == "Output 'default' has 2 bands, but the script returned 1 value." or told.startswith("Failed to")


@pytest.mark.parametrize(("script", "lists"), [
    ("return [B04, B08, 1];", 1), ("return [B04, B08, 1]", 1), ("let B02 = B04 - B08; return [B02, B02, B04];", 1),
    ("var B04; return [B04 === undefined, 1, B08];", 1), ("if (B04 > 0.5) return [1, 0, 0];\nreturn [B08, B04, 0];", 2),
    ("function f() { return [B04, 1, 1]; } return f();", 0), ("let [a, B03] = [B04, B08]; return [a, B03, 0];", 1),
    ("var a = 1, B04 = 2; return [a, B04, 0];", 1), ("return [eval('B04'), B08, 0];", 0),
    ("class B08 {} return [B04, typeof B08 === 'function', 0];", 1),
])
def test_scripts_without_setup(bands, script, lists):
    assert len(shorten_simple(script).lists) == lists
    assert isinstance(alike(script, bands), dict)


@pytest.mark.parametrize(("script", "declares"), [
    ("return [B04, B08];", False), ("let v = index(B08, B04); return [v];", False), ("let B04 = 1;", True),
    ("var a, B04;", True), ("let {B04} = x;", True), ("const [B04] = x;", True), ("function B04() {}", True),
    ("B04 = 5;", False),
])
def test_variables_named_like_bands_are_found(script, declares):
    assert may_declare(script, ("B04", "B08")) is declares


# ---- real scripts ------------------------------------------------------------------------------------------------


def picture(script, collection, engine, slowly):
    """Every output of a script of the library over numbers that stay the same."""
    realm = create_engine(engine)
    realm.allocates_slowly = slowly
    units = {band.name: band.units for band in collection.bands}
    bands = CollectionBands("0", collection.legacy_name, {name: each[0] for name, each in units.items()}, units)
    program = Program(script.text, [bands], realm)
    (entry,) = program.setup.inputs
    rng = np.random.default_rng(11)
    scenes = [] if entry.mosaicking == "SIMPLE" else [orbit(day) for day in (20, 10, 5)]
    samples = [
        {name: rng.integers(0, 12, (20, 20)) if units.get(name) == ("DN",) else rng.random((20, 20)).round(2)
         for name in entry.bands} for _ in scenes or [0]
    ]
    program.begin([scenes], {"normalizationFactor": 0.0001})
    out = program.evaluate([samples], 20, 20)
    program.close()
    return out


def orbit(day):
    return {"dateFrom": f"2020-12-{day:02d}T00:00:00Z", "dateTo": f"2020-12-{day:02d}T23:59:59Z",
            "tiles": [tile(0, day)]}


@pytest.mark.parametrize("script", LIBRARY, ids=lambda script: script.name)
def test_scripts_of_the_library_paint_the_same_everywhere(script):
    """Math functions differ in the last of 53 bits: what is rounded to the other side may differ by one."""
    collection = find_collection(script.collections[0])
    pictures = {
        (engine, slowly): picture(script, collection, engine, slowly)
        for engine in ENGINES for slowly in (False, True)
    }
    first = pictures[ENGINES[0], False]
    for (engine, _), out in pictures.items():
        for name, pixels in out.items():
            np.testing.assert_array_equal(pixels, pictures[engine, False][name])
            close = np.isclose(pixels, first[name], rtol=1e-6, atol=1e-6, equal_nan=True)
            if pixels.dtype != np.float32:
                close |= np.abs(pixels.astype(float) - first[name]) <= 1
                assert np.mean(pixels != first[name]) < 0.01
            assert close.all()
