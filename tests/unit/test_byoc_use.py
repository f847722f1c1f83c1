"""Collections of one's own as sources of orders."""

from __future__ import annotations

import datetime as dt

import pytest
from byoc_stand_in import numbered_tile, square

from sentinel_workbench.core.errors import AuthenticationFailed, ConnectionFailed, InvalidInput, PermissionDenied
from sentinel_workbench.core.evalscript.reading import read_script
from sentinel_workbench.core.hub.byoc_records import collection_of, tile_of
from sentinel_workbench.core.hub.catalog import CatalogCollection
from sentinel_workbench.core.model.byoc import ByocBand, ByocCollection
from sentinel_workbench.core.services.byoc_use import corners_of, first_script, own_source
from sentinel_workbench.core.services.own_collections import find_own_source

MOSAIC = collection_of({
    "id": "0074520d-bcf5-4811-8f6f-afd946e77695", "name": "Sentinel S2 L2A Mosaic 120m", "s3Bucket": "b",
    "additionalData": {
        "bands": {name: {"bitDepth": 16} for name in ("B02", "B03", "B04", "B08", "B11", "B12")}
        | {"dataMask": {"bitDepth": 8}},
        "maxMetersPerPixel": 9600.0, "maxMetersPerPixelOverride": 20000.0, "hasSensingTimes": "YES",
        "fromSensingTime": "2019-01-01T00:00:00Z", "toSensingTime": "2019-12-31T00:00:00Z",
        "extent": {"type": "Polygon", "coordinates": [[[-20, 40], [50, 40], [50, 70], [-20, 70], [-20, 40]]]},
    },
})  # fmt: skip


def test_the_mosaic_of_the_tutorial_becomes_its_false_colour():
    source = own_source(MOSAIC)
    assert source.collection.collection_id == "byoc-0074520d-bcf5-4811-8f6f-afd946e77695"
    assert [band.name for band in source.collection.bands] == ["B02", "B03", "B04", "B08", "B11", "B12"]
    assert source.collection.max_resolution_m == 20000.0 and not source.collection.timeless
    (entry,) = read_script(source.evalscript).inputs
    assert list(entry.bands) == ["B08", "B04", "B03", "dataMask"]
    assert "var f = 2.5 / 10000;" in source.evalscript
    assert source.corners == (-20.0, 40.0, 50.0, 70.0)
    assert (source.first_day, source.last_day) == (dt.date(2019, 1, 1), dt.date(2019, 12, 31))


def test_one_tile_narrows_area_and_time():
    source = own_source(MOSAIC, tile_of(numbered_tile(0)))
    assert source.first_day == source.last_day == dt.date(2019, 1, 1)
    west, south, east, north = source.corners
    assert -20 < west < east < -17 and 62 < south < north < 63
    assert source.collection.bands[0].resolution_m == 120.0


@pytest.mark.parametrize(
    "bands, words",
    [
        ([("R", 8, "UINT"), ("G", 8, "UINT"), ("B", 8, "UINT")], ["f * sample.R", "1 / 255"]),
        ([("height", 32, "FLOAT")], ['sampleType: "FLOAT32"', 'units: "DN"', "sample.height"]),
        ([("a", 8, "UINT"), ("b", 16, "UINT")], ['sampleType: "UINT16"']),
        ([("a", 16, "INT")], ['sampleType: "INT16"']),
        ([("a", 32, "INT")], ['sampleType: "FLOAT32"']),
        ([("a", 8, None)], ['sampleType: "UINT8"']),
        ([], ["sample.dataMask"]),
    ],
)
def test_the_first_script_fits_the_bands(bands, words):
    script = first_script([ByocBand(name, None, 1, depth, kind) for name, depth, kind in bands])
    assert all(word in script for word in words), script
    assert read_script(script).outputs


def test_collections_without_times_have_no_time():
    source = own_source(ByocCollection("x", "dem", "b", sensing_times="NO"))
    assert source.collection.timeless and source.corners is None and source.first_day is None


def test_an_extent_across_the_antimeridian_keeps_its_larger_side():
    crs = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32601"}}
    west, _, east, _ = corners_of(square(310000.0, 6900000.0, 60000.0, crs))
    assert (west, east) == (pytest.approx(179.4, abs=0.2), 180.0) or west == -180.0


class Byoc:
    """Refuses as told."""

    def __init__(self, error):
        self.error = error

    def find(self, name_or_id, progress=None):
        raise self.error


class Catalog:
    """Lists collections, or refuses."""

    def __init__(self, *listed):
        self.listed = listed

    def collections(self, progress=None):
        if isinstance(self.listed[0], Exception):
            raise self.listed[0]
        return self.listed


ID = "0074520d-bcf5-4811-8f6f-afd946e77695"
FORBIDDEN, UNKNOWN = PermissionDenied("Not for this account."), InvalidInput("collection", "You have no such one.")
SHARED = CatalogCollection(f"byoc-{ID}", "Shared mosaic", bands=("B02", "B04", "dataMask"))


@pytest.mark.parametrize("name", [ID, f"byoc-{ID}", "Shared mosaic"])
@pytest.mark.parametrize("error", [FORBIDDEN, UNKNOWN])
def test_a_shared_collection_is_described_by_the_catalog(name, error):
    source = find_own_source(Byoc(error), Catalog(CatalogCollection("dem", "Shared mosaic"), SHARED), name)
    assert (source.collection.collection_id, source.collection.title) == (f"byoc-{ID}", "Shared mosaic")
    assert read_script(source.evalscript).inputs[0].bands == ("B02", "B04")
    assert not source.collection.has_cloud_cover


@pytest.mark.parametrize("name, type_id", [(ID.upper(), f"byoc-{ID}"), (f"batch-{ID}", f"batch-{ID}")])
def test_an_id_nobody_knows_can_be_ordered_from(name, type_id):
    source = find_own_source(Byoc(FORBIDDEN), Catalog(FORBIDDEN), name)
    assert source.collection.collection_id == type_id and source.collection.bands == ()
    assert read_script(source.evalscript).inputs[0].bands == ("dataMask",)


@pytest.mark.parametrize("error", [FORBIDDEN, UNKNOWN])
def test_a_name_nobody_knows_is_refused_as_the_service_did(error):
    with pytest.raises(type(error), match=error.message):
        find_own_source(Byoc(error), Catalog(SHARED), "My mosaic")


@pytest.mark.parametrize("error", [AuthenticationFailed("Wrong secret."), ConnectionFailed("No network.")])
def test_what_hinders_everything_is_not_taken_for_a_collection(error):
    with pytest.raises(type(error)):
        find_own_source(Byoc(error), Catalog(SHARED), ID)
