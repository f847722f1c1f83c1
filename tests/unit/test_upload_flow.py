"""From a folder to a collection in one call, with a real S3 server and a small service."""

from __future__ import annotations

import os

import pytest
from byoc_stand_in import ByocStandIn
from made_cogs import memory_raster, pixels_of, write_cog, write_raster
from s3_server import S3Server

from sentinel_workbench import api
from sentinel_workbench.core.errors import AuthenticationFailed, Cancelled, InvalidInput
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services import byoc_watch
from sentinel_workbench.core.services.byoc_bulk import Outcome
from sentinel_workbench.core.services.storage import Storage, StorageKeys
from sentinel_workbench.core.services.storage_bucket import StorageBucket
from sentinel_workbench.core.services.upload import UploadOutcome
from sentinel_workbench.core.services.upload_flow import FolderOrder
from sentinel_workbench.core.services.upload_flow import take_folder as take_into


@pytest.fixture(scope="module")
def server():
    with S3Server() as running:
        yield running


@pytest.fixture()
def s3(server):
    server.reset()
    server.make_bucket("rasters")
    return server


@pytest.fixture()
def hub(monkeypatch, tmp_path):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.01)
    with ByocStandIn() as stand_in:
        yield stand_in


@pytest.fixture()
def byoc(hub, tmp_path):
    connection = api.Connection("stand-in", "custom", hub.url, hub.token_url)
    settings = api.ServiceSettings(tmp_path / "cache", NetworkSettings())
    services = api.build_services(connection, api.Credentials(hub.client_id, hub.client_secret), settings)
    yield services.byoc
    services.close()


@pytest.fixture()
def folder(tmp_path):
    """Three tiles of one band, that of the last in strips."""
    root = tmp_path / "rasters"
    for day in ("20190401", "20190402", "20190403"):
        (root / day).mkdir(parents=True)
        write_cog(root / day / "B02.tif", rows=20, cols=30, dtype="uint16")
    strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
    write_raster(root / "20190403" / "B02.tif", strips, "GTiff", ())
    return root


def opener(s3, secret=None):
    keys = StorageKeys(s3.access_key, secret or s3.secret_key)
    return lambda bucket: StorageBucket(Storage(bucket, s3.url), keys)


def order(folder, **change):
    return FolderOrder(**{"folder": folder, "collection": "mine", "bucket": "rasters", "create": True,
                          "convert": True, **change})


def take_folder(byoc, order, bucket, *progress):
    return take_into(byoc, order, bucket, order.folder.parent / "converted", *progress)


def test_a_folder_becomes_a_collection_and_again_sends_nothing(byoc, hub, s3, folder):
    taken = take_folder(byoc, order(folder), opener(s3))
    assert taken.complete and len(taken.ingested.ingested) == 3
    assert taken.collection.name == "mine" and len(s3.keys("rasters")) == 3
    again = take_folder(byoc, order(folder), opener(s3))
    assert again.complete and len(hub.own) == 1 and len(hub.tiles[taken.collection.collection_id]) == 3


def test_a_tile_whose_file_changed_is_ingested_again(byoc, hub, s3, folder):
    owner = take_folder(byoc, order(folder), opener(s3)).collection.collection_id
    changed = folder / "20190402" / "B02.tif"
    os.utime(changed, (changed.stat().st_mtime + 5,) * 2)
    hub.outcomes["20190402/(BAND).tif"] = "The file is no TIFF."
    hub.calls.clear()
    taken = take_folder(byoc, order(folder), opener(s3))
    assert (taken.sent.count(UploadOutcome.SENT), taken.sent.count(UploadOutcome.THERE)) == (1, 2)
    (stale,) = [tile["id"] for tile in hub.tiles[owner].values() if tile["path"].startswith("20190402")]
    reread = [path for method, path, _, _ in hub.calls if method == "POST" and path.endswith("/reingest")]
    assert len(reread) == 1 and stale in reread[0]
    assert [tile.path for tile in taken.ingested.failed] == ["20190402/(BAND).tif"] and not taken.complete
    hub.refusals[("POST", "reingest")] = (403, "No rights", "COMMON_INSUFFICIENT_PERMISSIONS")
    os.utime(changed, (changed.stat().st_mtime + 5,) * 2)
    refused = take_folder(byoc, order(folder), opener(s3))
    assert not refused.complete and refused.registered.stopped_by and refused.registered.count(Outcome.THERE) == 2


def test_what_is_left_out_and_what_fails_is_told(byoc, hub, s3, folder):
    hub.outcomes["20190402/(BAND).tif"] = "The file is no TIFF."
    taken = take_folder(byoc, order(folder, convert=False), opener(s3))
    assert not taken.complete and len(taken.ingested.ingested) == 1
    assert [tile.path for tile in taken.ingested.failed] == ["20190402/(BAND).tif"]
    (refused,) = taken.plan.refused
    assert "is stored in strips" in refused.reason and "Make COG" in refused.reason


def test_a_file_that_no_conversion_helps_is_told_once_for_its_tile(byoc, hub, s3, folder):
    (folder / "20190403" / "B02.tif").write_bytes(b"no picture")
    (refused,) = take_folder(byoc, order(folder), opener(s3)).plan.refused
    assert refused.name == "20190403/(BAND).tif"
    assert refused.reason == (
        "20190403/B02.tif: B02.tif is not an image. Replace it by a whole one, or leave it out."
    )


def test_nothing_is_made_when_the_keys_do_not_open_the_bucket(byoc, hub, s3, folder):
    s3.demand_keys()
    with pytest.raises(AuthenticationFailed):
        take_folder(byoc, order(folder), opener(s3, "wrong"))
    assert hub.own == {}


def test_a_stopped_run_goes_on_where_it_was(byoc, hub, s3, folder):
    class StopsWhenSent(Watched):
        def report(self, fraction, message=""):
            if fraction >= 0.8:
                self.cancel()

    with pytest.raises(Cancelled):
        take_folder(byoc, order(folder), opener(s3), StopsWhenSent())
    (owner,) = hub.own
    assert len(s3.keys("rasters")) == 3 and len(hub.tiles[owner]) < 3
    assert take_folder(byoc, order(folder), opener(s3)).complete and len(hub.tiles[owner]) == 3


@pytest.mark.parametrize("change, sentence", [
    ({"bucket": ""}, "A new collection needs a bucket"), ({"create": False}, "You have no collection 'mine'"),
    ({"collection": "theirs"}, "lies in the bucket 'elsewhere'"), ({"template": "x"}, "once in the file's name"),
])
def test_one_clear_sentence(byoc, hub, s3, folder, change, sentence):
    hub.add_collection("theirs", s3Bucket="elsewhere")
    with pytest.raises(InvalidInput, match=sentence):
        take_folder(byoc, order(folder, **change), opener(s3))
    assert s3.keys("rasters") == {} and len(hub.own) == 1
