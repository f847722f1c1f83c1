"""Harmful scripts sent to a real hub: an error of the service within the budget, and others are served meanwhile."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request

import pytest
from evalscript_cases import ENGINES, v3
from hub_fakes import ACCOUNT
from synthetic_scenes import write_scene

from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.render_process import RenderBudget
from sentinel_workbench.localhub.serving import LocalHub

SECONDS = 1.0


def made(body, more=""):
    return v3(body, output="{bands: 1}", more=more)


GOOD = made("return [s.B04];")
SLOW = "longer than the allowed 1 s"
GREEDY = "more than the allowed 700 MB|more memory than allowed|broke down|RangeError|longer than the allowed"
DEEP = "broke down|RangeError"


@pytest.fixture(scope="module", params=ENGINES)
def hub(request, tmp_path_factory):
    folder = tmp_path_factory.mktemp("budgets")
    write_scene(folder / "in" / "20190101T100000", {"B04": 1234})
    ingest_folder(folder / "in", folder / "data", "sentinel-2-l1c")
    budget = RenderBudget(SECONDS, 700, request.param)
    with LocalHub(folder / "data", ACCOUNT, workers=2, budget=budget) as hub:
        yield hub


def fetch(url, data, headers):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(urllib.request.Request(url, data, headers), timeout=30) as response:
            return response.status, response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


@pytest.fixture(scope="module")
def bearer(hub):
    form = f"grant_type=client_credentials&client_id={ACCOUNT.client_id}&client_secret=a+key+for+tests+only"
    content = {"Content-Type": "application/x-www-form-urlencoded"}
    return {"Authorization": "Bearer " + json.loads(fetch(hub.address()["token_url"], form.encode(), content)[1])[
        "access_token"]}


def render(hub, bearer, script):
    body = {
        "input": {
            "bounds": {
                "properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/32631"},
                "bbox": [500000, 4999920, 500080, 5000000],
            },
            "data": [{"type": "sentinel-2-l1c", "dataFilter": {"timeRange": {
                "from": "2019-01-01T00:00:00Z", "to": "2019-01-02T00:00:00Z"}}}],
        },
        "evalscript": script,
        "output": {"width": 8, "height": 8},
    }
    headers = {**bearer, "Content-Type": "application/json", "Accept": "image/png"}
    return fetch(hub.url + "/api/v1/process", json.dumps(body).encode(), headers)


def refused(answer, words):
    """The error is in the service's shape and says one of ``words``, parted by bars."""
    status, body = answer
    error = json.loads(body)["error"]
    assert (status, error["status"], error["reason"]) == (400, 400, "Bad Request")
    assert error["code"] == "RENDERER_EXCEPTION" and error["message"].startswith("Failed to evaluate script!")
    assert "Traceback" not in error["message"]
    assert any(word in error["message"] for word in words.split("|")), error["message"]


def refused_while_others_are_served(hub, bearer, script, words):
    answers = []
    harm = threading.Thread(target=lambda: answers.append(render(hub, bearer, script)))
    begun = time.monotonic()
    harm.start()
    served = 0
    while harm.is_alive():
        status, body = render(hub, bearer, GOOD)
        assert status == 200 and body.startswith(b"\x89PNG")
        served += 1
    assert time.monotonic() - begun < SECONDS + 40
    refused(answers[0], words)
    assert served
    # Both processes serve again, the replaced one too.
    both = [threading.Thread(target=lambda: answers.append(render(hub, bearer, GOOD))) for _ in range(2)]
    for thread in both:
        thread.start()
    for thread in both:
        thread.join()
    assert [status for status, _ in answers[1:]] == [200, 200]


@pytest.mark.parametrize("script", [
    made("while (true) {}"),
    made("return [1];", more=", mosaicking: 'TILE'") + "function preProcessScenes() { for (;;); }",
], ids=["pixel", "hook"])
def test_endless_loops(hub, bearer, script):
    refused_while_others_are_served(hub, bearer, script, SLOW)


@pytest.mark.parametrize("body", [
    "var kept = []; while (true) kept.push(new Array(1000).fill(1.5));",
    "var kept = []; while (true) { var all = new Uint8Array(1e8); all.fill(1); kept.push(all); }",
    "return [new Array(5e8).fill(1).length];",
    "return [('x'.repeat(1e9) + 'y').length, 'x'.repeat(2e9).charCodeAt(5)];",
], ids=["arrays", "buffers", "array-4GB", "texts-2GB"])
def test_greedy_scripts(hub, bearer, body):
    refused_while_others_are_served(hub, bearer, made(body), GREEDY)


@pytest.mark.parametrize("body", [
    "return evaluatePixel(s);",
    "var a = {}; for (var i = 0; i < 3e6; i++) a = {a: a}; return [JSON.stringify(a).length, evaluatePixel(s)];",
], ids=["calls", "json"])
def test_deep_recursion(hub, bearer, body):
    refused_while_others_are_served(hub, bearer, made(body), DEEP + "|" + GREEDY)


def test_a_catastrophic_regular_expression(hub, bearer):
    """V8 tries for ever; QJSEngine gives up by itself and finds nothing."""
    script = made("return [/^(a+)+$/.test('a'.repeat(40) + 'b') ? 1 : 0];")
    if render(hub, bearer, script)[0] != 200:
        refused_while_others_are_served(hub, bearer, script, SLOW)


def test_a_large_script_runs_and_a_larger_one_is_refused(hub, bearer):
    assert render(hub, bearer, GOOD + "/*" + "x" * 411_000 + "*/")[0] == 200
    status, body = render(hub, bearer, GOOD + "/*" + "x" * 17_000_000 + "*/")
    assert (status, json.loads(body)["error"]["code"]) == (413, "COMMON_BAD_PAYLOAD")
