"""Scripts of version 1 and 2, and scripts without ``setup()``. Everything on every engine."""

from __future__ import annotations

import numpy as np
import pytest
from evalscript_cases import ENGINES, S2, make, run_simple, tile

from sentinel_workbench.core.errors import ScriptRuntimeError

pytestmark = pytest.mark.parametrize("engine", ENGINES)
V1 = """
function setup(ds) {
  setInputComponents([ds.B04, ds.B08]);
  setOutputComponentCount(3);
}
function evaluatePixel(samples, scenes) { return [samples[0].B04, samples.length, samples[0].B08]; }
"""
V2 = """//VERSION=2
function setup(ds) {
  return {
    components: [ds.B04, ds.B08],
    output: [{id: "default", sampleType: SampleType.INT16, componentCount: 4}],
    temporal: true
  };
}
function filterScenes(scenes, inputMetadata) {
  return scenes.filter(function (scene) { return scene.date.getTime() < inputMetadata.to.getTime() - 86400000; })
    .sort(function (a, b) { return a.date - b.date; });
}
function evaluatePixel(samples, scenes, inputMetadata) {
  return [samples.length, samples[0].B04, scenes[0].date.getUTCDate(), inputMetadata.from.getUTCDate()];
}
"""


def orbit(day):
    return {"dateFrom": f"2020-12-{day:02d}T00:00:00Z", "dateTo": f"2020-12-{day:02d}T23:59:59Z",
            "tiles": [tile(0, day)]}


@pytest.mark.parametrize("marker", ["", "//VERSION=1\n"])
def test_version_1_reads_one_flattened_sample_as_a_list(engine, marker):
    program = make(marker + V1, engine)
    assert program.setup.inputs[0].bands == ("B04", "B08")
    assert (program.setup.outputs[0].bands, program.setup.outputs[0].sample_type) == (3, "AUTO")
    assert run_simple(program, B04=0.2, B08=0.4)["default"].ravel().tolist() == [51, 255, 102]


def test_version_2_filters_the_scenes_of_a_series(engine):
    program = make(V2, engine)
    assert program.setup.inputs[0].mosaicking == "ORBIT"
    days = [20, 10, 5]
    kept = program.pre_process([[orbit(day) for day in days]], "2020-12-01T00:00:00Z", "2020-12-20T00:00:00Z")
    assert kept == [[2, 1]]
    program.begin([[orbit(days[index]) for index in kept[0]]])
    samples = [{"B04": np.full((1, 1), days[index]), "B08": np.zeros((1, 1))} for index in kept[0]]
    assert program.evaluate([samples], 1, 1)["default"].ravel().tolist() == [2, 5, 5, 1]


@pytest.mark.parametrize(("old", "new", "message"), [
    ("ds.B08]);", "ds.B99]);", "Collection 'S2L2A' has no band 'B99'."),
    ("setOutputComponentCount(3)", "setOutputComponentCount()", "needs 'bands'"),
    ("[ds.B04, ds.B08]", "ds.B04", "Script must return an array."),
])
def test_what_old_scripts_ask_is_checked_as_ever(engine, old, new, message):
    with pytest.raises(ScriptRuntimeError, match=message.replace("(", "\\(")):
        make(V1.replace(old, new), engine)


def test_a_filter_must_return_scenes(engine):
    program = make(V2.replace("return scenes.filter", "return 5; scenes.filter"), engine)
    with pytest.raises(ScriptRuntimeError, match=r"filterScenes\(\) must return an array of scenes"):
        program.pre_process([[orbit(5)]], "2020-12-01T00:00:00Z", "2020-12-20T00:00:00Z")


def test_version_3_never_calls_the_old_filter(engine):
    script = V2.replace("VERSION=2", "VERSION=3").replace("components:", "input:").replace("componentCount", "bands")
    program = make(script.replace("temporal: true", 'mosaicking: "ORBIT"'), engine)
    days = [[orbit(20), orbit(5)]]
    assert program.pre_process(days, "2020-12-01T00:00:00Z", "2020-12-20T00:00:00Z") == [[0, 1]]


# ---- without setup() -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("script", "bands"), [
    ("if (B04 == 4) return [1, 0, 0]; if (B04 == 7) return [0, 1];", 3),
    ("if (dataMask == 0) return [0]; return [B04, B08, 0, 1];", 4),
    ("if (B04 > 77 && B04 < 78) return [B04, [1, 2].length, Math.max(1, 2)];", 3),
    ("if (B04 > 1e6) throw new Error('bright'); return [B04];", 1),
])
def test_bands_of_a_script_without_setup(engine, script, bands):
    assert make(script, engine).setup.outputs[0].bands == bands


def test_a_shorter_answer_of_a_script_without_setup_is_filled_with_zeros(engine):
    program = make("if (B04 < 0.5) return [0.2]; return [B04, 1, 1];", engine)
    out = run_simple(program, 1, 2, B04=np.array([[0.25, 1.0]]))["default"]
    assert out[:, 0, 0].tolist() == [51, 0, 0] and out[:, 0, 1].tolist() == [255, 255, 255]


@pytest.mark.parametrize("script", ["return 5;", "return;", "return {default: [1]};"])
def test_a_script_without_setup_must_return_an_array(engine, script):
    with pytest.raises(ScriptRuntimeError, match="Script must return an array."):
        make(script, engine)


def test_a_script_without_setup_of_a_collection_with_other_bands(engine):
    """Such scripts tell satellites apart by the bands there are."""
    text = "var first = typeof B05 === 'undefined' ? 1 : 0; return [first, typeof SCL === 'undefined' ? 1 : 0];"
    program = make(text, engine, (S2,))
    assert run_simple(program, SCL=4.0)["default"].ravel().tolist() == [255, 0]
