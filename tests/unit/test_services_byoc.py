"""Use cases of the user's own collections against a small service."""

from __future__ import annotations

import datetime as dt
import gc
from dataclasses import replace

import pytest
from byoc_stand_in import ByocStandIn, numbered_tile, square

from sentinel_workbench.core.errors import Cancelled, InvalidInput, NotThere, ServiceUnavailable
from sentinel_workbench.core.hub.byoc import BY_PATH, ByocClient, TileQuery
from sentinel_workbench.core.hub.byoc_bodies import renamed_band
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.token import TokenCache
from sentinel_workbench.core.model.byoc import ByocBand, ByocTile
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services import byoc_watch
from sentinel_workbench.core.services.byoc import ByocService
from sentinel_workbench.core.services.byoc_bulk import Outcome, write_report
from sentinel_workbench.core.services.byoc_changes import band_table
from sentinel_workbench.core.services.byoc_drafts import new_tile
from sentinel_workbench.core.services.byoc_watch import explain_failure
from sentinel_workbench.core.services.collector import resting_collector


@pytest.fixture
def hub():
    with ByocStandIn() as stand_in:
        yield stand_in


@pytest.fixture
def service(hub):
    connection = Connection("test", "custom", hub.url, hub.token_url)
    client = HubClient(connection, Credentials(hub.client_id, hub.client_secret), tokens=TokenCache())
    yield ByocService(ByocClient(client))
    client.close()


@pytest.fixture
def quick_watch(monkeypatch):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.01)


def pages_asked(hub):
    return [query for method, path, query, _ in hub.calls if method == "GET" and path.endswith("/tiles")]


@pytest.mark.parametrize("count", [0, 1, 99, 100, 101, 350, 1234])
def test_every_tile_is_listed_once_from_both_ends(hub, service, count):
    owner = hub.add_collection("mosaic", tiles=count)["id"]
    arrived = []
    tiles = service.tiles(owner, on_page=arrived.extend)
    assert len(tiles) == count == len({tile.tile_id for tile in tiles})
    assert tuple(arrived) == tiles
    if count == 1234:
        sorts = [query["sort"] for query in pages_asked(hub)]
        assert "created:asc" in sorts and "created:desc" in sorts
        assert len(sorts) <= 13 + 4


def test_tiles_made_in_the_same_instant_are_all_listed(hub, service):
    owner = hub.add_collection("mosaic", tiles=730)["id"]
    for tile in hub.tiles[owner].values():
        tile["created"] = "2021-01-22T09:57:07.000"
    assert len({tile.tile_id for tile in service.tiles(owner)}) == 730


def test_a_service_that_does_not_sort_is_read_to_its_end(hub, service):
    owner = hub.add_collection("mosaic")["id"]
    numbers = sorted(range(640), key=lambda n: (n * 7919) % 640)
    hub.tiles[owner] = {tile["id"]: tile for tile in map(numbered_tile, numbers)}
    hub.sorted_pages = False
    assert len({tile.tile_id for tile in service.tiles(owner)}) == 640


def test_an_order_or_a_path_of_ones_own_is_one_walk(hub, service):
    owner = hub.add_collection("mosaic", tiles=320)["id"]
    tiles = service.tiles(owner, TileQuery(sort=BY_PATH))
    assert [t.path for t in tiles] == sorted(t.path for t in tiles)
    assert {query["sort"] for query in pages_asked(hub)} == {BY_PATH} and len(pages_asked(hub)) == 4


def test_a_listing_that_fails_says_why_and_one_can_be_cancelled(hub, service):
    owner = hub.add_collection("mosaic", tiles=500)["id"]
    watch = Watched()
    with pytest.raises(Cancelled):
        service.tiles(owner, progress=watch, on_page=lambda page: watch.cancel())
    with pytest.raises(NotThere, match="Collection nothing not found"):
        service.tiles("nothing")


def new_tiles(count, prefix="new"):
    return [new_tile(f"{prefix}/{n:03d}/(BAND).tif", dt.datetime(2021, 2, 15, 11, 10, n % 60)) for n in range(count)]


