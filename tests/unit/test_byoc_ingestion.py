"""Ingestion: every reason a tile fails for, what a collection learns from its first tile, and hubs that were killed."""

from __future__ import annotations

import json
import os
import random
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from byoc_hub import BUCKET, COLLECTIONS, byoc_hub, byoc_store, waiting, write_cog
from real_scenes import DATA

from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_check import IngestionFailed, automatic_bands, examine_tile
from sentinel_workbench.localhub.byoc_ingestion import Ingestion
from sentinel_workbench.localhub.byoc_outcomes import finish, refresh_stale, take
from sentinel_workbench.localhub.byoc_store import ByocStore
from sentinel_workbench.localhub.byoc_tiles import waiting_again
from sentinel_workbench.localhub.store import SceneStore


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    return tmp_path_factory.mktemp("hub")


@pytest.fixture(scope="module")
def client(place):
    with byoc_hub(place) as client:
        yield client


@pytest.fixture
def folder(place, request):
    """A folder of the bucket of its own, by its name and as a path."""
    name = f"f{abs(hash(request.node.name))}"
    path = place / "buckets" / BUCKET / name
    path.mkdir()
    return name, path


def cause_of(tile):
    assert tile["status"] == "FAILED" and "tileGeometry" not in tile, tile
    return tile["additionalData"]["failedIngestionCause"]


def test_the_first_tile_configures_the_collection(client, folder):
    name, path = folder
    for band, dtype in (("B02", np.uint16), ("red", np.float32), ("žluť", np.uint8), ("height", np.int16)):
        write_cog(path / f"{band}.tiff", 5, dtype=dtype, nodata=None if band == "red" else 0)
    collection = client.collection()
    tile = client.ingest(collection, name)
    assert tile["status"] == "INGESTED" and tile["path"] == f"{name}/(BAND).tiff"
    west, north = 500000.0, 5000000.0
    ring = [[west, north], [west + 80, north], [west + 80, north - 80], [west, north - 80], [west, north]]
    assert tile["tileGeometry"] == tile["coverGeometry"] == {
        "type": "Polygon", "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}},
        "coordinates": [ring],
    }
    additional = tile["additionalData"]
    assert set(additional["bandHeaderSizes"]) == {"B02", "red", "žluť", "height"}
    assert all(300 < size < 2000 for size in additional["bandHeaderSizes"].values())
    assert additional["filesMetadata"]["B02"]["headerSize"] == additional["bandHeaderSizes"]["B02"]
    assert (additional["minMetersPerPixel"], additional["maxMetersPerPixel"]) == (10.0, 10.0)
    bands = client.get(f"{COLLECTIONS}/{collection}")["additionalData"]["bands"]
    assert bands == {
        "B02": {"bitDepth": 16, "source": "B02", "bandIndex": 1, "sampleFormat": "UINT", "noData": 0},
        "height": {"bitDepth": 16, "source": "height", "bandIndex": 1, "sampleFormat": "INT", "noData": 0},
        "red": {"bitDepth": 32, "source": "red", "bandIndex": 1, "sampleFormat": "FLOAT"},
        "žluť": {"bitDepth": 8, "source": "žluť", "bandIndex": 1, "sampleFormat": "UINT", "noData": 0},
    }
    assert "noData" not in client.get(f"{COLLECTIONS}/{collection}")


def test_a_file_of_several_bands_is_configured_as_recorded(client, folder):
    name, path = folder
    write_cog(path / "RGB.tif", np.full((3, 8, 8), 9), dtype=np.uint8, nodata=255)
    collection = client.collection()
    assert client.ingest(collection, name)["status"] == "INGESTED"
    document = client.settled(collection)
    recorded = {
        f"RGB_{i}": {"bitDepth": 8, "source": "RGB", "bandIndex": i, "sampleFormat": "UINT"} for i in (1, 2, 3)
    }
    assert document["additionalData"]["bands"] == recorded and document["noData"] == 255
    if DATA.is_dir():
        on_file = json.loads((DATA / "sentinelhub_recorded" / "byoc_bands_auto.json").read_text())
        assert document["additionalData"]["bands"] == on_file["bands"]


