"""The examples of the public Process API notebook, by the public library, against the local hub."""

from __future__ import annotations

import json

import pytest

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.model.projection import grid_for_resolution
from sentinel_workbench.core.model.timerange import TimeRange

SHAPE = [1047, 631, 3]


def test_true_color(ask):
    answer, _ = ask("true_color")
    assert answer["shape"] == SHAPE and answer["dtype"] == "uint8"
    assert answer["distinct"] > 30


def test_cloud_mask(ask):
    answer, _ = ask("cloud_mask")
    assert answer["shape"] == SHAPE
    assert answer["distinct"] > 60


def test_the_least_cloudy_image_is_darker_than_the_most_recent(ask):
    answer, _ = ask("least_cloudy")
    assert answer["least"]["mean"] < answer["recent"]["mean"]


def test_all_bands_saved_and_read_again_share_our_cache(ask, hub):
    answer, folder = ask("all_bands")
    assert answer["shape"] == [1047, 631, 13] and answer["dtype"] == "int16" and answer["same"]
    source = DataSource("sentinel-2-l1c", TimeRange.of_days("2020-06-01", "2020-06-30"), "leastCC")
    grid = grid_for_resolution(BBox(46.16, -16.15, 46.51, -15.58), 60)
    payload = build_payload(ImageOrder(grid, (source,), answer["payload"]["evalscript"]))
    assert json.dumps(payload) == json.dumps(answer["payload"])
    entry = ResponseCache(folder).find(hub["url"] + "/api/v1/process", payload, "tiff")
    assert entry is not None and entry.folder.name == answer["entry"]


def test_several_responses(ask):
    answer, _ = ask("several_responses")
    assert answer["names"] == ["default.tif", "userdata.json"]
    assert answer["factor"] == 1
    assert answer["dtype"] == "int16"


def test_raw_dictionary(ask):
    answer, _ = ask("raw_dictionary")
    assert answer["shape"] == SHAPE


def test_twelve_slots(ask):
    answer, _ = ask("twelve_slots")
    assert answer["count"] == 12 and answer["shapes"] == [SHAPE] * 12
    assert len({round(mean, 3) for mean in answer["means"]}) > 6


def test_catalog(ask):
    answer, _ = ask("catalog")
    assert answer["count"] == answer["ids"] > 36
    assert answer["clouds"] and max(answer["clouds"]) < 20
    assert {"sentinel-2-l1c", "sentinel-2-l2a"} <= set(answer["collections"])
    assert answer["timestamps"] >= 3


def test_a_refusal_shows_the_hubs_message(ask):
    answer, _ = ask("refused")
    assert "Collection 'S2L1C' has no band 'B99'." in answer["message"]


@pytest.mark.parametrize("size", [SHAPE])
def test_the_size_is_the_notebooks(size):
    grid = grid_for_resolution(BBox(46.16, -16.15, 46.51, -15.58), 60)
    assert [grid.height, grid.width] == size[:2]
