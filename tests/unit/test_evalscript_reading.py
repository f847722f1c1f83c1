"""Scripts are read without running them, and odd ones never raise."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sentinel_workbench.core.evalscript.lexer import tokenize
from sentinel_workbench.core.evalscript.reading import check_script, read_script

PLAIN = """//VERSION=3
function setup() {
  return {
    input: ["B02", 'B03', `B04`],  // true colour
    output: { bands: 3, sampleType: "uint16" }
  };
}
function evaluatePixel(sample) { return [sample.B04, sample.B03, sample.B02]; }
"""
PIXEL = "\nvar evaluatePixel = s => [1];"


def test_plain_script():
    outline = read_script(PLAIN)
    assert (outline.version, outline.is_simple, outline.mosaicking) == (3, False, "SIMPLE")
    assert [tuple(entry) for entry in outline.inputs] == [(None, ("B02", "B03", "B04"), None)]
    assert [tuple(entry) for entry in outline.outputs] == [("default", 3, "UINT16")]
    assert outline.defines == {"setup", "evaluatePixel"}
    assert check_script(PLAIN) == []


@pytest.mark.parametrize("setup", [
    "var setup = () => ({input: [{bands: BANDS, units: 'DN'}], output: OUT, mosaicking: Mosaicking.TILE});",
    "const setup = () => { return {input: [{bands: [...BANDS], units: 'DN'}], output: OUT, mosaicking: 'tile'} };",
    "let setup = function () { const x = (1); return {'input': [{\"bands\": BANDS, units: 'DN',},], output: OUT,\n"
    "mosaicking: Mosaicking['TILE'], mosaicking: \"TILE\"}; };",
    "function setup() {\n  return {\n input: [{datasource: undefined, bands: BANDS, units: 'DN',"
    " mosaicking: 'TILE'}],\n"
    "    ...{output: OUT}\n  }\n}",
])
def test_styles_and_constants(setup):
    text = "// VERSION 3\nconst BANDS = ['B04', \"dataMask\"]\nvar OUT = [{id: 'a', bands: BANDS.length}, {id: 'b'}];\n"
    outline = read_script(text + setup + PIXEL)
    assert [tuple(entry) for entry in outline.inputs] == [(None, ("B04", "dataMask"), "DN")]
    assert [tuple(entry) for entry in outline.outputs] == [("a", 2, "AUTO"), ("b", None, "AUTO")]
    assert (outline.mosaicking, outline.version) == ("TILE", 3)


def test_fusion_inputs():
    text = "function setup() { return {input: [{datasource: 'l8', bands: ['B05']}, {bands: ['VV'], units: ['DN']}]} }"
    assert [tuple(entry) for entry in read_script(text).inputs] == [
        ("l8", ("B05",), None), (None, ("VV",), ("DN",)),
    ]


def test_nested_functions_and_comments_do_not_count():
    text = "// function setup() {}\nfunction f() { function setup() {} var evaluatePixel = 1; }\nreturn [B04];"
    outline = read_script(text)
    assert outline.is_simple
    assert outline.bands_among(["B02", "B04", "dataMask"]) == ("B04",)


def test_words_in_texts_count_only_with_eval():
    assert read_script("return ['B04'];").bands_among(["B04"]) == ()
    assert read_script("return [eval('B04')];").bands_among(["B04"]) == ("B04",)


def test_what_can_not_be_read_is_left_out():
    outline = read_script("function setup() { return {input: bands(), output: {id: name, bands: n * 2}} }" + PIXEL)
    assert outline.inputs == ()
    assert [tuple(entry) for entry in outline.outputs] == [("default", None, "AUTO")]


def test_a_constant_made_of_itself_ends():
    read_script("const a = [...a, a]; function setup() { return {input: a, output: {bands: a.length}} }")


@pytest.mark.parametrize(("text", "line", "words"), [
    (PLAIN.replace("'B03'", "'B03"), 4, "does not end on its line"),
    (PLAIN.replace("`B04`]", "`B04`"), 6, "'[' of line 4 is still open"),
    (PLAIN + "}", 9, "closes nothing"),
    (PLAIN + "\nfunction f() {", 10, "never closed"),
    (PLAIN + "/* end", 9, "never closed"),
    (PLAIN.replace("evaluatePixel", "evaluate"), 9, "evaluatePixel() is missing"),
    (PLAIN.replace("//VERSION=3", ""), 1, "//VERSION=3"),
])
def test_problems_are_told_with_their_line(text, line, words):
    problem = check_script(text)[0]
    assert problem.line == line and words in problem.message


@pytest.mark.parametrize("text", [
    "return [/[/{]/.test('x') ? 1 : 0];", "var a = 4 / 2 / 1; return [a];", "return [`${`}`}{`.length];",
    "return [B04 /* } */]; // {",
    "return ['\\'{', \"}\"].length;", "return a ? /}/.exec(a) : 1;",
])
def test_regular_expressions_texts_and_templates_hide_brackets(text):
    assert check_script(text) == []


def test_a_large_script_is_read_at_once():
    text = PLAIN + "".join(f"// row {i}\nvar table{i} = [{i}, '{i}', {{a: {i}}}];\n" for i in range(12000))
    assert len(text) > 400_000
    start = time.perf_counter()
    assert read_script(text).inputs[0].bands == ("B02", "B03", "B04")
    assert time.perf_counter() - start < 20, "reading in squared time takes minutes"


PIECES = ["function setup() {", "return", "{", "}", "[", "]", "(", ")", "input:", "output", "'B04'", "\"", "'", "`",
          "${", "/*", "*/", "//", "\n", "/", "=>", "...", "const a =", "a", ",", ":", ";", "-",
          "0x", "1e", ".", "\\", "é", "\x00"]


@settings(max_examples=300, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(PIECES), max_size=40).map("".join)))
def test_no_text_makes_reading_raise(text):
    read_script(text)
    check_script(text)
    tokens = tokenize(text)
    assert "".join(token.text for token in tokens).replace(" ", "") == "".join(
        text[token.start:token.start + len(token.text)] for token in tokens
    ).replace(" ", "")