def test_bands_given_by_hand_only_learn_their_sample_format(client, folder):
    name, path = folder
    write_cog(path / "RGB.tif", np.full((3, 8, 8), 9), dtype=np.uint8, nodata=255)
    collection = client.collection(additionalData={"bands": {"G": {"source": "RGB", "bandIndex": 2, "bitDepth": 8}}})
    assert client.ingest(collection, name)["status"] == "INGESTED"
    document = client.settled(collection)
    assert document["additionalData"]["bands"] == {
        "G": {"source": "RGB", "bandIndex": 2, "bitDepth": 8, "sampleFormat": "UINT"}
    }
    assert "noData" not in document


def test_the_prefix_form_uses_only_the_files_that_fit(client, folder):
    name, path = folder
    (path / "note.txt").write_text("no band")
    for file in ("tile_1_B1_2019", "tile_1_B2_2019", "tile_2_B1_2019", "tile_1_B3_2020"):
        write_cog(path / f"{file}.tiff")
    for given in (f"{name}/tile_1_(BAND)_2019.tiff", f"{name}/tile_1_(BAND)_2019"):
        collection = client.collection()
        tile = client.ingest(collection, given)
        assert tile["path"] == f"{name}/tile_1_(BAND)_2019.tiff"
        assert set(client.get(f"{COLLECTIONS}/{collection}")["additionalData"]["bands"]) == {"B1", "B2"}


def test_the_placeholder_may_be_a_folder(client, folder):
    name, path = folder
    for band in ("B1", "B2"):
        write_cog(path / band / "2019.tif")
    collection = client.collection()
    assert client.ingest(collection, f"{name}/(BAND)/2019")["path"] == f"{name}/(BAND)/2019.tif"
    assert set(client.get(f"{COLLECTIONS}/{collection}")["additionalData"]["bands"]) == {"B1", "B2"}


def make_far(path):
    write_cog(path / "B1.tif")
    write_cog(path / "B2.tif", west=500020.0)


def make_text(path):
    (path / "B1.tif").write_text("no image at all, but long enough to hold a header")


