"""Further inputs as text, user data as files, and ids by which scripts read several inputs."""

from __future__ import annotations

import json

import pytest

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.hub.process import data_entry
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource, TileMetadata
from sentinel_workbench.core.services.fusion import read_further, write_further
from sentinel_workbench.core.services.order_making import Raster, make_image_order, make_source, name_sources

RADAR = {
    "type": "sentinel-1-grd", "id": "S1",
    "dataFilter": {"mosaickingOrder": "mostRecent", "orbitDirection": "ASCENDING"},
    "processing": {"orthorectify": True, "backCoeff": "SIGMA0_ELLIPSOID"},
}
SCRIPT = """//VERSION=3
function setup() { return { input: [
  { datasource: "optical", bands: ["B04"] }, { datasource: "S1", bands: ["VV"] }], output: { bands: 2 } }; }
function evaluatePixel(s) { return [1, 2]; }"""


def test_entries_become_sources_and_text_again():
    sources = read_further(json.dumps([RADAR, {"type": "dem", "id": "height"}]))
    assert [source.identifier for source in sources] == ["S1", "height"]
    assert list(sources[0].processing) == ["backCoeff", "orthorectify"]
    assert read_further(write_further(sources)) == sources
    assert json.loads(write_further(sources))[0]["dataFilter"] == RADAR["dataFilter"]
    assert (read_further(" "), write_further(())) == ((), "")


def test_what_a_collection_has_no_use_for_is_left_out():
    entry = {"type": "sentinel-1-grd", "dataFilter": {"mosaickingOrder": "leastCC", "maxCloudCoverage": 20}}
    assert data_entry(read_further(json.dumps(entry))[0])["dataFilter"] == {"mosaickingOrder": "mostRecent"}


def test_an_unknown_collection_is_taken_as_it_is():
    own = read_further('{"type": "byoc-1", "id": "mine", "dataFilter": {"special": 1}}')
    assert own == (DataSource("byoc-1", identifier="mine", filters={"special": 1}),)


@pytest.mark.parametrize("text, sentence", [
    ("S1", "not valid JSON"),
    ("[5]", "further collection 1 of the request must be an object"),
    ('[{"id": "S1"}]', "type"),
    ('[{"type": "sentinel-1-grd", "cloud": 5}]', "cloud"),
    ('[{"type": "sentinel-1-grd", "dataFilter": {"orbit": 1}}]', "no option 'orbit'"),
    ('[{"type": "sentinel-1-grd", "processing": {"backCoeff": "X"}}]', "can't be 'X'"),
    ('[{"type": "dem", "dataFilter": {"timeRange": {"from": "2019-01-01", "to": "2019-02-01"}}}]', "time range"),
])
def test_what_cannot_be_read_says_why(text, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        read_further(text)


def test_sources_take_the_names_of_the_script():
    optical, radar = DataSource("sentinel-2-l2a"), DataSource("sentinel-1-grd", identifier="S1")
    assert [s.identifier for s in name_sources((optical, radar), SCRIPT)] == ["optical", "S1"]
    assert [s.identifier for s in name_sources((optical, DataSource("dem")), SCRIPT)] == ["optical", "S1"]
    assert [s.identifier for s in name_sources((optical,), SCRIPT)] == [None]
    with pytest.raises(InvalidInput, match="same id"):
        name_sources((radar, radar), SCRIPT)


def test_exact_tiles_of_several_inputs_become_candidates():
    sources = (make_source(find_collection("sentinel-2-l2a")), *read_further(json.dumps(RADAR)))
    area = Area(BBox(46.2, -16.1, 46.4, -15.8))
    assert make_image_order(area, Raster(600), sources, SCRIPT).tile_metadata is TileMetadata.CANDIDATES
    assert make_image_order(area, Raster(600), sources[:1], SCRIPT).tile_metadata is TileMetadata.EXACT


def test_a_size_is_given_by_one_way():
    area = Area(BBox(46.2, -16.1, 46.4, -15.8))
    both = Raster(width_px=200, height_px=100).grid(area)
    assert (both.width, both.height) == (200, 100)
    assert Raster(600).grid(area).width == 36
    assert Raster(width_px=36).grid(area).height == 55 and Raster(height_px=55).grid(area).width == 36
    with pytest.raises(InvalidInput, match="pixel size"):
        Raster().grid(area)
    snapped = Raster(600, projection="utm", snap=True).grid(area)
    assert snapped.bbox.crs == "EPSG:32738" and snapped.bbox.min_x % 600 == 0
    with pytest.raises(InvalidInput, match="UTM"):
        Raster(600, snap=True).grid(area)
