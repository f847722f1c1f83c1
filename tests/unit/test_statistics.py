"""Answers of the Statistical API against numpy on the pixels of the scene files."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hub_fakes import ACCOUNT, MemoryStore, make_hub
from osgeo import gdal
from real_scenes import BOUNDS, CRS, SITE, make_cogs
from statistics_orders import RED, InlinePool, ask, statistics_body
from synthetic_scenes import write_raster, write_scene

from sentinel_workbench.core.model.units import processing_units
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.workers import MEASURE_INTERVAL, ClientGone, RenderBudget, RenderPool

gdal.UseExceptions()
DAYS = ("20190103T100000", "20190104T100000", "20190120T100000")
TWO = """//VERSION=3
function setup() { return {input: [{bands: ["B04", "B08", "dataMask"], units: "DN"}], output: [
  {id: "bands", bands: ["red", "nir"]}, {id: "index", bands: 2, sampleType: "UINT8"},
  {id: "dataMask", bands: %s}]}; }
function evaluatePixel(s) {
  return {bands: [s.B04, s.B08], index: [s.B04 / 10, 7], dataMask: %s};
}
"""


def series(folder: Path):
    """Pixels of B04 and B08 by day; B04 has holes (0), and different ones each day."""
    random = np.random.default_rng(4)
    pixels = {}
    for day in DAYS:
        red, nir = (random.integers(1, 2500, (8, 8)).astype(np.uint16) for _ in range(2))
        red[random.random((8, 8)) < 0.3] = 0
        pixels[day] = red, nir
    return pixels


@pytest.fixture(scope="module")
def scenes(tmp_path_factory):
    """The pixels and the store; a scene a day."""
    folder = tmp_path_factory.mktemp("statistics")
    pixels = series(folder)
    for day, (red, nir) in pixels.items():
        write_scene(folder / "in" / day, {"B04": red, "B08": nir})
    ingest_folder(folder / "in", folder / "data", "sentinel-2-l2a")
    return pixels, folder / "data"


def bands_of(entry, output):
    return entry["outputs"][output]["bands"]


def expected_stats(values, size=64):
    values = values.astype(np.float64)
    return {
        "min": values.min(), "max": values.max(), "mean": pytest.approx(values.mean(), rel=1e-12),
        "stDev": pytest.approx(np.sqrt(((values - values.mean()) ** 2).sum() / values.size), rel=1e-12),
        "sampleCount": size, "noDataCount": size - values.size,
    }


def test_statistics_of_every_day_with_data_equal_numpy(scenes):
    pixels, data = scenes
    status, answer, headers = ask(data, statistics_body())
    assert status == 200 and answer["status"] == "OK"
    assert [entry["interval"] for entry in answer["data"]] == [
        {"from": "2019-01-03T00:00:00Z", "to": "2019-01-04T00:00:00Z"},
        {"from": "2019-01-04T00:00:00Z", "to": "2019-01-05T00:00:00Z"},
        {"from": "2019-01-20T00:00:00Z", "to": "2019-01-21T00:00:00Z"},
    ]
    for entry, (red, _) in zip(answer["data"], pixels.values()):
        assert list(entry["outputs"]) == ["red"]
        assert bands_of(entry, "red") == {"B0": {"stats": expected_stats(red[red > 0])}}
    assert headers["x-processingunits-spent"] == repr(3 * max(0.01 / 3, 0.005))


def test_an_interval_is_one_mosaic(scenes):
    """Least recent first: the first day, its holes filled by the second."""
    pixels, data = scenes
    _, answer, _ = ask(data, statistics_body(of="P10D"))
    first, second = (pixels[day][0] for day in DAYS[:2])
    mosaic = np.where(first > 0, first, second)
    assert (mosaic == 0).any() and len(answer["data"]) == 2
    assert bands_of(answer["data"][0], "red")["B0"]["stats"] == expected_stats(mosaic[mosaic > 0])


def test_pixels_over_time_by_orbit(scenes):
    pixels, data = scenes
    script = RED.replace("output:", "mosaicking: 'ORBIT', output:").replace(
        "return {red: [s.B04], dataMask: [s.dataMask]}",
        "return {red: [s.reduce((sum, x) => sum + x.B04, 0)], dataMask: [s.some(x => x.dataMask)]}",
    )
    body = statistics_body(script, of="P31D", input__data__0__type="sentinel-2-l1c")
    assert ask(data, body)[1]["data"] == []
    body = statistics_body(script, of="P31D")
    _, answer, headers = ask(data, body)
    total = sum(red.astype(int) for red, _ in pixels.values())
    assert bands_of(answer["data"][0], "red")["B0"]["stats"] == expected_stats(total[total > 0])
    assert headers["x-processingunits-spent"] == repr(0.01 / 3 * 3)


def test_one_mask_for_all_outputs(scenes):
    pixels, data = scenes
    _, answer, _ = ask(data, statistics_body(TWO % ("1", "[s.dataMask]")))
    red, nir = pixels[DAYS[0]]
    entry = answer["data"][0]
    assert list(entry["outputs"]) == ["bands", "index"]
    bands, index = bands_of(entry, "bands"), bands_of(entry, "index")
    kept = (red > 0) & (nir > 0)
    assert bands["red"]["stats"] == expected_stats(red[kept])
    assert bands["nir"]["stats"] == expected_stats(nir[kept])
    tenth = np.floor(np.minimum(red[kept] / 10, 255) + 0.5)
    assert list(index) == ["B0", "B1"] and index["B0"]["stats"] == expected_stats(tenth)
    assert index["B1"]["stats"] == expected_stats(np.full(kept.sum(), 7))


@pytest.mark.parametrize("names, returned, masked", [
    ('["bands"]', "[s.B04 > 1000]", {"bands": 1000, "index": None}),
    ('["index", "bands"]', "[s.B04 > 500, s.B04 > 1000]", {"bands": 1000, "index": 500}),
    ('["any"]', "[s.B04 > 500]", {"bands": 500, "index": 500}),
])
def test_masks_of_single_outputs(scenes, names, returned, masked):
    pixels, data = scenes
    _, answer, _ = ask(data, statistics_body(TWO % (names, returned)))
    red, _ = pixels[DAYS[0]]
    for output, limit in masked.items():
        for band in bands_of(answer["data"][0], output).values():
            lost = 0 if limit is None else 64 - int((red > limit).sum())
            assert (band["stats"]["sampleCount"], band["stats"]["noDataCount"]) == (64, lost)


def test_no_data_are_counted_unless_the_mask_says_so(scenes):
    pixels, data = scenes
    script = RED.replace("[s.dataMask]", "[1]")
    _, answer, _ = ask(data, statistics_body(script))
    assert bands_of(answer["data"][0], "red")["B0"]["stats"] == expected_stats(pixels[DAYS[0]][0])


def test_outside_the_geometry_counts_as_no_data(scenes):
    pixels, data = scenes
    ring = [[500020, 4999940], [500060, 4999940], [500060, 4999980], [500020, 4999980], [500020, 4999940]]
    body = statistics_body(input__bounds__geometry={"type": "Polygon", "coordinates": [ring]})
    _, answer, _ = ask(data, body)
    inner = pixels[DAYS[0]][0][2:6, 2:6]
    assert bands_of(answer["data"][0], "red")["B0"]["stats"] == expected_stats(inner[inner > 0])


def test_histograms_and_percentiles_of_the_same_pixels(scenes):
    pixels, data = scenes
    calculations = {
        "default": {"statistics": {"default": {"percentiles": {"k": [0, 33, 50, 100]}}}},
        "bands": {
            "histograms": {"default": {"nBins": 4, "lowEdge": 200, "highEdge": 2000}, "nir": {"bins": [0, 10, 3000]}},
            "statistics": {"red": {"percentiles": {"k": [50]}}},
        },
    }
    script = TWO % ("1", "[1]")
    _, answer, _ = ask(data, statistics_body(script, calculations=calculations))
    red, nir = pixels[DAYS[0]]
    nir = np.where(red > 0, nir, 0)
    bands, index = bands_of(answer["data"][0], "bands"), bands_of(answer["data"][0], "index")
    histogram = bands["red"]["histogram"]
    counts, edges = np.histogram(red, 4, (200, 2000))
    assert [b["count"] for b in histogram["bins"]] == counts.tolist()
    assert [b["lowEdge"] for b in histogram["bins"]] + [histogram["bins"][-1]["highEdge"]] == edges.tolist()
    assert histogram["underflowCount"] == (red < 200).sum() and histogram["overflowCount"] == (red > 2000).sum()
    assert [b["count"] for b in bands["nir"]["histogram"]["bins"]] == [(nir < 10).sum(), (nir >= 10).sum()]
    assert bands["red"]["stats"]["percentiles"] == {"50.0": sorted(red.ravel())[32]}
    assert "percentiles" not in bands["nir"]["stats"] and "histogram" not in index["B0"]
    tenth = np.sort(np.floor(np.minimum(red.ravel() / 10, 255) + 0.5))
    expected = {"0.0": tenth[0], "33.0": tenth[21], "50.0": tenth[32], "100.0": tenth[63]}
    assert index["B0"]["stats"]["percentiles"] == expected


def test_an_interval_whose_scenes_have_no_data_there(scenes, tmp_path):
    _, data = scenes
    body = statistics_body(RED.replace("[s.dataMask]", "[0]"), calculations={"default": {
        "histograms": {"default": {"nBins": 2, "lowEdge": 0, "highEdge": 1}},
        "statistics": {"default": {"percentiles": {"k": [50]}}},
    }})
    _, answer, _ = ask(data, body)
    assert len(answer["data"]) == 3
    assert bands_of(answer["data"][0], "red")["B0"] == {
        "stats": {"min": "NaN", "max": "NaN", "mean": "NaN", "stDev": "NaN", "sampleCount": 64, "noDataCount": 64},
        "histogram": {
            "bins": [{"lowEdge": 0.0, "highEdge": 0.5, "count": 0}, {"lowEdge": 0.5, "highEdge": 1.0, "count": 0}],
            "overflowCount": 0, "underflowCount": 0,
        },
    }


def test_without_scenes_there_is_nothing_but_the_script_is_looked_at(scenes):
    _, data = scenes
    pool = InlinePool(data)
    body = statistics_body(first="2018-01-01T00:00:00Z", last="2018-12-31T00:00:00Z")
    status, answer, headers = ask(data, body, pool)
    assert (status, answer) == (200, {"data": [], "status": "OK"}) and pool.done == ["check-statistics"]
    assert headers["x-processingunits-spent"] == "0.01"
    refused = statistics_body("//VERSION=3\nfunction", first="2018-01-01T00:00:00Z")
    assert ask(data, refused)[0] == 400


FAILS_ABOVE = RED.replace("(s) { return", "(s) { if (s.B04 > %s) { throw new Error('too red'); } return")


def test_an_interval_whose_script_fails_leaves_the_others(scenes):
    pixels, data = scenes
    highest = [int(red.max()) for red, _ in pixels.values()]
    limit = sorted(highest)[1]
    assert len(set(highest)) == 3
    _, answer, headers = ask(data, statistics_body(FAILS_ABOVE % limit))
    failed = [entry for entry in answer["data"] if "error" in entry]
    assert answer["status"] == "PARTIAL" and len(failed) == 1 and len(answer["data"]) == 3
    assert set(failed[0]) == {"interval", "error"} and failed[0]["error"]["type"] == "EXECUTION_ERROR"
    assert "too red" in failed[0]["error"]["message"]
    assert headers["x-processingunits-spent"] == "0.01"
    assert ask(data, statistics_body(FAILS_ABOVE % 0))[1]["status"] == "FAILED"


def test_too_many_bins_are_a_bad_request_of_the_interval(scenes):
    _, data = scenes
    body = statistics_body(calculations={"default": {"histograms": {"default": {"binWidth": 0.0001}}}})
    _, answer, _ = ask(data, body)
    assert answer["status"] == "FAILED" and answer["data"][0]["error"]["type"] == "BAD_REQUEST"


@pytest.mark.parametrize("script, words", [
    (RED.replace('{id: "dataMask", bands: 1}', ""), "Output dataMask requested but missing from function setup()"),
    (RED.replace('{id: "red", bands: 1},', ""), "The evalscript must have an output besides dataMask."),
    (RED.replace('"dataMask", bands: 1', '"dataMask", bands: 2'), "ids of other outputs"),
    (RED.replace('"B04"', '"B99"'), "Collection 'S2L2A' has no band 'B99'."),
    ("//VERSION=3\nfunction setup( {", "Failed to evaluate script!"),
    ("return [1];", "Output dataMask requested"),
])
def test_scripts_that_no_interval_could_run(scenes, script, words):
    _, data = scenes
    status, answer, _ = ask(data, statistics_body(script))
    assert status == 400 and words in answer["error"]["message"]


@pytest.mark.parametrize("calculations, words", [
    ({"green": {}}, "Output green requested but missing from function setup()"),
    ({"red": {"histograms": {"B7": {"nBins": 2}}}}, "Output 'red' has no band 'B7'. Its bands: [B0]."),
])
def test_calculations_of_what_is_not_there(scenes, calculations, words):
    _, data = scenes
    status, answer, _ = ask(data, statistics_body(calculations=calculations))
    assert (status, answer["error"]["message"]) == (400, words)


# ---- real Sentinel-2 scenes --------------------------------------------------------------------------------------

NDVI = """//VERSION=3
function setup() { return {input: ["B04", "B08", "SCL", "dataMask"],
  output: [{id: "ndvi", bands: 1}, {id: "dataMask", bands: 1}]}; }