def make_short(path):
    file = write_cog(path / "B1.tif", np.random.default_rng(1).integers(0, 60000, (300, 300)))
    with file.open("r+b") as stream:
        stream.truncate(file.stat().st_size // 2)


def make_many(path):
    first = write_cog(path / "B0.tif")
    for number in range(1, 101):
        shutil.copy(first, path / f"B{number}.tif")


def make_mixed_crs(path):
    write_cog(path / "B1.tif")
    write_cog(path / "B2.tif", crs="EPSG:32632")


MAKERS = {
    "nothing": (lambda path: None, "No files found at s3://my-bucket/"),
    "text": (make_text, "B1.tif: The file is not a TIFF"),
    "truncated": (make_short, "B1.tif: The file ends"),
    "name": (lambda path: write_cog(path / "1B.tif"), "'1B' is not a valid JavaScript identifier"),
    "word": (lambda path: write_cog(path / "class.tif"), "'class' is not a valid JavaScript identifier"),
    "jpeg": (lambda path: write_cog(path / "B1.tif", dtype=np.uint8, COMPRESS="JPEG", nodata=None), "JPEG"),
    "crs": (lambda path: write_cog(path / "B1.tif", crs="EPSG:2154"), "EPSG:2154"),
    "no crs": (lambda path: write_cog(path / "B1.tif", crs=None), "does not say in which CRS"),
    "blocks": (lambda path: write_cog(path / "B1.tif", BLOCKSIZE=128), "128 x 128"),
    "pole": (lambda path: write_cog(path / "B1.tif", crs="EPSG:4326", west=0, north=91, pixel=1), "pole"),
    "chunky": (lambda path: write_cog(path / "B1.tif", np.zeros((11, 8, 8)), dtype=np.uint8), "11"),
    "extensions": (lambda path: [write_cog(path / "B1.tif"), write_cog(path / "B2.tiff")], "different extensions"),
    "extent": (make_far, "do not cover the same area"),
    "mixed crs": (make_mixed_crs, "different CRSs: EPSG:32631, EPSG:32632"),
    "many": (make_many, "at most 100"),
}


@pytest.mark.parametrize("what", MAKERS)
def test_a_bad_tile_fails_with_its_cause(client, folder, what):
    name, path = folder
    make, words = MAKERS[what]
    make(path)
    collection = client.collection()
    cause = cause_of(client.ingest(collection, name))
    assert words in cause and "Traceback" not in cause and str(path) not in cause
    document = client.settled(collection)
    assert not document["isConfigured"] and "extent" not in document["additionalData"]


@pytest.mark.parametrize("what, words", [
    (lambda path: write_cog(path / "B1.tif"), "No file for the band B2 of the collection."),
    (lambda path: [write_cog(path / "B1.tif", dtype=np.uint8), write_cog(path / "B2.tif")], "bit depth 8"),
    (lambda path: [write_cog(path / "B1.tif", dtype=np.int16), write_cog(path / "B2.tif")], "sample format INT"),
])
def test_a_tile_unlike_the_collection_fails(client, folder, what, words):
    name, path = folder
    for band in ("B1", "B2"):
        write_cog(path / "first" / f"{band}.tif")
    collection = client.collection()
    assert client.ingest(collection, f"{name}/first")["status"] == "INGESTED"
    (path / "second").mkdir()
    what(path / "second")
    assert words in cause_of(client.ingest(collection, f"{name}/second"))


def test_a_file_may_reach_over_the_others_by_a_pixel_of_its_own(client, folder):
    name, path = folder
    write_cog(path / "B1.tif", size=20, pixel=10.0)
    write_cog(path / "B2.tif", size=3, pixel=60.0)
    collection = client.collection()
    tile = client.ingest(collection, name)
    assert "differs by more than one pixel" in cause_of(tile), "20 m are two pixels of 10 m"
    write_cog(path / "B1.tif", size=13, pixel=10.0)
    client.ask("POST", f"{client.tiles_of(collection)}/{tile['id']}/reingest", b"")
    tile = client.ended(collection, tile["id"])
    assert tile["status"] == "INGESTED", tile
    assert tile["tileGeometry"]["coordinates"][0][2] == [500180.0, 4999820.0]
    assert tile["coverGeometry"]["coordinates"][0][2] == [500130.0, 4999870.0]


def test_a_repaired_tile_is_ingested_on_request(client, folder):
    name, path = folder
    make_text(path)
    collection = client.collection()
    tile = client.ingest(collection, name)
    cause_of(tile)
    write_cog(path / "B1.tif")
    assert client.ask("POST", f"{client.tiles_of(collection)}/{tile['id']}/reingest", b"") == (204, None)
    repaired = client.ended(collection, tile["id"])
    assert repaired["status"] == "INGESTED" and "failedIngestionCause" not in repaired["additionalData"]
    assert repaired["id"] == tile["id"] and repaired["created"] == tile["created"]


def test_a_tile_that_spoils_fails_when_ingested_again_and_gives_no_more_data(client, folder):
    name, path = folder
    write_cog(path / "B1.tif")
    collection = client.collection()
    tile = client.ingest(collection, name)
    make_text(path)
    client.ask("POST", f"{client.tiles_of(collection)}/{tile['id']}/reingest", b"")
    cause_of(client.ended(collection, tile["id"]))
    _, found = client.ask("GET", f"/api/v1/catalog/1.0.0/collections/byoc-{collection}/items")
    assert found["features"] == []


def test_two_spellings_of_one_path_end_as_one_tile(client, folder):
    name, path = folder
    write_cog(path / "B1.tif")
    collection = client.collection()
    tiles = client.tiles_of(collection)
    first = client.create(tiles, path=f"{name}/(BAND).tif")
    second = client.create(tiles, path=name) if client.ask("POST", tiles, {"path": name})[0] == 201 else first
    ends = [client.ended(collection, tile["id"]) for tile in (first, second)]
    assert ends[0]["status"] == "INGESTED" and (ends[1]["status"] == "FAILED" or ends[1]["id"] == first["id"])


def test_metadata_of_a_collection(client, folder):
    name, path = folder
    for number, size in enumerate((512, 1024, 2048)):
        write_cog(path / str(number) / "B1.tif", size=size, west=500000 + 30000 * number, OVERVIEWS="AUTO",
                  BLOCKSIZE=256)
    collection = client.collection()
    times = [None, "2020-01-01T00:00:00Z", "2021-06-01T10:00:00.5Z"]
    for number, moment in enumerate(times):
        tile = client.ingest(collection, f"{name}/{number}", sensingTime=moment)
        assert tile["additionalData"]["maxMetersPerPixel"] == 10.0 * (2, 4, 8)[number]
    additional = client.settled(collection)["additionalData"]
    assert additional["maxMetersPerPixel"] == 5 * 40.0
    assert additional["hasSensingTimes"] == "PARTIALLY"
    assert additional["fromSensingTime"] == "2020-01-01T00:00:00Z"
    assert additional["toSensingTime"] == "2021-06-01T10:00:00.500Z"
    (west, north), _, (east, south) = additional["extent"]["coordinates"][0][:3]
    assert abs(west - 3.0) < 1e-6 and 4.0 < east < 4.1 and 44.9 < south < 45.0 < north < 45.2
    first = client.get(client.tiles_of(collection))[0]["id"]
    client.ask("DELETE", f"{client.tiles_of(collection)}/{first}")
    additional = client.settled(collection)["additionalData"]
    assert additional["maxMetersPerPixel"] == 5 * 60.0 and additional["hasSensingTimes"] == "YES"


def test_the_footprint_of_a_tile_over_the_antimeridian_is_cut(client, folder):
    name, path = folder
    write_cog(path / "B1.tif", crs="EPSG:32660", west=700000, north=200000, pixel=20000.0)
    collection = client.collection()
    assert client.ingest(collection, name)["status"] == "INGESTED"
    _, found = client.ask("GET", f"/api/v1/catalog/1.0.0/collections/byoc-{collection}/items")
    footprint = found["features"][0]["geometry"]
    longitudes = [x for polygon in footprint["coordinates"] for ring in polygon for x, _ in ring]
    assert footprint["type"] == "MultiPolygon" and len(footprint["coordinates"]) == 2
    assert all(-180 <= x < -178 or 178 < x <= 180 for x in longitudes)


# ---- real files ------------------------------------------------------------------------------------------------

real = pytest.mark.skipif(not DATA.is_dir(), reason="the real COGs are not beside the checkout")


@real
@pytest.mark.parametrize("file, words", [
    ("image_2000px.tif", "JPEG"), ("image_no_overview.tif", "128 x 128"), ("image_sorted.tif", "comes after"),
    ("nontiff.jpg", "not a TIFF but a PNG"), ("output_G.tiff", "The file ends at byte"), ("input.tiff", "strips"),
])
def test_bad_real_files_fail(client, folder, file, words):
    name, path = folder
    shutil.copy(DATA / "cogs" / "bad" / file, path / "B1.tif")
    assert words in cause_of(client.ingest(client.collection(), name))


@real
def test_good_real_files_are_ingested(client, folder):
    name, path = folder
    for file in ("output_B.tiff", "output_dataMask.tiff"):
        shutil.copy(DATA / "cogs" / "good" / file, path / file)
    collection = client.collection()
    tile = client.ingest(collection, f"{name}/output_(BAND)")
    assert tile["status"] == "INGESTED"
    bands = client.get(f"{COLLECTIONS}/{collection}")["additionalData"]["bands"]
    assert {name: spec["bitDepth"] for name, spec in bands.items()} == {"B": 8, "dataMask": 8}


# ---- spoiled files ---------------------------------------------------------------------------------------------


def spoiled(data, chance):
    """A COG with some of its header changed, cut short now and then, or lying nowhere."""
    changed = bytearray(data)
    kind = chance.random()
    if kind < 0.3:
        place = data.index(struct.pack("<d", 5000000.0)) - 8 * chance.randrange(2)
        number = chance.choice((float("nan"), float("inf"), -float("inf"), 1e300, -1e18, 4e7, 1e8))
        changed[place : place + 8] = struct.pack("<d", number)
    elif kind < 0.4:
        changed = changed[: chance.randrange(len(data))]
    else:
        for _ in range(chance.choice((1, 1, 2, 4))):
            changed[chance.randrange(900)] = chance.choice((0, 1, 255, chance.randrange(256)))
    return bytes(changed)


def test_spoiled_files_end_as_a_cause_or_a_tile_with_finite_numbers(tmp_path):
    store, buckets = byoc_store(tmp_path)
    pixels = np.arange(360000).reshape(600, 600) % 5000
    file = write_cog(tmp_path / "buckets" / BUCKET / "a" / "B1.tif", pixels, OVERVIEWS="AUTO", BLOCKSIZE=256)
    data, chance = file.read_bytes(), random.Random(27112019)
    ingestion = Ingestion(store, buckets)
    seen = set()
    for number in range(250):
        file.write_bytes(spoiled(data, chance))
        store.add_collection({"id": str(number), "name": "n", "s3Bucket": BUCKET, "additionalData": {}})
        store.add_tiles(str(number), waiting("a"))
        while ingestion.step():
            pass
        (tile,) = store.tiles_to_copy(str(number))
        seen.add(tile.status)
        json.dumps([tile.document, store.collection(str(number))], allow_nan=False)
        assert tile.status == "INGESTED" or tile.document["additionalData"]["failedIngestionCause"]
    assert seen == {"INGESTED", "FAILED"}
    store.scenes.close()


# ---- the store under it ----------------------------------------------------------------------------------------


def test_tiles_wait_for_the_next_hub(tmp_path):
    store, _ = byoc_store(tmp_path)
    for path in ("a", "b", "c"):
        write_cog(tmp_path / "buckets" / BUCKET / path / "B1.tif")
    with byoc_hub(tmp_path) as client:
        collection = client.collection()
        client.ingest(collection, "a")
    store.add_tiles(collection, waiting("b", "c"))
    _, taken = take(store, 1)
    assert [(tile.path, tile.status) for tile in taken] == [("b", "INGESTING")]
    assert store.tile(collection, taken[0].tile_id).document["status"] == "INGESTING"
    with byoc_hub(tmp_path) as client:
        ids = [tile["id"] for tile in client.get(client.tiles_of(collection))]
        assert [client.ended(collection, tile)["status"] for tile in ids] == ["INGESTED"] * 3
    store.scenes.close()


KILLED = """
import os, sys, time
from pathlib import Path
from byoc_hub import byoc_store
from sentinel_workbench.localhub import byoc_ingestion
store, buckets = byoc_store(Path(sys.argv[1]))
finish = byoc_ingestion.finish
def finish_and_die(store, collection, outcomes):
    finish(store, collection, outcomes)
    if outcomes:
        os._exit(9)
byoc_ingestion.finish = finish_and_die
byoc_ingestion.Ingestion(store, buckets).start()
time.sleep(60)
"""


def test_a_killed_hub_loses_and_doubles_nothing(tmp_path):
    """Every tile has its scene, though the hub died between two batches."""
    for number in range(40):
        write_cog(tmp_path / "buckets" / BUCKET / f"t{number:02d}" / "B1.tif")
    store, _ = byoc_store(tmp_path)
    with byoc_hub(tmp_path) as client:
        collection = client.collection()
        client.ingest(collection, "t00")
    store.add_tiles(collection, waiting(*(f"t{number:02d}" for number in range(1, 40))))
    done = subprocess.run([sys.executable, "-c", KILLED, str(tmp_path)], capture_output=True, timeout=60, text=True,
                          env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)})
    assert done.returncode == 9, done.stderr
    statuses = [tile.status for tile in store.tiles_to_copy(collection)]
    assert 1 < statuses.count("INGESTED") < 40
    with byoc_hub(tmp_path) as client:
        ids = [tile["id"] for tile in client.get(client.tiles_of(collection))]
        assert {client.ended(collection, tile)["status"] for tile in ids} == {"INGESTED"}
    assert sorted(scene.scene_id for scene in store.scenes.search(f"byoc-{collection}")) == sorted(ids)
    store.scenes.close()


