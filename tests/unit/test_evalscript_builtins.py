"""The documented golden values of the built-ins, the same on every engine."""

from __future__ import annotations

import pytest
from evalscript_cases import ENGINES, make, run_simple, v3, value_of

MAX = 1.7976931348623157e308
STEPS = "[[0,0,0],[.1,.2,.5],[.2,.4,.6],[.3,.6,.7],[.4,.8,.8],[.5,1,.9]]"
PAIRS = "[[200, 0xff0000], [300, 0x0000ff]]"
MAP, RAMP, GRADIENT = "ColorMapVisualizer", "ColorRampVisualizer", "ColorGradientVisualizer"


def five(factory, *colours):
    """The documented points of a factory's colours."""
    return [(f"{factory}.process({at})", colour) for at, colour in zip((0, 0.3, 0.5, 0.8, 1), colours)]


GOLDEN = [
    ("index(0.6, 0.4)", 0.2), ("index(0.5, -0.5)", 0), ("index(0, 0)", 0),
    ("inverse(2)", 0.5), ("inverse(5)", 0.2), ("inverse(0)", MAX), ("JAVA_DOUBLE_MAX_VAL", MAX),
    ("int2rgb(255)", [0, 0, 255]), ("int2rgb(256)", [0, 1, 0]), ("int2rgb(65537)", [1, 0, 1]),
    ("rgb2int([0, 0, 255])", 255), ("rgb2int([0, 1, 0])", 256), ("rgb2int([1, 0, 1])", 65537),
    ("normalizeRGB([0, 51, 255])", [0, 0.2, 1]),
    ("combine([100,0,0],[0,100,0],1)", [100, 0, 0]), ("combine([100,0,0],[0,100,0],0)", [0, 100, 0]),
    ("combine([100,0,0],[0,100,0],0.5)", [50, 50, 0]),
    *[(f"valueMap({v}, [1,3,5,7,10], [100,300,500,700,900])", want)
      for v, want in ((5, 500), (1, 100), (2, 300), (12, 900))],
    ("valueMap(50)", 50),
    *[(f"valueInterpolate({v}, [-10,-5,0,5,10], [-1000,-50,0,50,1000])", want)
      for v, want in ((0, 0), (-10, -1000), (9, 810))],
    ("valueInterpolate(50)", 50),
    (f"valueInterpolate(0.1, [0,.2,.4,.6,.8,1], {STEPS})", [0.05, 0.1, 0.25]),
    (f"colorBlend(0.1, [0,.2,.4,.6,.8,1], {STEPS})", [0.05, 0.1, 0.25]),
    ("colorMap(0.5, [0, 0.5, 1], [[1], [2], [3], [4]])", [3]), ("colorMap(5, [0, 1], [[1], [2], [3]])", [3]),
    *[(f"new {MAP}({PAIRS}).process({v})", [1, 0, 0]) for v in (199, 200, 250, 299)],
    (f"new {MAP}({PAIRS}).process(300)", [0, 0, 1]),
    ("ColorMapVisualizer.createDefaultColorMap().process(-0.05)", [0x9A / 255, 0, 0]),
    (f"new {RAMP}({PAIRS}).process(199)", [1, 0, 0]), (f"new {RAMP}({PAIRS}).process(200)", [1, 0, 0]),
    (f"new {RAMP}({PAIRS}).process(250)", [0.4980392156862745, 0, 0.4980392156862745]),
    (f"new {RAMP}({PAIRS}).process(299)", [0.00784313725490196, 0, 0.9882352941176471]),
    (f"new {RAMP}({PAIRS}).process(300)", [0, 0, 1]),
    (f"new {RAMP}({PAIRS}, 0, 1).process(0.5)", [0.4980392156862745, 0, 0.4980392156862745]),
    (f"new {RAMP}([[0, [0, 10]], [1, [100, 30]]]).process(0.25)", [25, 15]),
    (f"(v => {{ v.inverse(); return v.process(200); }})(new {RAMP}({PAIRS}))", [0, 0, 1]),
    *five(f"{RAMP}.createRedTemperature(0, 1)", [0, 0, 0], [1, 0.43137254901960786, 0], [1, 0.5137254901960784, 0],
          [1, 0.8, 0.5764705882352941], [1, 1, 1]),
    *five(f"{RAMP}.createWhiteGreen(0, 1)", [0, 0, 0], [0, 0.4, 0], [0.3333333333333333, 0.6, 0],
          [0.7490196078431373, 0.8509803921568627, 0.4980392156862745], [1, 1, 1]),
    *five(f"{RAMP}.createBlueRed(0, 1)", [0, 0, 0.5019607843137255], [0, 0.6980392156862745, 1],
          [0.4980392156862745, 1, 0.4980392156862745], [1, 0.2980392156862745, 0], [0.5019607843137255, 0, 0]),
    *five(f"{GRADIENT}.createRedTemperature(0, 1)", [0, 0, 0], [0.43137254901960786, 0, 0],
          [0.7176470588235294, 0.047058823529411764, 0], [1, 0.6196078431372549, 0.2], [1, 1, 1]),
    *five(f"{GRADIENT}.createWhiteGreen(0, 1)", [0, 0, 0], [0, 0.2980392156862745, 0],
          [0.16862745098039217, 0.5019607843137255, 0], [0.6666666666666666, 0.8, 0.3333333333333333], [1, 1, 1]),
    *five(f"{GRADIENT}.createBlueRed(0, 1)", [0, 0, 0.5019607843137255], [0, 0.7019607843137254, 1],
          [0.5019607843137255, 1, 0.5019607843137255], [1, 0.2980392156862745, 0], [0.5019607843137255, 0, 0]),
    (f"{RAMP}.createOceanColor(0, 10).process(10)", [105 / 255, 0, 0]),
    *[(f"new HighlightCompressVisualizer(0.1, 0.4).process({v})", want) for v, want in
      ((0, 0), (0.1, 0), (0.25, 0.5), (0.376, 0.92), (0.4, 0.925925925925926), (0.7, 1), (1.1, 1))],
    ("new HighlightCompressVisualizer(0.1, 0.4).processList([0, 0.25])", [0, 0.5]),
    ("new HighlightCompressVisualizerSingle(0.1, 0.4).process(0.25)", [0.5]),
    ("new DefaultVisualizer(0, 0.4).processList([0.1, 0.4, 0.9])", [0.25, 1, 1]),
    ("new DefaultVisualizer(0, 1, 1, 0, 2).process(0.5)", 0.25),
    ("new Identity().process(3)", [3]), ("new Identity().process([3, 4])", [3, 4]),
    ("decodeS3OLCIQualityFlags(2147483649).land", 1), ("decodeS3OLCIQualityFlags(2147483649).saturatedB21", 1),
    ("decodeS3OLCIQualityFlags(2147483649).dubious", 0), ("decodeLs8Qa(6144).cirrus", 3),
    ("[SampleType.FLOAT32 === 'FLOAT32', Mosaicking.TILE === 'TILE', Mosaicking.TILES === undefined]", [1, 1, 1]),
]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("expression", "expected"), GOLDEN)
def test_documented_value(engine, expression, expected):
    assert value_of(expression, engine) == pytest.approx(expected, rel=1e-15, abs=1e-16)