def test_many_tiles_are_made_and_reported_one_by_one(hub, service, tmp_path):
    owner = hub.add_collection("fresh")["id"]
    heard = []
    report = service.create_tiles(owner, new_tiles(30), on_report=lambda number, one: heard.append(number))
    assert report.count(Outcome.DONE) == 30 and sorted(heard) == list(range(30))
    assert [one.tile.path for one in report.tiles] == [tile.path for tile in new_tiles(30)]
    assert all(one.tile.tile_id for one in report.tiles)
    assert str(report) == "30 tiles: 30 done."
    write_report(report, tmp_path / "report.csv")
    assert (tmp_path / "report.csv").read_text().count("\n") == 31


def test_a_job_that_was_stopped_goes_on_where_it_was(hub, service):
    owner = hub.add_collection("fresh")["id"]
    watch = Watched()

    def stop_soon(number, one):
        if number >= 5:
            watch.cancel()

    first = service.create_tiles(owner, new_tiles(40), watch, stop_soon)
    assert 1 <= first.count(Outcome.DONE) < 40
    assert first.count(Outcome.DONE) + first.count(Outcome.UNTRIED) == 40
    second = service.create_tiles(owner, first.unsettled)
    assert not second.unsettled and len(hub.tiles[owner]) == 40
    third = service.create_tiles(owner, new_tiles(40))
    assert third.count(Outcome.THERE) == 40 and not third.unsettled


def test_one_bad_tile_stops_no_other_but_missing_rights_stop_all(hub, service):
    owner = hub.add_collection("fresh")["id"]
    hub.refusals[("POST", "tiles")] = (403, "Insufficient permissions", "COMMON_INSUFFICIENT_PERMISSIONS")
    report = service.create_tiles(owner, new_tiles(50))
    assert report.count(Outcome.DONE) == 0 and "Only the owner" in report.stopped_by
    assert len([call for call in hub.calls if call[0] == "POST"]) <= 8
    assert len(report.unsettled) == 50
    hub.refusals[("POST", "tiles")] = (400, "Path is invalid", "COMMON_BAD_PAYLOAD")
    report = service.create_tiles(owner, new_tiles(5))
    assert report.stopped_by is None and report.count(Outcome.FAILED) == 5
    assert "Path is invalid" in report.tiles[0].sentence


def test_an_impossible_list_sends_nothing(hub, service):
    owner = hub.add_collection("fresh")["id"]
    hub.calls.clear()
    for bad in ([*new_tiles(2), *new_tiles(1)], [ByocTile("", "/root/(BAND).tif")]):
        with pytest.raises(InvalidInput):
            service.create_tiles(owner, bad)
    assert hub.calls == []


def test_a_tile_deleted_meanwhile_is_gone_not_failed(hub, service):
    owner = hub.add_collection("mosaic", tiles=6)["id"]
    tiles = service.tiles(owner)
    del hub.tiles[owner][tiles[2].tile_id]
    report = service.delete_tiles(owner, tiles[:4])
    assert (report.count(Outcome.DONE), report.count(Outcome.GONE)) == (3, 1)
    assert set(hub.tiles[owner]) == {tile.tile_id for tile in tiles[4:]}
    changes = [(tiles[0], replace(tiles[0], sensing_time=dt.datetime(2020, 1, 1, tzinfo=dt.timezone.utc)))]
    report = service.update_tiles(owner, changes)
    assert report.tiles[0].outcome is Outcome.FAILED
    assert "not found. It may have been deleted meanwhile" in report.tiles[0].sentence


def test_ingestion_is_watched_to_its_end_and_its_cause_told(hub, service, quick_watch):
    owner = hub.add_collection("fresh")["id"]
    hub.steps, hub.outcomes["new/001/(BAND).tif"] = 2, "Header of B04.tif is larger than 1 MB"
    made = [one.tile for one in service.create_tiles(owner, new_tiles(3)).tiles]
    changes = []
    result = service.watch(owner, made, on_change=lambda tile: changes.append(tile.status))
    assert str(result) == "2 of 3 tiles ingested, 1 failed."
    assert changes.count("INGESTED") == 2 and changes.count("FAILED") == 1 and "INGESTING" in changes
    sentence = explain_failure(result.failed[0])
    assert sentence.startswith("new/001/(BAND).tif: Header of B04.tif is larger than 1 MB. Convert the file")