def test_scenes_follow_the_folder_of_buckets(tmp_path):
    write_cog(tmp_path / "data" / "buckets" / BUCKET / "a" / "B1.tif")
    with byoc_hub(tmp_path / "data") as client:
        collection = client.collection()
        client.ingest(collection, "a")
    (tmp_path / "data").rename(tmp_path / "moved")

    def place_of_the_band(data, buckets):
        store = ByocStore(SceneStore(data), Buckets(buckets))
        store.follow_buckets()
        (scene,) = store.scenes.search(f"byoc-{collection}")
        store.scenes.close()
        return Path(scene.bands["B1"].path)

    moved = tmp_path / "moved"
    assert place_of_the_band(moved, moved / "buckets") == moved / "buckets" / BUCKET / "a" / "B1.tif"
    (moved / "buckets").rename(tmp_path / "elsewhere")
    assert place_of_the_band(moved, tmp_path / "elsewhere") == tmp_path / "elsewhere" / BUCKET / "a" / "B1.tif"


@pytest.fixture
def store(tmp_path):
    """A store with one collection, ``c``, whose tiles ``a`` and ``b`` wait; nothing ingests."""
    store, buckets = byoc_store(tmp_path)
    for path in ("a", "b"):
        write_cog(tmp_path / "buckets" / BUCKET / path / "B1.tif")
    store.add_collection({"id": "c", "name": "n", "s3Bucket": BUCKET, "additionalData": {}})
    store.add_tiles("c", waiting("a", "b"))
    yield store, buckets
    store.scenes.close()


