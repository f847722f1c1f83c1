"""The output dataMask that statistics need, added to scripts without changing what they compute."""

from __future__ import annotations

import json

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.masking import with_data_mask
from sentinel_workbench.core.evalscript.script_library import library_script

mini_racer = pytest.importorskip("py_mini_racer")
PLAIN = """//VERSION=3
function setup() { return { input: ["B04"], output: { bands: 1, sampleType: "FLOAT32" } }; }
function evaluatePixel(sample) { return [Object.keys(sample).length + sample.B04]; }
"""
TWO = """//VERSION=3
function setup() { return { input: [{ bands: ["B04", "B08"], units: ["DN", "DN"] }],
  output: [{ id: "a", bands: 1 }, { id: "b", bands: 2 }] }; }
function evaluatePixel(s) { return { a: [s.B04], b: [s.B08, 1] }; }
"""


def run(script, sample):
    context = mini_racer.MiniRacer()
    text = f"{script}\nJSON.stringify([setup(), evaluatePixel({json.dumps(sample)})])"
    return json.loads(context.eval(text))


def test_a_single_output_keeps_its_values_and_sees_no_more_bands():
    declared, result = run(with_data_mask(PLAIN), {"B04": 5, "dataMask": 1})
    assert declared["input"] == [{"bands": ["B04", "dataMask"]}]
    assert declared["output"] == [
        {"id": "default", "bands": 1, "sampleType": "FLOAT32"}, {"id": "dataMask", "bands": 1}
    ]
    assert result == {"default": [6], "dataMask": [1]}


def test_several_outputs_and_units():
    declared, result = run(with_data_mask(TWO), {"B04": 5, "B08": 7, "dataMask": 0})
    assert declared["input"] == [{"bands": ["B04", "B08", "dataMask"], "units": ["DN", "DN", "DN"]}]
    assert [output["id"] for output in declared["output"]] == ["a", "b", "dataMask"]
    assert result == {"a": [5], "b": [7, 1], "dataMask": [0]}


def test_lines_stay_and_a_script_with_a_mask_stays_as_it_is():
    assert with_data_mask(PLAIN).splitlines()[2] == PLAIN.splitlines()[2]
    assert with_data_mask(library_script("vegetation_outputs")) == library_script("vegetation_outputs")


@pytest.mark.parametrize("script, sentence", [
    ("return [B04];", "dataMask"),
    (PLAIN.replace("input:", "mosaicking: 'TILE', input:"), "dataMask"),
    (PLAIN.replace("//VERSION=3", ""), "dataMask"),
    (PLAIN.replace("evaluatePixel", "other"), "dataMask"),
    (PLAIN + "}", "line 4"),
])
def test_other_scripts_are_refused(script, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        with_data_mask(script)
