"""Settings of requests that only some collections know: radar, heights, Landsat and the others."""

from __future__ import annotations

import json

import pytest
from hub_fakes import MemoryStore, valid_request

from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.process_request import read_process_request
from sentinel_workbench.localhub.records import HubError

FIND = CollectionFinder(MemoryStore()).find


def entry(collection, data_filter=None, processing=None):
    """The validated ``data`` entry of a request for ``collection``."""
    data = {"type": collection, "dataFilter": data_filter or {}, "processing": processing or {}}
    source = {**valid_request()["input"], "data": [data]}
    body = json.dumps(valid_request(input=source)).encode()
    return read_process_request(body, "application/json", "*/*", FIND).inputs[0]


RADAR = {
    "acquisitionMode": "IW",
    "polarization": "DV",
    "resolution": "HIGH",
    "orbitDirection": "ASCENDING",
    "timeliness": "Fast24h",
}
TERRAIN = {
    "backCoeff": "GAMMA0_TERRAIN",
    "orthorectify": True,
    "demInstance": "COPERNICUS_30",
    "radiometricTerrainOversampling": 2,
    "speckleFilter": {"type": "LEE", "windowSizeX": 3, "windowSizeY": 5},
}


def test_radar_settings_are_handed_on_together():
    assert entry("sentinel-1-grd", RADAR, TERRAIN).filters == {**RADAR, **TERRAIN}
    assert entry("S1GRD", {"resolution": None}, {"orthorectify": None}).filters == {}
    assert entry("sentinel-1-grd", None, {"speckleFilter": {"type": "NONE", "windowSizeX": 99}}).filters == {
        "speckleFilter": {"type": "NONE"}
    }


@pytest.mark.parametrize(
    "collection, data_filter, processing",
    [
        ("sentinel-2-l2a", RADAR, TERRAIN),
        ("sentinel-2-l2a", {"previewMode": "PREVIEW"}, {"atmosphericCorrection": "NONE"}),
        ("dem", {"orbitDirection": 7}, {"speckleFilter": []}),
        ("modis", {"tiers": "NONE_OF_THEM"}, {"minQa": "x"}),
    ],
)
def test_settings_of_other_collections_are_tolerated_and_have_no_effect(collection, data_filter, processing):
    assert entry(collection, data_filter, processing).filters == {}


def test_what_a_radar_does_not_know_is_tolerated():
    data = entry("sentinel-1-grd", {"maxCloudCoverage": 28, "mosaickingOrder": "leastCC"})
    assert data.max_cloud_percent == 28


@pytest.mark.parametrize(
    "collection, upsampling, downsampling, used",
    [
        ("sentinel-1-grd", "BICUBIC", "NEAREST", ("BICUBIC", "BICUBIC")),
        ("sentinel-3-olci", None, "BILINEAR", ("NEAREST", "NEAREST")),
        ("sentinel-5p-l2", "BILINEAR", None, ("BILINEAR", "BILINEAR")),
        ("sentinel-2-l2a", "BICUBIC", "BILINEAR", ("BICUBIC", "BILINEAR")),
        ("landsat-ot-l1", None, "BICUBIC", ("NEAREST", "BICUBIC")),
    ],
)
def test_some_collections_use_the_upsampling_at_every_resolution(collection, upsampling, downsampling, used):
    data = entry(collection, None, {"upsampling": upsampling, "downsampling": downsampling})
    assert (data.upsampling, data.downsampling) == used


GOOD = [
    ("sentinel-2-l1c", "previewMode", "EXTENDED_PREVIEW"),
    ("dem", "demInstance", "COPERNICUS_90"),
    ("landsat-ot-l1", "tiers", "TIER_1_AND_RT"),
    ("landsat-8-l1c", "tiers", "TIER_1_AND_RT"),
    ("landsat-etm-l1", "tiers", "TIER_1_AND_RT"),
    ("landsat-ot-l2", "tiers", "ALL_TIERS"),
    ("landsat-mss-l1", "tiers", "TIER_1"),
    ("hls", "constellation", "LANDSAT"),
    ("sentinel-3-slstr", "orbitDirection", "DESCENDING"),
    ("sentinel-3-slstr", "view", "OBLIQUE"),
    ("sentinel-5p-l2", "timeliness", "NRTI"),
]
GOOD_PROCESSING = [
    ("dem", "egm", True),
    ("dem", "clampNegative", False),
    ("sentinel-3-slstr", "view", "NADIR"),
    ("sentinel-5p-l2", "minQa", 75),
    ("sentinel-1-grd", "demInstance", "COPERNICUS"),
]


