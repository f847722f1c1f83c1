"""The client side of BYOC against the real local hub, in a process of its own."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest
from made_cogs import write_cog

from sentinel_workbench.core.errors import InvalidInput, NotThere
from sentinel_workbench.core.hub.byoc import ByocClient, TileQuery
from sentinel_workbench.core.hub.byoc_bodies import renamed_band
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.services.byoc import ByocService
from sentinel_workbench.core.services.byoc_bulk import Outcome
from sentinel_workbench.core.services.byoc_covers import make_cover
from sentinel_workbench.core.services.byoc_drafts import changed_tile, new_tile
from sentinel_workbench.core.services.byoc_watch import explain_failure

BUCKET = "my-bucket"


@pytest.fixture(scope="module")
def service(tmp_path_factory):
    data = tmp_path_factory.mktemp("hub")
    for day in ("01", "02", "03"):
        for band in ("B04", "B08"):
            folder = data / "buckets" / BUCKET / "2021" / day
            folder.mkdir(parents=True, exist_ok=True)
            write_cog(folder / f"{band}.tif", dtype="uint16")
    (data / "buckets" / BUCKET / "bad").mkdir()
    for band in ("B04", "B08"):
        (data / "buckets" / BUCKET / "bad" / f"{band}.tif").write_bytes(b"no picture at all")
    hub = LocalHub(data, with_demo_scenes=False)
    client = HubClient(hub.start(), hub.credentials)
    yield ByocService(ByocClient(client))
    client.close()
    hub.stop()


def test_a_collection_from_its_making_to_its_end(service, tmp_path):
    made = service.create("Fields", BUCKET)
    tiles = [new_tile(f"2021/{day}/(BAND).tif", dt.datetime(2021, 1, int(day))) for day in ("01", "02", "03")]
    first = service.create_tiles(made.collection_id, tiles[:1])
    assert str(service.watch(made.collection_id, [first.tiles[0].tile])) == "1 of 1 tiles ingested, 0 failed."
    report = service.create_tiles(made.collection_id, [*tiles, new_tile("bad/(BAND).tif"), new_tile("none/(BAND).tif")])
    assert (report.count(Outcome.THERE), report.count(Outcome.DONE)) == (1, 4)
    result = service.watch(made.collection_id, [one.tile for one in report.tiles if one.tile.tile_id])
    assert len(result.ingested) == 2 and len(result.failed) == 2
    for tile in result.failed:
        assert tile.cause and explain_failure(tile).startswith(tile.path)

    now = service.client.collection(made.collection_id)
    assert [band.name for band in now.bands] == ["B04", "B08"] and now.bands[0].bit_depth == 16
    red, infrared = now.bands
    renamed = service.update(now, replace(now, name="Our fields", bands=(renamed_band(red, "RED"), infrared)))
    assert renamed.name == "Our fields" and {b.name for b in renamed.bands} == {"RED", "B08"}
    assert next(b for b in renamed.bands if b.name == "RED").source == "B04"
    with pytest.raises(InvalidInput, match="bucket can only be changed"):
        service.update(renamed, replace(renamed, bucket="elsewhere"))

    good = next(service.client.tiles(made.collection_id, TileQuery(path="2021/02/(BAND).tif")))
    west, north, size = 301000.0, 4999000.0, 1500.0
    ring = [[west, north], [west + size, north], [west + size, north - size], [west, north - size], [west, north]]
    cover = make_cover({"type": "Polygon", "coordinates": [ring]}, "EPSG:32633")
    changed = changed_tile(good, cover=cover.geometry, sensing_time="2021-02-03T04:05:06.789Z")
    assert service.update_tiles(made.collection_id, [(good, changed)]).count(Outcome.DONE) == 1
    again = service.client.tile(made.collection_id, good.tile_id)
    assert again.sensing_time.microsecond == 789000 and again.cover_geometry["coordinates"][0] == ring

    written = service.footprints(made.collection_id, tmp_path / "f.gpkg")
    assert written.tiles == 5 and written.statuses["FAILED"] == 2
    assert service.reingest_tiles(made.collection_id, [good]).count(Outcome.DONE) == 1
    assert service.delete_tiles(made.collection_id, result.failed).count(Outcome.DONE) == 2
    assert service.delete_tiles(made.collection_id, result.failed).count(Outcome.GONE) == 2
    service.delete(service.plan_deletion(made.collection_id))
    with pytest.raises(NotThere):
        service.client.collection(made.collection_id)


def test_two_hundred_and_fifty_tiles_are_listed_from_both_ends(service):
    made = service.create("Many", BUCKET)
    tiles = [new_tile(f"many/{number:03d}/(BAND).tif") for number in range(250)]
    report = service.create_tiles(made.collection_id, tiles)
    assert report.count(Outcome.DONE) == 250
    listed = service.tiles(made.collection_id)
    assert {tile.path for tile in listed} == {tile.path for tile in tiles}
    assert service.plan_deletion(made.collection_id).tiles == 250