def test_a_tile_deleted_while_it_is_read_stays_deleted(store):
    store, buckets = store
    collection, taken = take(store, 10)
    assert [tile.path for tile in taken] == ["a"], "the first tile of a collection goes alone"
    facts = examine_tile(buckets, BUCKET, "a", {})
    store.remove_tile("c", taken[0].tile_id)
    finish(store, collection, [(taken[0], facts)])
    assert [tile.path for tile in store.tiles_to_copy("c")] == ["b"]
    assert store.scenes.search("byoc-c") == [] and not store.collection("c")["isConfigured"]


def test_a_collection_deleted_while_it_is_read_stays_deleted(store):
    store, buckets = store
    collection, taken = take(store, 10)
    store.remove_collection("c")
    finish(store, collection, [(taken[0], examine_tile(buckets, BUCKET, "a", {}))])
    refresh_stale(store)
    assert store.tiles_to_copy("c") == [] and store.scenes.search("byoc-c") == []


def test_a_tile_is_read_again_when_the_bands_changed_meanwhile(store):
    store, buckets = store
    collection, taken = take(store, 10)
    facts = examine_tile(buckets, BUCKET, "a", {})
    bands = {"New": {"bitDepth": 16, "source": "B9"}}
    store.change_collection("c", lambda document, *_: document.update(additionalData={"bands": bands}))
    finish(store, collection, [(taken[0], facts)])
    assert store.tile("c", taken[0].tile_id).status == "WAITING" and store.scenes.search("byoc-c") == []
    while Ingestion(store, buckets).step():
        pass
    assert "(BAND) for B9" in cause_of(store.tile("c", taken[0].tile_id).document)