@pytest.mark.parametrize("engine", ENGINES)
def test_landsat_quality_of_the_documentation(engine):
    assert value_of("decodeL8C2Qa(55052)", engine) == {
        "fill": 0, "dilatedCloud": 0, "cirrus": 1, "cloud": 1, "cloudShadow": 0, "snow": 0, "clear": 0, "water": 0,
        "cloudConfidence": 3, "cloudShadowConfidence": 1, "snowIceConfidence": 1, "cirrusConfidence": 3,
    }


@pytest.mark.parametrize("engine", ENGINES)
def test_blending_never_hands_out_the_tables_own_arrays(engine):
    table = "var t = [[1, 2], [3, 4]]; colorBlend(0, [0, 1], t)[0] = 9; valueMap(0, [0, 1], t)[1] = 9;"
    assert value_of("t", engine, before=table) == [[1, 2], [3, 4]]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("declaration", [
    "let index = (a, b) => 7;", "const index = function () { return 7; };", "var index = () => 7;",
    "function index() { return 7; }", "index = function () { return 7; };",
])
def test_a_script_may_declare_a_builtin_name_itself(engine, declaration):
    script = v3("return [index(s.B04, 1)];") + declaration
    assert run_simple(make(script, engine), B04=0.5)["default"].item() == 7


@pytest.mark.parametrize("engine", ENGINES)
def test_a_class_may_take_the_name_of_a_visualizer(engine):
    script = v3("return [new Identity().process()];") + "class Identity { process() { return 5; } }"
    assert run_simple(make(script, engine), B04=0.5)["default"].item() == 5