@pytest.mark.parametrize("collection, name, value", GOOD)
def test_filters_of_each_collection(collection, name, value):
    assert entry(collection, {name: value}).filters == {name: value}


@pytest.mark.parametrize("collection, name, value", GOOD_PROCESSING)
def test_processing_of_each_collection(collection, name, value):
    assert entry(collection, None, {name: value}).filters == {name: value}


BAD_FILTERS = [
    ("sentinel-1-grd", "acquisitionMode", "XW", "must be one of SM, IW, EW, WV, EN, AN, IM"),
    ("sentinel-1-grd", "polarization", ["DV"], "must be one of SH, SV"),
    ("sentinel-1-grd", "polarization", "dv", "must be one of SH, SV"),
    ("sentinel-1-grd", "resolution", "LOW", "must be one of HIGH, MEDIUM, FULL"),
    ("sentinel-1-grd", "orbitDirection", "UP", "must be one of ASCENDING, DESCENDING"),
    ("sentinel-1-grd", "timeliness", "NRTI", "must be one of NRT10m"),
    ("sentinel-2-l1c", "previewMode", "BLURRED", "must be one of DETAIL, TILE_PREVIEW"),
    ("dem", "demInstance", "SRTM", "must be one of MAPZEN"),
    ("landsat-ot-l2", "tiers", "TIER_1_AND_RT", "must be one of ALL_TIERS, TIER_1"),
    ("hls", "constellation", "MODIS", "must be one of SENTINEL, LANDSAT"),
    ("sentinel-5p-l2", "timeliness", "Fast24h", "must be one of NRTI, OFFL, RPRO"),
]
BAD_PROCESSING = [
    ("sentinel-1-grd", "backCoeff", "GAMMA0", "must be one of GAMMA0_ELLIPSOID"),
    ("sentinel-1-grd", "backCoeff", "GAMMA0_TERRAIN", "requires `orthorectify` to be true"),
    ("sentinel-1-grd", "orthorectify", "true", "must be true or false"),
    ("sentinel-1-grd", "demInstance", "SRTM", "must be one of MAPZEN"),
    ("sentinel-1-grd", "radiometricTerrainOversampling", 5, "between 1 and 4"),
    ("sentinel-1-grd", "speckleFilter", "LEE", "must be an object"),
    ("sentinel-1-grd", "speckleFilter", {"type": "FROST"}, "must be one of NONE, LEE"),
    ("sentinel-1-grd", "speckleFilter", {"type": "LEE", "windowSizeX": 8}, "between 1 and 7"),
    ("sentinel-1-grd", "speckleFilter", {"type": "LEE", "windowSizeY": 0}, "between 1 and 7"),
    ("dem", "egm", 1, "must be true or false"),
    ("sentinel-5p-l2", "minQa", 101, "between 0 and 100"),
    ("sentinel-3-slstr", "view", "BACKWARD", "must be one of NADIR, OBLIQUE"),
]


def refused(where, collection, name, value):
    with pytest.raises(HubError) as caught:
        entry(collection, **{where: {name: value}})
    return caught.value


@pytest.mark.parametrize("collection, name, value, words", BAD_FILTERS)
def test_filters_out_of_their_range(collection, name, value, words):
    error = refused("data_filter", collection, name, value)
    assert (error.status, error.code) == (400, "COMMON_BAD_PAYLOAD") and words in error.message
    assert error.errors[0]["parameter"] == f"input->data[0]->dataFilter->{name}"


@pytest.mark.parametrize("collection, name, value, words", BAD_PROCESSING)
def test_processing_out_of_its_range(collection, name, value, words):
    error = refused("processing", collection, name, value)
    assert (error.status, error.code) == (400, "COMMON_BAD_PAYLOAD") and words in error.message
    assert error.errors[0]["parameter"].startswith(f"input->data[0]->processing->{name}")


@pytest.mark.parametrize("collection, refused_too_coarse", [("sentinel-2-l1c", False), ("sentinel-2-l2a", True)])
def test_only_a_collection_with_previews_may_be_coarser_in_preview_mode(collection, refused_too_coarse):
    source = {
        "bounds": {"bbox": [0, 0, 40, 40]},
        "data": [{"type": collection, "dataFilter": {"previewMode": "EXTENDED_PREVIEW"}}],
    }
    body = json.dumps({"input": source, "evalscript": "x"}).encode()
    if refused_too_coarse:
        with pytest.raises(HubError, match="exceeds the limit"):
            read_process_request(body, "", "", FIND)
    else:
        assert read_process_request(body, "", "", FIND).grid.width == 256
