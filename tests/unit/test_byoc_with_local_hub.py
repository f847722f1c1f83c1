"""The client side of BYOC against the real local hub, in a process of its own."""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import replace

import numpy as np
import pytest
from made_cogs import memory_raster, write_cog, write_raster
from osgeo import gdal

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.errors import InvalidInput, NotThere, RequestRejected
from sentinel_workbench.core.hub.byoc import ByocClient, TileQuery
from sentinel_workbench.core.hub.byoc_bodies import renamed_band
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.model.projection import grid_for_resolution
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.services.byoc import ByocService
from sentinel_workbench.core.services.byoc_bulk import Outcome
from sentinel_workbench.core.services.byoc_covers import make_cover
from sentinel_workbench.core.services.byoc_drafts import changed_tile, new_tile
from sentinel_workbench.core.services.byoc_use import own_source
from sentinel_workbench.core.services.byoc_watch import explain_failure
from sentinel_workbench.core.services.image import ImageService

BUCKET = "my-bucket"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hub")
    bucket = folder / "buckets" / BUCKET
    for day in ("01", "02", "03"):
        for band in ("B04", "B08"):
            (bucket / "2021" / day).mkdir(parents=True, exist_ok=True)
            write_cog(bucket / "2021" / day / f"{band}.tif", dtype="uint16")
    (bucket / "bad").mkdir()
    for band in ("B04", "B08"):
        (bucket / "bad" / f"{band}.tif").write_bytes(b"no picture at all")
    return folder


@pytest.fixture(scope="module")
def hub(data):
    process = LocalHub(data, with_demo_scenes=False, arguments=("--workers", "1"))
    client = HubClient(process.start(), process.credentials)
    yield client
    client.close()
    process.stop()


@pytest.fixture(scope="module")
def service(hub):
    return ByocService(ByocClient(hub))


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


def test_what_the_hub_refuses_and_why_tiles_fail_is_said_with_what_helps(service, data):
    with pytest.raises(RequestRejected, match="Bucket nowhere does not exist. Check the bucket's name, and that"):
        service.create("Lost", "nowhere")
    bucket = data / "buckets" / BUCKET
    for name in ("names", "pole", "cut"):
        (bucket / name).mkdir()
    write_cog(bucket / "names" / "my-band.tif", dtype="uint16")
    write_cog(bucket / "pole" / "B4.tif", dtype="uint16", epsg=4326, geotransform=(0.0, 0.1, 0.0, 91.0, 0.0, -0.1))
    write_cog(bucket / "cut" / "B4.tif", dtype="uint16")
    os.truncate(bucket / "cut" / "B4.tif", 3000)
    made = service.create("Bad ones", BUCKET)
    report = service.create_tiles(made.collection_id, [new_tile(name) for name in ("names", "pole", "cut")])
    result = service.watch(made.collection_id, [one.tile for one in report.tiles])
    said = sorted(explain_failure(tile) for tile in result.failed)
    for sentence, remedy in zip(said, ("Copy the whole file", "Rename the file", "Cut the file before")):
        assert remedy in sentence, sentence


def test_two_hundred_and_fifty_tiles_are_listed_from_both_ends(service):
    made = service.create("Many", BUCKET)
    tiles = [new_tile(f"many/{number:03d}/(BAND).tif") for number in range(250)]
    report = service.create_tiles(made.collection_id, tiles)
    assert report.count(Outcome.DONE) == 250
    listed = service.tiles(made.collection_id)
    assert {tile.path for tile in listed} == {tile.path for tile in tiles}
    assert service.plan_deletion(made.collection_id).tiles == 250


def test_the_false_colour_of_the_caspian_runs_as_in_the_tutorial(hub, service, data, tmp_path):
    folder = data / "buckets" / BUCKET / "2019" / "39T"
    folder.mkdir(parents=True)
    place = (400000.0, 120.0, 0.0, 5060000.0, 0.0, -120.0)
    for band, value in (("B08", 3000), ("B04", 2000), ("B03", 1000), ("dataMask", 1)):
        pixels = np.full((1, 1000, 1000), value, "uint8" if band == "dataMask" else "uint16")
        write_raster(folder / f"{band}.tif", memory_raster(pixels, place, 32639))
    made = service.create("Sentinel S2 L2A Mosaic 120m", BUCKET)
    tile = service.create_tiles(made.collection_id, [new_tile("2019/39T/(BAND).tif", "2019-11-27")]).tiles[0].tile
    assert service.watch(made.collection_id, [tile]).ingested
    source = own_source(service.client.collection(made.collection_id))
    assert [band.name for band in source.collection.bands] == ["B03", "B04", "B08"]
    west, south, east, north = source.corners
    caspian = (49.9604, 44.7176, 51.0481, 45.2324)
    assert west < caspian[0] and south < caspian[1] and east > caspian[2] and north > caspian[3]
    period = TimeRange.of_days(source.first_day, source.last_day)
    image = ImageOrder(
        grid_for_resolution(BBox(*caspian), 1000), (DataSource(source.collection.collection_id, period),),
        source.evalscript,
    )
    result = ImageService(hub, ResponseCache(tmp_path)).fetch(image)
    dataset = gdal.Open(str(result.rasters["default"]))
    middle = dataset.ReadAsArray()[:, 20, 40]
    assert list(middle) == [191, 128, 64, 255]  # 255 * 2.5 / 10000 times the digital numbers, rounded