function evaluatePixel(s) {
  return {ndvi: [(s.B08 - s.B04) / (s.B08 + s.B04)], dataMask: [s.dataMask && s.SCL >= 4 && s.SCL <= 6]};
}
"""


def test_ndvi_of_clear_pixels_of_real_scenes_equals_numpy(tmp_path):
    scenes = make_cogs(tmp_path)
    ingest_folder(scenes, tmp_path / "data")
    body = statistics_body(NDVI, "2019-03-01T00:00:00Z", "2019-05-01T00:00:00Z")
    body["input"]["bounds"] = {"properties": {"crs": f"http://www.opengis.net/def/crs/{CRS.replace(':', '/0/')}"},
                               "bbox": list(BOUNDS)}
    _, answer, _ = ask(tmp_path / "data", body)
    folders = sorted(p for p in (scenes / SITE).glob("2019*") if p.name[:6] in ("201903", "201904"))
    assert len(answer["data"]) == len({p.name[:8] for p in folders}) > 4
    for entry, folder in zip(answer["data"], folders):
        red, nir, scl = (gdal.Open(str(folder / f"{n}.tif")).ReadAsArray() for n in ("B04", "B08", "SCL"))
        clear = np.isin(np.kron(scl, np.ones((2, 2))), (4, 5, 6)) & (red > 0) & (nir > 0)
        red, nir = red * 0.0001, nir * 0.0001
        index = ((nir - red) / (nir + red))[clear].astype(np.float32)
        stats = bands_of(entry, "ndvi")["B0"]["stats"]
        assert stats["noDataCount"] == 64 * 64 - clear.sum()
        if clear.any():
            assert stats == expected_stats(index, 64 * 64)


def test_the_answer_is_plain_json(scenes):
    """Not-a-number and infinities are text, as the service sends them."""
    _, data = scenes
    script = RED.replace("[s.B04]", "[s.B04 > 1000 ? Infinity : s.B04 > 500 ? NaN : -1]").replace("[s.dataMask]", "[1]")
    body = statistics_body(script, calculations={"default": {"histograms": {"default": {"nBins": 1}}}})
    _, answer, _ = ask(data, body)
    json.dumps(answer, allow_nan=False)
    assert bands_of(answer["data"][0], "red")["B0"]["stats"]["mean"] == "NaN"


def test_a_scene_beside_the_geometry_is_no_data(tmp_path):
    """Absent, unlike an interval whose scenes are all masked."""
    write_raster(tmp_path / "in" / "20190103" / "B04.tif", np.full((8, 8), 5, np.uint16), west=600000.0)
    ingest_folder(tmp_path / "in", tmp_path / "data", "sentinel-2-l2a")
    assert ask(tmp_path / "data", statistics_body())[1]["data"] == []


FUSED = """//VERSION=3
function setup() { return {input: [{datasource: "a", bands: ["B04"], units: "DN"},
  {datasource: "b", bands: ["B04"], units: "DN"}], output: [{id: "n", bands: 2}, {id: "dataMask", bands: 1}]}; }