def test_many_tiles_are_watched_by_pages(hub, service, quick_watch):
    owner = hub.add_collection("fresh", tiles=150)["id"]
    made = [one.tile for one in service.create_tiles(owner, new_tiles(60)).tiles]
    hub.calls.clear()
    result = service.watch(owner, made)
    assert len(result.ingested) == 60
    assert all(path.endswith("/tiles") for _, path, _, _ in hub.calls)


def test_a_whole_collection_is_watched_by_its_statuses_alone(hub, service, quick_watch):
    owner = hub.add_collection("mosaic", tiles=2000)["id"]
    hub.steps, hub.outcomes["new/001/(BAND).tif"] = 2, "Header of B04.tif is larger than 1 MB"
    service.create_tiles(owner, new_tiles(60))
    result = service.watch_all(owner)
    assert str(result) == "2059 of 2060 tiles ingested, 1 failed."
    assert explain_failure(result.failed[0]).startswith("new/001/(BAND).tif: Header of B04.tif is larger")
    assert not any(tile.document or tile.geometry for tile in result.tiles)


def test_a_tile_that_vanishes_ends_its_watch(hub, service, quick_watch):
    owner = hub.add_collection("fresh")["id"]
    made = [one.tile for one in service.create_tiles(owner, new_tiles(2)).tiles]
    del hub.tiles[owner][made[0].tile_id]
    result = service.watch(owner, made)
    assert result.gone == (made[0].tile_id,) and len(result.ingested) == 1
    assert str(result) == "1 of 2 tiles ingested, 0 failed, 1 deleted meanwhile."
    del hub.own[owner]
    with pytest.raises(NotThere, match="Collection"):
        service.watch(owner, [ByocTile("x", "a")])


def test_a_watch_can_be_cancelled(hub, service):
    owner = hub.add_collection("fresh")["id"]
    hub.steps = 10_000
    made = [one.tile for one in service.create_tiles(owner, new_tiles(1)).tiles]
    watch = Watched()
    with pytest.raises(Cancelled):
        service.watch(owner, made, watch, on_change=lambda tile: watch.cancel())


def test_only_what_was_confirmed_is_deleted(hub, service):
    owner = hub.add_collection("mosaic", tiles=205)["id"]
    plan = service.plan_deletion(owner)
    assert (plan.tiles, plan.collection.name) == (205, "mosaic")
    service.create_tiles(owner, new_tiles(1))
    with pytest.raises(InvalidInput, match="has changed since you were asked; nothing was deleted"):
        service.delete(plan)
    assert owner in hub.own
    service.delete(service.plan_deletion(owner))
    assert owner not in hub.own


def test_a_deletion_is_not_sent_to_a_renamed_collection(hub, service):
    owner = hub.add_collection("empty")["id"]
    plan = service.plan_deletion(owner)
    hub.own[owner]["name"] = "precious"
    with pytest.raises(InvalidInput, match="nothing was deleted"):
        service.delete(plan)
    assert owner in hub.own


def test_a_collection_is_found_by_name_or_id(hub, service):
    one = hub.add_collection("fields")
    hub.add_collection("twice"), hub.add_collection("twice")
    for name in ("fields", one["id"], "byoc-" + one["id"]):
        assert service.find(name).collection_id == one["id"]
    with pytest.raises(InvalidInput, match="2 collections are named 'twice'"):
        service.find("twice")
    with pytest.raises(InvalidInput, match="no collection 'none'"):
        service.find("none")


