"""Cache, catalog and refusals of the local hub, seen by the public library."""

from __future__ import annotations

import json

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.model.projection import grid_for_resolution
from sentinel_workbench.core.model.timerange import TimeRange


def test_all_bands_saved_and_read_again_share_our_cache(ask, hub):
    answer, folder = ask("all_bands")
    assert answer["shape"] == [1047, 631, 13] and answer["dtype"] == "int16" and answer["same"]
    source = DataSource("sentinel-2-l1c", TimeRange.of_days("2020-06-01", "2020-06-30"), "leastCC")
    grid = grid_for_resolution(BBox(46.16, -16.15, 46.51, -15.58), 60)
    payload = build_payload(ImageOrder(grid, (source,), answer["payload"]["evalscript"]))
    assert json.dumps(payload) == json.dumps(answer["payload"])
    entry = ResponseCache(folder).find(hub["url"] + "/api/v1/process", payload, "tiff")
    assert entry is not None and entry.folder.name == answer["entry"]


def test_catalog(ask):
    answer, _ = ask("catalog")
    assert answer["count"] == answer["ids"] > 36
    assert answer["clouds"] and max(answer["clouds"]) < 20
    assert {"sentinel-2-l1c", "sentinel-2-l2a"} <= set(answer["collections"])
    assert answer["timestamps"] >= 3


def test_every_sample_type_is_read_by_the_public_library(ask):
    answer, _ = ask("sample_types")
    assert answer == {
        "AUTO tiff": ["uint8", [105, 63], 102, 102],
        "UINT8 tiff": ["uint8", [105, 63], 200, 200],
        "INT8 tiff": ["int8", [105, 63], -7, -7],
        "UINT16 tiff": ["uint16", [105, 63], 200, 200],
        "INT16 tiff": ["int16", [105, 63], -7, -7],
        "FLOAT32 tiff": ["float32", [105, 63], -7.25, -7.25],
        "UINT8 png": ["uint8", [105, 63], 200, 200],
        "UINT16 png": ["uint16", [105, 63], 200, 200],
        "UINT8 jpg": ["uint8", [105, 63], 200, 200],
    }


def test_a_refusal_shows_the_hubs_message(ask):
    answer, _ = ask("refused")
    assert "Collection 'S2L1C' has no band 'B99'." in answer["message"]


def test_the_size_is_the_notebooks():
    grid = grid_for_resolution(BBox(46.16, -16.15, 46.51, -15.58), 60)
    assert (grid.width, grid.height) == (631, 1047)
