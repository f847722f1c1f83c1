"""The public library's Statistical API client against the local hub, on scenes whose pixels the test knows."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from public_library import run_client
from synthetic_scenes import write_scene

from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.oauth import random_account
from sentinel_workbench.localhub.serving import LocalHub

CLIENT = Path(__file__).with_name("statistics_client.py")
DAYS = ("20190103T100000", "20190112T100000", "20190113T100000")


@pytest.fixture(scope="module")
def pixels():
    """B04 and B08 of three days; the second is the only one with red above 0.25, the first has holes."""
    random = np.random.default_rng(11)
    found = {}
    for day in DAYS:
        red, nir = random.integers(1, 2400, (8, 8)), random.integers(1, 4000, (8, 8))
        found[day] = red.astype(np.uint16), nir.astype(np.uint16)
    found[DAYS[0]][0][:3, :5] = 0
    found[DAYS[1]][0][4, 4] = 2900
    return found


@pytest.fixture(scope="module")
def ask(pixels, tmp_path_factory):
    """What each job of the client script found."""
    folder = tmp_path_factory.mktemp("statistics")
    for day, (red, nir) in pixels.items():
        write_scene(folder / "in" / day, {"B04": red, "B08": nir})
    ingest_folder(folder / "in", folder / "data", "sentinel-2-l2a")
    with LocalHub(folder / "data", random_account(), workers=2) as hub:
        found = run_client(CLIENT, "everything", tmp_path_factory.mktemp("client"), hub.address())
    return found.__getitem__


def expected(values):
    values = values.astype(np.float32).astype(np.float64)
    return {"min": values.min(), "max": values.max(), "mean": pytest.approx(values.mean()),
            "stDev": pytest.approx(values.std())}


def index_of(pixels, day):
    red, nir = pixels[day]
    kept = (red > 0) & (nir > 0)
    red, nir = red[kept] * 0.0001, nir[kept] * 0.0001
    return (nir - red) / (nir + red)


def test_simple(ask, pixels):
    found = ask("simple")
    answer = found["answer"]
    assert answer["status"] == "OK"
    assert [e["interval"]["from"][:10] for e in answer["data"]] == ["2019-01-03", "2019-01-12", "2019-01-13"]
    for entry, day in zip(answer["data"], DAYS):
        assert list(entry["outputs"]) == ["ndvi", "bands"]
        assert list(entry["outputs"]["bands"]["bands"]) == ["red", "nir"]
        stats = entry["outputs"]["ndvi"]["bands"]["B0"]["stats"]
        values = index_of(pixels, day)
        assert stats == {**expected(values), "sampleCount": 64, "noDataCount": 64 - values.size}


def test_histograms_and_percentiles_in_the_recorded_shape(ask, pixels):
    found = ask("calculated")
    for entry, row, day in zip(found["answer"]["data"], found["rows"], DAYS):
        band = entry["outputs"]["ndvi"]["bands"]["B0"]
        values = np.sort(index_of(pixels, day).astype(np.float32))
        counts, _ = np.histogram(values.astype(np.float64), np.linspace(-1, 1, 21))
        assert list(band) == ["stats", "histogram"]
        assert list(band["histogram"]) == ["bins", "overflowCount", "underflowCount"]
        assert row["ndvi_B0_counts"] == counts.tolist() and len(row["ndvi_B0_bins"]) == 21
        places = {f"{k}.0": values[int(values.size * k / 100)] for k in (5, 50, 95)}
        assert band["stats"]["percentiles"] == places
        assert row["ndvi_B0_percentiles_50.0"] == places["50.0"]
        assert "histogram" not in entry["outputs"]["bands"]["bands"]["red"]
    assert found["failed"] == []


def test_inside_a_geometry(ask, pixels):
    (first, _) = ask("inside_geometry")["answer"]["data"]
    stats = first["outputs"]["bands"]["bands"]["nir"]["stats"]
    red, nir = (band[2:7, 1:5] for band in pixels[DAYS[0]])
    assert stats == {
        **expected(nir[red > 0] * 0.0001), "sampleCount": 4 * 5, "noDataCount": int((red == 0).sum()),
    }


def test_an_interval_whose_script_fails(ask):
    answer = ask("failing_interval")["answer"]
    assert ["error" in entry for entry in answer["data"]] == [False, True, False]
    assert answer["data"][1]["error"]["type"] == "EXECUTION_ERROR" and answer["status"] == "PARTIAL"


def test_several_at_once(ask):
    assert ask("several")["counts"] == [3, 2, 2]


def test_a_refusal_shows_the_hubs_message(ask):
    assert "Output dataMask requested but missing from function setup()" in ask("refused")["message"]