def test_the_outcome_of_an_older_attempt_is_dropped(store):
    store, _ = store
    collection, taken = take(store, 10)
    store.change_tile("c", taken[0].tile_id, waiting_again)
    finish(store, collection, [(taken[0], "an old cause")])
    assert store.tile("c", taken[0].tile_id).status == "WAITING"


def test_tiles_of_one_time_lie_in_order_of_creation_whenever_they_are_ingested(store):
    store, buckets = store
    facts = {path: examine_tile(buckets, BUCKET, path, {}) for path in ("a", "b")}
    collection, (first,) = take(store, 1)
    _, (second,) = take(store, 1)
    finish(store, collection, [(second, facts["b"])])
    finish(store, store.collection("c"), [(first, facts["a"])])
    for order in ("mostRecent", "leastRecent"):
        scenes = store.scenes.search("byoc-c", order=order)
        assert [scene.scene_id for scene in scenes] == [second.tile_id, first.tile_id]


def test_nodata_that_is_no_number_is_not_configured(tmp_path):
    _, buckets = byoc_store(tmp_path)
    write_cog(tmp_path / "buckets" / BUCKET / "a" / "B1.tif", dtype=np.float32, nodata=float("nan"))
    bands, common = automatic_bands(examine_tile(buckets, BUCKET, "a", {}).headers)
    assert common is None and "noData" not in bands["B1"]
    with pytest.raises(IngestionFailed, match="No files found"):
        examine_tile(buckets, BUCKET, "b", {})