def test_traps_of_a_change_are_told_before(hub, service):
    made = hub.add_collection("mosaic", tiles=1, noData=0.0)
    before = service.client.collection(made["id"])
    red, infrared = before.bands
    cases = [
        (replace(before, no_data=None), "The no-data value 0 is deleted", False),
        (replace(before, no_data=5.0), "value 5 become empty", False),
        (replace(before, bucket="other"), "bucket can only be changed while", True),
        (replace(before, bands=(red,)), "Band B08 is removed", False),
        (replace(before, bands=(renamed_band(red, "RED"), infrared)), "read RED instead of B04", False),
        (replace(before, bands=(*before.bands, ByocBand("B11"))), "Band B11 can't be added", True),
        (replace(before, bands=(replace(red, bit_depth=8), infrared)), "type of band B04 can't be changed", True),
        (replace(before, bands=()), "An empty band table changes nothing", True),
        (replace(before, name=" "), "needs a name", True),
        (replace(before, bands=(replace(red, name="4"), infrared)), "'4' can't be the name of a band", True),
    ]
    for after, sentence, forbidden in cases:
        traps = service.traps(before, after)
        assert any(sentence in trap.sentence and trap.forbidden is forbidden for trap in traps), (sentence, traps)
        if forbidden:
            with pytest.raises(InvalidInput):
                service.update(before, after)
    assert service.traps(before, replace(before, name="new")) == ()
    assert hub.own[made["id"]] == made


def test_a_band_table_of_a_form_keeps_what_the_service_said(hub, service):
    extra = {"B04": {"bitDepth": 16, "future": 1}, "B08": {"bitDepth": 16}}
    made = hub.add_collection("mosaic", additionalData={"bands": extra})
    before = service.client.collection(made["id"])
    rows = [{"name": "RED", "source": "B04", "index": 1, "depth": 16}, {"name": "B08", "depth": "16", "no_data": "0"}]
    service.update(before, replace(before, bands=band_table(rows, before.bands)))
    assert hub.own[made["id"]]["additionalData"]["bands"] == {
        "RED": {"source": "B04", "bitDepth": 16, "future": 1}, "B08": {"bitDepth": 16, "noData": 0.0},
    }


def test_tiles_are_copied_within_a_bucket_only(hub, service):
    one, two = hub.add_collection("a", tiles=3)["id"], hub.add_collection("b")["id"]
    service.copy_tiles(one, two)
    assert len(hub.tiles[two]) == 3
    hub.own[two]["s3Bucket"] = "elsewhere"
    with pytest.raises(InvalidInput, match="reads the bucket elsewhere"):
        service.copy_tiles(one, two)


def test_reingest_begins_again(hub, service):
    owner = hub.add_collection("mosaic", tiles=2)["id"]
    report = service.reingest_tiles(owner, service.tiles(owner))
    assert {one.tile.status for one in report.tiles} == {"INGESTING"}


def test_a_new_tile_carries_time_and_cover(hub, service):
    owner = hub.add_collection("fresh")["id"]
    cover = square(310000, 6900000)
    tile = new_tile(" a/(BAND).tif ", "2021-02-15T11:10:15", cover)
    service.create_tiles(owner, [tile])
    assert hub.calls[-1][3] == {"path": "a/(BAND).tif", "sensingTime": "2021-02-15T11:10:15Z", "coverGeometry": cover}


def test_a_broken_service_stops_a_bulk_job(hub, service, monkeypatch):
    def broken(*_):
        raise ServiceUnavailable("down.", status=503)

    monkeypatch.setattr(service.client, "delete_tile", broken)
    report = service.delete_tiles("c", [ByocTile(str(n), "p") for n in range(100)])
    assert report.stopped_by == "down." and report.count(Outcome.UNTRIED) > 80


def test_the_collector_rests_only_while_tiles_are_listed(hub, service):
    owner = hub.add_collection("mosaic", tiles=250)["id"]
    states = []
    service.tiles(owner, on_page=lambda page: states.append(gc.isenabled()))
    assert states and not any(states) and gc.isenabled()
    with pytest.raises(NotThere):
        service.tiles("nothing")
    assert gc.isenabled()
    with resting_collector(), resting_collector():
        assert not gc.isenabled()
    assert gc.isenabled()