function evaluatePixel(s) {
  return {n: [s.a.length ? s.a[0].B04 : -1, s.b.length ? s.b[0].B04 : -1], dataMask: [1]};
}
"""


def test_fused_inputs_have_an_interval_when_one_of_them_has_a_scene(tmp_path):
    for name, days in {"sentinel-2-l2a": {"20190103": 3, "20190105": 5}, "sentinel-2-l1c": {"20190105": 50}}.items():
        for day, value in days.items():
            write_scene(tmp_path / name / f"{day}T100000", {"B04": value})
        ingest_folder(tmp_path / name, tmp_path / "data", name)
    data = [{"type": "sentinel-2-l2a", "id": "a"}, {"type": "S2L1C", "id": "b"}]
    _, answer, headers = ask(tmp_path / "data", statistics_body(FUSED, input__data=data))
    means = [[band["stats"]["mean"] for band in bands_of(entry, "n").values()] for entry in answer["data"]]
    assert means == [[3, -1], [5, 50]]
    assert float(headers["x-processingunits-spent"]) == pytest.approx(2 * (0.01 * 2 / 3 * 2))


def test_a_collection_without_time_has_every_interval(tmp_path):
    height = np.arange(64, dtype=np.int16).reshape(8, 8) + 100
    write_raster(tmp_path / "in" / "20110101" / "DEM.tif", height, nodata=-32768)
    ingest_folder(tmp_path / "in", tmp_path / "data", "dem")
    script = RED.replace(', units: ["DN", "DN"]', "").replace("B04", "DEM")
    _, answer, _ = ask(tmp_path / "data", statistics_body(script, of="P10D", input__data__0__type="dem"))
    assert [entry["interval"]["from"][:10] for entry in answer["data"]] == ["2019-01-01", "2019-01-11", "2019-01-21"]
    for entry in answer["data"]:
        assert bands_of(entry, "red")["B0"]["stats"] == expected_stats(height)


def test_an_extended_interval_uses_the_scenes_beyond_the_range(scenes):
    pixels, data = scenes
    body = statistics_body(last="2019-01-04T00:00:00Z", of="P5D")
    assert ask(data, body)[1]["data"] == []
    body["aggregation"]["aggregationInterval"]["lastIntervalBehavior"] = "SHORTEN"
    (entry,) = ask(data, body)[1]["data"]
    assert entry["interval"]["to"] == "2019-01-04T00:00:00Z"
    first, second = (pixels[day][0] for day in DAYS[:2])
    assert bands_of(entry, "red")["B0"]["stats"] == expected_stats(first[first > 0])
    body["aggregation"]["aggregationInterval"]["lastIntervalBehavior"] = "EXTEND"
    (entry,) = ask(data, body)[1]["data"]
    mosaic = np.where(first > 0, first, second)
    assert entry["interval"]["to"] == "2019-01-06T00:00:00Z"
    assert bands_of(entry, "red")["B0"]["stats"] == expected_stats(mosaic[mosaic > 0])


def test_bands_set_by_the_script_for_each_interval(scenes):
    """One band a scene, so intervals differ."""
    _, data = scenes
    script = RED.replace("output:", "mosaicking: 'TILE', output:").replace(
        "return {red: [s.B04], dataMask: [s.dataMask]}", "return {red: s.map(x => x.B04), dataMask: [1]}"
    ) + "function updateOutput(outputs, c) { outputs.red.bands = c.scenes.length; }"
    _, answer, _ = ask(data, statistics_body(script, of="P10D"))
    assert [list(bands_of(entry, "red")) for entry in answer["data"]] == [["B0", "B1"], ["B0"]]


def test_what_the_recorded_request_cost():
    """660657 pixels of three bands on two days, with a 32 bit output: 5.040412902832031 units."""
    assert 2 * processing_units(660657, 1, 3) == 5.040412902832031


@pytest.mark.parametrize("path", ["/api/v1/statistics", "/statistics/v1", "/api/v1/statistics/"])
def test_both_path_families_ask_for_a_token(path):
    hub = make_hub(MemoryStore(), None)
    assert hub.answer(HubRequest("POST", path)).status == 401
    assert hub.answer(HubRequest("GET", path)).status == 405
    form = f"grant_type=client_credentials&client_id={ACCOUNT.client_id}&client_secret={ACCOUNT.client_secret}"
    token = json.loads(hub.answer(HubRequest("POST", "/oauth/token", body=form.replace(" ", "+").encode())).body)
    answer = hub.answer(HubRequest("POST", path, headers={"authorization": f"Bearer {token['access_token']}"}))
    assert answer.status == 400 and json.loads(answer.body)["error"]["code"] == "COMMON_BAD_PAYLOAD"


# ---- in render processes -----------------------------------------------------------------------------------------

def test_an_endless_script_ends_within_the_budget(scenes):
    """After two intervals that took too long the third is not tried."""
    _, data = scenes
    script = RED.replace("(s) { return", "(s) { while (true) {} return")
    pool = RenderPool(1, data, RenderBudget(seconds=0.5))
    try:
        status, answer, headers = ask(data, statistics_body(script), pool)
    finally:
        pool.close()
    assert (status, answer["status"]) == (200, "FAILED")
    assert [entry["error"]["type"] for entry in answer["data"]] == ["TIMEOUT"] * 3
    assert ["Not tried" in entry["error"]["message"] for entry in answer["data"]] == [False, False, True]
    assert headers["x-processingunits-spent"] == "0.01"


class LeftAlone(InlinePool):
    """Its client leaves while the first interval is measured."""

    def run(self, job, request, abandoned=lambda: False):
        if job == MEASURE_INTERVAL:
            raise ClientGone()
        return super().run(job, request, abandoned)


def test_nobody_waits_for_the_intervals_of_a_client_that_left(scenes):
    _, data = scenes
    with pytest.raises(ClientGone):
        ask(data, statistics_body(), LeftAlone(data))
