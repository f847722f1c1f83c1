"""A process that is killed while it uploads, or while it adds tiles, is gone on with: nothing twice, nothing half."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from byoc_stand_in import ByocStandIn
from made_cogs import memory_raster, pixels_of, write_cog, write_raster
from s3_server import S3Server

from sentinel_workbench import api
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.services import byoc_watch, cog_batch, storage_bucket
from sentinel_workbench.core.services.folder_bucket import FolderBucket
from sentinel_workbench.core.services.storage import Storage, StorageKeys
from sentinel_workbench.core.services.upload import UploadFile, UploadOutcome
from sentinel_workbench.core.services.upload_flow import FolderOrder, take_folder

BUCKET = "rasters"
SENDS = """
import os, signal, sys
from pathlib import Path
from sentinel_workbench.core.services import storage_bucket, upload
from sentinel_workbench.core.services.storage import Storage, StorageKeys
storage_bucket.PART_MB, upload.PARALLEL = 5, 1
count = upload._Meter.count
def die_in_the_second_part(meter, number, sent):
    count(meter, number, sent)
    if sent > 6_000_000:
        os.kill(os.getpid(), signal.SIGKILL)
upload._Meter.count = die_in_the_second_part
folder = Path(sys.argv[1])
files = [upload.UploadFile(path, f"2019/{path.name}") for path in sorted(folder.iterdir())]
storage_bucket.upload_files(files, Storage("rasters", sys.argv[2]), StorageKeys(*sys.argv[3:5]))
"""
TAKES = """
import os, signal, sys
from pathlib import Path
from sentinel_workbench import api
from sentinel_workbench.core.http.transport import NetworkSettings
from sentinel_workbench.core.hub.byoc import ByocClient
from sentinel_workbench.core.services import byoc_bulk
from sentinel_workbench.core.services.folder_bucket import FolderBucket
from sentinel_workbench.core.services.upload_flow import FolderOrder, take_folder
byoc_bulk.PARALLEL = 1
made, create = [], ByocClient.create_tile
def die_after_the_third(client, *what):
    made.append(create(client, *what))
    if len(made) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return made[-1]
