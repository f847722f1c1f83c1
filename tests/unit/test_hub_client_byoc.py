"""The client of the BYOC API against a small service that replaces as the real one does."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path

import pytest
from byoc_stand_in import ByocStandIn, square

from sentinel_workbench.core.errors import (
    AlreadyThere,
    ConnectionFailed,
    InvalidInput,
    NotThere,
    PermissionDenied,
    UnexpectedAnswer,
)
from sentinel_workbench.core.hub.byoc import NEWEST_FIRST, ByocClient, TileQuery
from sentinel_workbench.core.hub.byoc_bodies import check_bands, renamed_band
from sentinel_workbench.core.hub.byoc_records import band_document, collection_of, format_time, parse_time, tile_of
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.token import TokenCache
from sentinel_workbench.core.model.byoc import ByocBand, ByocTile, check_tile_path, geometry_crs, is_identifier

RECORDED = Path(__file__).resolve().parents[3] / "shared" / "data" / "sentinelhub_recorded"
UTC = dt.timezone.utc


@pytest.fixture
def hub():
    with ByocStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def byoc(hub):
    connection = Connection("test", "custom", hub.url, hub.token_url)
    client = HubClient(connection, Credentials(hub.client_id, hub.client_secret), tokens=TokenCache())
    yield ByocClient(client)
    client.close()


def test_all_pages_of_collections_and_tiles_are_read(hub, byoc):
    for number in range(230):
        hub.add_collection(f"field {number}")
    big = hub.add_collection("mosaic", tiles=250)
    assert len({c.collection_id for c in byoc.collections()}) == 231
    assert [c.name for c in byoc.collections("MOSA")] == ["mosaic"]
    pages = [len(page) for page in byoc.tile_pages(big["id"])]
    assert pages == [100, 100, 50]
    tiles = list(byoc.tiles(big["id"], TileQuery(sort=NEWEST_FIRST)))
    assert len({tile.tile_id for tile in tiles}) == 250
    assert tiles[0].created > tiles[-1].created
    assert all(query["count"] == "100" for _, path, query, _ in hub.calls if path.endswith("tiles"))


def test_tiles_are_found_by_path_and_status(hub, byoc):
    owner = hub.add_collection("mosaic", tiles=60)["id"]
    wanted = next(iter(hub.tiles[owner].values()))
    hub.tiles[owner][wanted["id"]]["status"] = "FAILED"
    assert [t.tile_id for t in byoc.tiles(owner, TileQuery(status="FAILED"))] == [wanted["id"]]
    assert [t.tile_id for t in byoc.tiles(owner, TileQuery(path=wanted["path"]))] == [wanted["id"]]
    with pytest.raises(InvalidInput, match="no status"):
        TileQuery(status="LOST")


@pytest.mark.skipif(not RECORDED.exists(), reason="the recorded answers are not beside the checkout")
def test_recorded_tiles_are_understood():
    ingested = tile_of(json.loads((RECORDED / "byoc_tile_ingested.json").read_text()))
    assert (ingested.status, ingested.min_metres, ingested.max_metres) == ("INGESTED", 120.0, 960.0)
    assert ingested.sensing_time == dt.datetime(2019, 11, 27, tzinfo=UTC)
    assert geometry_crs(ingested.geometry) == "EPSG:32628"
    waiting = tile_of(json.loads((RECORDED / "byoc_tile_waiting.json").read_text()))
    assert (waiting.status, waiting.geometry, waiting.cause) == ("WAITING", None, None)
    bands = json.loads((RECORDED / "byoc_bands_manual.json").read_text())
    collection = collection_of({"id": "a", "name": "rgb", "s3Bucket": "b", "additionalData": bands})
    assert [(b.name, b.source, b.band_index, b.bit_depth) for b in collection.bands] == [
        ("R", "RGB", 1, 8), ("G", "RGB", 2, 8), ("B", "RGB", 3, 8)
    ]
    assert {b.name: band_document(b) for b in collection.bands} == bands["bands"]


@pytest.mark.parametrize(
    "text, moment",
    [
        ("2021-01-22T09:57:07.000", dt.datetime(2021, 1, 22, 9, 57, 7, tzinfo=UTC)),
        ("2021-01-16T18:44:36.720Z", dt.datetime(2021, 1, 16, 18, 44, 36, 720000, tzinfo=UTC)),
        ("2023-03-16T12:56:22.2058451Z", dt.datetime(2023, 3, 16, 12, 56, 22, 205845, tzinfo=UTC)),
        ("2021-01-22T09:57:07+02:00", dt.datetime(2021, 1, 22, 7, 57, 7, tzinfo=UTC)),
        ("2021-13-22T09:57:07Z", None), ("yesterday", None), (None, None), (12, None),
    ],
)
def test_times_of_every_spelling_are_read(text, moment):
    assert parse_time(text) == moment


def test_times_are_written_to_the_millisecond():
    moment = dt.datetime(2020, 1, 1, 12, 15, 12, 345678, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert format_time(moment) == "2020-01-01T10:15:12.345Z"
    assert format_time(moment.replace(microsecond=0)) == "2020-01-01T10:15:12Z"


def test_renaming_a_collection_keeps_everything_else(hub, byoc):
    made = hub.add_collection("old", noData=-9999.0, futureMember={"a": 1})
    before = byoc.collection(made["id"])
    after = byoc.update_collection(before, replace(before, name="new"))
    assert after.name == "new"
    assert hub.own[made["id"]] == {**made, "name": "new"}


def test_a_no_data_value_goes_only_when_it_is_taken_away(hub, byoc):
    made = hub.add_collection("old", noData=0.0)
    before = byoc.collection(made["id"])
    assert byoc.update_collection(before, replace(before, name="x")).no_data == 0.0
    assert byoc.update_collection(before, replace(before, no_data=None)).no_data is None


def test_a_renamed_band_still_reads_its_file(hub, byoc):
    made = hub.add_collection("old")
    before = byoc.collection(made["id"])
    red, infrared = before.bands
    byoc.update_collection(before, replace(before, bands=(renamed_band(red, "RED"), infrared)))
    assert hub.own[made["id"]]["additionalData"] == {
        "bands": {"RED": {"source": "B04", "bitDepth": 16}, "B08": {"bitDepth": 16}}, "maxMetersPerPixel": 9600.0,
    }


def test_a_change_of_someone_else_is_kept_or_told(hub, byoc):
    made = hub.add_collection("old", noData=1.0)
    before = byoc.collection(made["id"])
    hub.own[made["id"]]["noData"] = 2.0
    renamed = byoc.update_collection(before, replace(before, name="new"))
    assert (renamed.name, renamed.no_data) == ("new", 2.0)
    with pytest.raises(InvalidInput, match="no-data value was changed meanwhile"):
        byoc.update_collection(before, replace(before, no_data=3.0))
    assert hub.own[made["id"]]["noData"] == 2.0


def test_bands_that_are_not_known_yet_are_not_overwritten_with_nothing(hub, byoc):
    made = hub.add_collection("fresh", additionalData={"hasSensingTimes": "NO"})
    before = byoc.collection(made["id"])
    byoc.update_collection(before, replace(before, name="new"))
    assert "additionalData" not in hub.calls[-2][3]


def test_create_and_delete_collection(hub, byoc):
    band = ByocBand("R", "RGB", 2, 8, "UINT")
    made = byoc.create_collection(" rgb ", "bucket", (band,), None)
    assert hub.own[made.collection_id]["additionalData"]["bands"] == {
        "R": {"source": "RGB", "bandIndex": 2, "bitDepth": 8, "sampleFormat": "UINT"}
    }
    assert made.type_id == f"byoc-{made.collection_id}"
    byoc.delete_collection(made.collection_id)
    with pytest.raises(NotThere, match=rf"^Collection {made.collection_id} not found\. It may have been deleted"):
        byoc.collection(made.collection_id)


def test_update_tile_sends_what_can_change_and_keeps_the_other(hub, byoc):
    owner = hub.add_collection("mosaic", tiles=3)["id"]
    before = next(byoc.tiles(owner))
    when = dt.datetime(2020, 1, 1, 10, 15, 12, tzinfo=UTC)
    after = byoc.update_tile(owner, before, replace(before, sensing_time=when))
    assert (after.sensing_time, after.cover_geometry) == (when, before.cover_geometry)
    cover = square(310000, 6900000, 1000)
    again = byoc.update_tile(owner, after, replace(after, cover_geometry=cover))
    assert (again.sensing_time, again.cover_geometry) == (when, cover)
    cleared = byoc.update_tile(owner, again, replace(again, cover_geometry=None))
    assert cleared.cover_geometry is None and cleared.sensing_time == when
    with pytest.raises(InvalidInput, match="path of a tile"):
        byoc.update_tile(owner, before, replace(before, path="elsewhere/(BAND).tif"))


def test_a_duplicate_path_is_told_and_a_lost_answer_is_not_taken_for_one(hub, byoc):
    owner = hub.add_collection("mosaic")["id"]
    made = byoc.create_tile(owner, ByocTile("", "a/(BAND).tif"))
    assert made.status == "WAITING"
    with pytest.raises(AlreadyThere, match=r"already has a tile at 'a/\(BAND\)\.tif'"):
        byoc.create_tile(owner, ByocTile("", "a/(BAND).tif"))
    hub.lost_answers = 1
    other = byoc.create_tile(owner, ByocTile("", "b/(BAND).tif"))
    assert other.path == "b/(BAND).tif" and len(hub.tiles[owner]) == 2


def test_a_collection_is_never_made_twice(hub, byoc):
    hub.lost_answers = 1
    with pytest.raises(ConnectionFailed, match="127.0.0.1"):
        byoc.create_collection("once", "bucket")
    assert len(hub.own) == 1


def test_delete_reingest_and_copy(hub, byoc):
    owner, other = hub.add_collection("a", tiles=2)["id"], hub.add_collection("b")["id"]
    first, second = byoc.tiles(owner)
    byoc.reingest_tile(owner, first.tile_id)
    assert byoc.tile(owner, first.tile_id).status == "INGESTING"
    byoc.copy_tiles(owner, other)
    byoc.delete_tile(owner, second.tile_id)
    assert (len(hub.tiles[owner]), len(hub.tiles[other])) == (1, 2)
    with pytest.raises(NotThere, match=f"Tile {second.tile_id} not found"):
        byoc.delete_tile(owner, second.tile_id)
    with pytest.raises(InvalidInput, match="into itself"):
        byoc.copy_tiles(owner, owner)


def test_missing_rights_say_what_to_do(hub, byoc):
    owner = hub.add_collection("theirs", tiles=1)["id"]
    hub.refusals[("DELETE", "*")] = (403, "Insufficient permissions", "COMMON_INSUFFICIENT_PERMISSIONS")
    with pytest.raises(PermissionDenied, match="Only the owner may do this"):
        byoc.delete_collection(owner)
    assert owner in hub.own


def test_nothing_is_asked_of_an_empty_name(hub, byoc):
    for call in (lambda: byoc.delete_collection(""), lambda: byoc.delete_tile("a", "")):
        with pytest.raises(InvalidInput):
            call()
    assert hub.calls == []


def test_pages_in_circles_end(hub, byoc, monkeypatch):
    owner = hub.add_collection("mosaic", tiles=101)["id"]
    page = {"data": [], "links": {"nextToken": "again"}}
    monkeypatch.setattr("byoc_stand_in.page_of", lambda *_: page)
    with pytest.raises(UnexpectedAnswer, match="without end"):
        list(byoc.tiles(owner))


@pytest.mark.parametrize(
    "name, good",
    [("B04", True), ("_x", True), ("$", True), ("žluť", True), ("4B", False), ("a-b", False), ("class", False),
     ("", False), ("a b", False), ("B04\n", False)],
)
def test_band_names_are_identifiers(name, good):
    assert is_identifier(name) is good


@pytest.mark.parametrize(
    "bands, no_data, complaint",
    [
        (tuple(ByocBand(f"b{i}") for i in range(101)), None, "101 bands are too many"),
        ((ByocBand("a"), ByocBand("a")), None, "Two bands"),
        ((ByocBand("a", no_data=0.0),), 1.0, "Both the collection and its band 'a'"),
        ((ByocBand("a", bit_depth=12),), None, "12 bits"),
        ((ByocBand("a", bit_depth=16, sample_format="FLOAT"),), None, "16 bit floats"),
        ((ByocBand("a", sample_format="COMPLEX"),), None, "COMPLEX"),
        ((ByocBand("a", band_index=0),), None, "Count from 1"),
    ],
)
def test_impossible_band_tables_are_refused(bands, no_data, complaint):
    with pytest.raises(InvalidInput, match=complaint):
        check_bands(bands, no_data)


@pytest.mark.parametrize("path", ["", "/a", "a/", "a//b", "../a", "a/../b", "s3://bucket/a", "a\nb"])
def test_paths_outside_the_bucket_are_refused(path):
    with pytest.raises(InvalidInput):
        check_tile_path(path)
    assert check_tile_path("folder/tile_1_(BAND)_2019.tiff") and check_tile_path("folder")


def test_buckets_are_bare_names(hub, byoc):
    for bucket in ("", "s3://b", "b/folder", "a b"):
        with pytest.raises(InvalidInput, match="bucket"):
            byoc.create_collection("x", bucket)
    assert hub.calls == []
