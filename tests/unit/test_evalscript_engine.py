"""Engines: choice, budget, buffers, one realm each, the library both have."""

from __future__ import annotations

import time

import numpy as np
import pytest
from evalscript_cases import ENGINES, S2, make, run_simple, v3, value_of

from sentinel_workbench.core.errors import InvalidInput, ScriptLimitExceeded
from sentinel_workbench.core.evalscript import engine as engines
from sentinel_workbench.core.evalscript.engine import create_engine
from sentinel_workbench.core.evalscript.program import Program
from sentinel_workbench.core.evalscript.realm import EngineFault

each = pytest.mark.parametrize("engine", ENGINES)
needs_v8 = pytest.mark.skipif("v8" not in ENGINES, reason="mini-racer is not installed")


def test_the_first_engine_is_the_default():
    assert create_engine().name == ENGINES[0]


def test_an_engine_that_is_not_there_is_named():
    with pytest.raises(InvalidInput, match="'spidermonkey' is not installed"):
        create_engine("spidermonkey")


def test_without_mini_racer_qt_serves(monkeypatch):
    if "qjs" not in ENGINES:
        pytest.skip("QtQml is not installed")
    found = engines.importlib.util.find_spec
    monkeypatch.setattr(
        engines.importlib.util, "find_spec", lambda name: None if name == "py_mini_racer" else found(name)
    )
    assert engines.available_engines() == ("qjs",)
    assert create_engine().name == "qjs"


@each
@pytest.mark.parametrize("parts", [[], [np.zeros((0, 3))], [np.arange(6.0).reshape(2, 3), np.arange(3.0)]])
def test_buffers_keep_their_numbers(engine, parts):
    realm = create_engine(engine)
    realm.write("a", parts)
    whole = np.concatenate([part.ravel() for part in parts] or [np.zeros(0)])
    np.testing.assert_array_equal(realm.read("a", whole.shape), whole)


@each
def test_realms_share_nothing(engine):
    first, second = create_engine(engine), create_engine(engine)
    first.load("var shared = 1;")
    with pytest.raises(EngineFault) as caught:
        second.load("\nshared;")
    assert (caught.value.name, caught.value.line) == ("ReferenceError", 2)


@each
@pytest.mark.parametrize(("expression", "expected"), [
    ("[1, [2, [3, [4]]]].flat()", [1, 2, [3, [4]]]), ("[1, [2, [3, [4]]]].flat(2)", [1, 2, 3, [4]]),
    ("[1, 2].flatMap(x => [x, 10 * x])", [1, 10, 2, 20]), ("[1, 2, 3].at(-1)", 3),
    ("Object.fromEntries(new Map([['a', 1]]))", {"a": 1}), ("Object.entries({a: 1})", [["a", 1]]),
    ("[1, 2, 3].findLast(x => x < 3)", 2), ("[1, 2].findLastIndex(x => x > 5)", -1), ("[3, 1].toSorted()", [1, 3]),
    ("(a => [a.toReversed(), a.with(-1, 9), a])([1, 2])", [[2, 1], [1, 9], [1, 2]]),
    ("['abc'.at(-1), 'a-b-c'.replaceAll('-', '+'), ' a '.trimStart(), ' a '.trimEnd()]", ["c", "a+b+c", "a ", " a"]),
    ("[...'a1b2'.matchAll(/[a-z](\\d)/g)].map(m => [m[0], m[1], m.index])", [["a1", "1", 0], ["b2", "2", 2]]),
    ("[Object.hasOwn({a: 1}, 'a'), Object.hasOwn({}, 'toString')]", [True, False]),
    ("[typeof globalThis.Math, typeof console.log('x')]", ["object", "undefined"]),
    ("Object.keys([5])", ["0"]), ("(() => { let k = ''; for (let i in [7]) k += i; return k; })()", "0"),
])
def test_library(engine, expression, expected):
    assert value_of(expression, engine) == expected


@needs_v8
def test_an_endless_script_is_stopped():
    program = Program(v3("while (true) {}"), [S2], create_engine("v8", time_limit_s=0.3))
    start = time.monotonic()
    with pytest.raises(ScriptLimitExceeded, match=r"longer than the allowed 0.3 s"):
        run_simple(program, B04=0.5)
    assert time.monotonic() - start < 30


@needs_v8
def test_a_greedy_script_is_stopped():
    body = "var kept = []; while (true) kept.push(new Array(1000).fill(1.5));"
    program = Program(v3(body), [S2], create_engine("v8", memory_limit_bytes=60_000_000))
    with pytest.raises(ScriptLimitExceeded, match="more memory"):
        run_simple(program, B04=0.5)


def test_both_engines_paint_the_same_picture():
    if len(ENGINES) < 2:
        pytest.skip("one engine only")
    body = (
        "let v = index(s.B08, s.B04); let c = valueInterpolate(v, [-1, 0, 1], [[0, 0, 0], [0.5, 0.2, 0.1], [1, 1, 0]]);"
        " return [...c, s.B04 > 0.5, Math.sqrt(s.B04) / (s.B08 - 0.5), ramp.process(v)[1]];"
    )
    script = v3(body, '"B04", "B08"', "{bands: 6, sampleType: 'FLOAT32'}")
    script += "const ramp = ColorRampVisualizer.createBlueRed();"
    rng = np.random.default_rng(3)
    bands = {"B04": rng.random((40, 30)), "B08": rng.random((40, 30)).round(1)}
    pictures = [run_simple(make(script, engine), 40, 30, **bands)["default"] for engine in ENGINES]
    np.testing.assert_array_equal(*pictures)