ByocClient.create_tile = die_after_the_third
folder, root, url, token_url, client_id, client_secret = sys.argv[1:]
settings = api.ServiceSettings(Path(root) / "cache", NetworkSettings())
connection = api.Connection("stand-in", "custom", url, token_url)
services = api.build_services(connection, api.Credentials(client_id, client_secret), settings)
order = FolderOrder(Path(folder), "mine", bucket="rasters", create=True)
take_folder(services.byoc, order, lambda name: FolderBucket(Path(root), name), Path(root).with_name("converted"))
"""
CONVERTS = TAKES.replace("create=True", "create=True, convert=True").replace("byoc_bulk.PARALLEL = 1", """
from sentinel_workbench.core.services import cog_batch, upload
upload.PARALLEL = 1
done, work = [], {work}
def die_in_the_third(*what):
    done.append(what)
    if len(done) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return work(*what)
{work} = die_in_the_third
""")


def run_until_killed(program, *words):
    command = [sys.executable, "-c", program, *map(str, words)]
    packages = str(Path(storage_bucket.__file__).parents[3])
    died = subprocess.run(command, timeout=120, capture_output=True, env={**os.environ, "PYTHONPATH": packages})
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()[-2000:]


def test_an_upload_goes_on_after_its_process_was_killed(tmp_path, monkeypatch):
    for name, size in (("B02.tif", 1000), ("B03.tif", 12_000_000), ("B04.tif", 1000)):
        (tmp_path / name).write_bytes(os.urandom(size))
    files = [UploadFile(path, f"2019/{path.name}") for path in sorted(tmp_path.iterdir())]
    monkeypatch.setattr(storage_bucket, "PART_MB", 5)
    with S3Server() as s3:
        s3.make_bucket(BUCKET)
        run_until_killed(SENDS, tmp_path, s3.url, s3.access_key, s3.secret_key)
        assert set(s3.keys(BUCKET)) == {"2019/B02.tif"} and s3.uploads(BUCKET) == ["2019/B03.tif"]
        keys = StorageKeys(s3.access_key, s3.secret_key)
        report = storage_bucket.upload_files(files, Storage(BUCKET, s3.url), keys)
        outcomes = [one.outcome for one in report.files]
        assert outcomes == [UploadOutcome.THERE, UploadOutcome.SENT, UploadOutcome.SENT]
        assert all(s3.read(BUCKET, file.key) == file.source.read_bytes() for file in files)
        assert s3.uploads(BUCKET) == []


@pytest.fixture()
def folder(tmp_path):
    root = tmp_path / "my rasters"
    for day in range(1, 9):
        (root / f"2019-04-0{day}").mkdir(parents=True)
        write_cog(root / f"2019-04-0{day}" / "B02.tif", rows=20, cols=30, dtype="uint16")
    return root


def test_a_job_of_many_tiles_goes_on_after_its_process_was_killed(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.01)
    with ByocStandIn() as hub:
        account = (hub.url, hub.token_url, hub.client_id, hub.client_secret)
        run_until_killed(TAKES, folder, tmp_path / "buckets", *account)
        (owner,) = hub.own
        assert len(hub.tiles[owner]) == 3
        settings = api.ServiceSettings(tmp_path / "cache", NetworkSettings())
        connection = api.Connection("stand-in", "custom", *account[:2])
        services = api.build_services(connection, api.Credentials(*account[2:]), settings)
        order = FolderOrder(folder, "mine", bucket=BUCKET, create=True)
        taken = take_folder(services.byoc, order, lambda name: FolderBucket(tmp_path / "buckets", name), tmp_path)
        services.close()
        assert taken.complete and list(hub.own) == [owner] and len(hub.tiles[owner]) == 8
        assert taken.sent.count(UploadOutcome.THERE) == 8
        assert len({tile["path"] for tile in hub.tiles[owner].values()}) == 8


@pytest.mark.parametrize("work, made_again, sent", [("cog_batch.make_cog", 6, 8), ("FolderBucket.write", 0, 6)])
def test_files_converted_before_a_process_was_killed_are_not_made_again(tmp_path, monkeypatch, work, made_again, sent):
    folder, buckets, converted = tmp_path / "my rasters", tmp_path / "buckets", tmp_path / "converted"
    for day in range(1, 9):
        (folder / f"2019-04-0{day}").mkdir(parents=True)
        strips = memory_raster(pixels_of(rows=20, cols=30, dtype="uint16"))
        write_raster(folder / f"2019-04-0{day}" / "B02.tif", strips, "GTiff", ())
    made, make = [], cog_batch.make_cog
    monkeypatch.setattr(cog_batch, "make_cog", lambda *what: made.append(what) or make(*what))
    monkeypatch.setattr(byoc_watch, "FIRST_WAIT_S", 0.01)
    with ByocStandIn() as hub:
        account = (hub.url, hub.token_url, hub.client_id, hub.client_secret)
        run_until_killed(CONVERTS.replace("{work}", work), folder, buckets, *account)
        assert len(list(converted.rglob("B02.tif"))) == 8 - made_again
        services = api.build_services(
            api.Connection("stand-in", "custom", *account[:2]), api.Credentials(*account[2:]),
            api.ServiceSettings(tmp_path / "cache", NetworkSettings()),
        )
        order = FolderOrder(folder, "mine", bucket=BUCKET, create=True, convert=True)
        taken = take_folder(services.byoc, order, lambda name: FolderBucket(buckets, name), converted)
        services.close()
        assert taken.complete and len(made) == made_again and taken.sent.count(UploadOutcome.SENT) == sent
        assert list(converted.iterdir()) == []
