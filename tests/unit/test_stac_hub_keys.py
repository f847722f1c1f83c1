"""The hub over files that are not for everybody: keys told by a pipe and by nothing else, signatures that end."""

from __future__ import annotations

import datetime as dt
import json
import os
from pathlib import Path

import numpy as np
import pytest
import requests
from osgeo import gdal
from range_server import RangeServer
from s3_server import S3Server
from signing_catalog import SigningCatalog, take_for_planetary
from stac_items import make_item
from stac_server import StacServer
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.http import ranges
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub.local_scenes import LocalHub
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.localhub.catalog_way import read_catalog_way
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest, ResponseFormat
from sentinel_workbench.localhub.render import render
from sentinel_workbench.localhub.sources import HubPlaces
from sentinel_workbench.localhub.stac_opening import open_collections

gdal.UseExceptions()
L2A = "sentinel-2-l2a"
WHERE = {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 46], [2, 44]]]}
RED = """//VERSION=3
function setup() { return {input: [{bands: ["B04"], units: "DN"}], output: {bands: 1, sampleType: "UINT16"}}; }
function evaluatePixel(s) { return [s.B04]; }
"""
BODY = {
    "input": {
        "bounds": {"bbox": [500000, 4999920, 500080, 5000000],
                   "properties": {"crs": "http://www.opengis.net/def/crs/EPSG/0/32631"}},
        "data": [{"type": L2A, "dataFilter": {"timeRange": {
            "from": "2020-06-01T00:00:00Z", "to": "2020-06-30T00:00:00Z"}}}],
    },
    "output": {"width": 8, "height": 8, "responses": [{"identifier": "default", "format": {"type": "image/tiff"}}]},
    "evalscript": RED,
}


def scene(name, day, href, **more):
    item = make_item(name, f"2020-06-{day:02d}T10:00:00Z", assets={"red": {"href": href, "type": "image/tiff"}}, **more)
    return {**item, "geometry": WHERE, "bbox": [2, 44, 4, 46]}


# ---- S3 ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def bucket(tmp_path_factory):
    """A bucket that demands keys, and a catalog whose scenes lie in it."""
    folder = tmp_path_factory.mktemp("bucket")
    content = write_raster(folder / "red.tif", np.arange(1000, 1064, dtype=np.uint16).reshape(8, 8)).read_bytes()
    with S3Server() as storage, StacServer(folder, [scene("a", 5, "s3://scenes/a/red.tif")]) as catalog:
        storage.make_bucket("scenes")
        storage.put("scenes", "a/red.tif", content)
        storage.demand_keys()
        yield storage, catalog


def way(storage, secret):
    keys = {"access_key": storage.access_key, "secret_key": secret}
    return json.dumps({"storage": {"endpoint": storage.url, "region": "us-east-1", **keys}})


def ask(hub, folder):
    """The answer of the hub to an order of one image."""
    session = requests.Session()
    session.trust_env = False
    account, connection = hub.credentials, hub.connection
    form = {"grant_type": "client_credentials", "client_id": account.client_id, "client_secret": account.client_secret}
    token = session.post(connection.token_url, data=form).json()["access_token"]
    answer = session.post(f"{connection.base_url}/api/v1/process", json=BODY,
                          headers={"Authorization": f"Bearer {token}"})
    session.close()
    return answer


def started(catalog, folder, told=""):
    arguments = ("--stac", catalog.root, "--collection", L2A, "--workers", "1", *(("--way-on-stdin",) if told else ()))
    return LocalHub(folder, False, arguments, told=told)


def told_of(hub):
    """What other processes of this computer can see of the hub's: arguments, environment, all its children's."""
    pid = hub._process.pid
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    places = [f"/proc/{one}/{name}" for one in (str(pid), *children) for name in ("cmdline", "environ")]
    return b"\n".join(Path(place).read_bytes() for place in places), len(children)


def test_scenes_in_a_bucket_are_read_with_keys_nobody_else_sees(bucket, tmp_path):
    storage, catalog = bucket
    with started(catalog, tmp_path / "hub", way(storage, storage.secret_key)) as hub:
        answer = ask(hub, tmp_path)
        if os.path.isdir("/proc/self"):
            seen, children = told_of(hub)
            assert children and storage.secret_key.encode() not in seen
        said = "\n".join(hub._process._stderr)
    assert answer.status_code == 200, answer.text
    (tmp_path / "a.tif").write_bytes(answer.content)
    assert np.array_equal(gdal.Open(str(tmp_path / "a.tif")).ReadAsArray().ravel(), np.arange(1000, 1064))
    kept = b"".join(path.read_bytes() for path in (tmp_path / "hub").rglob("*") if path.is_file())
    assert storage.secret_key not in said and storage.secret_key.encode() not in kept
    assert storage.secret_key not in repr(hub)


@pytest.mark.parametrize("secret", ["wrong", None])
def test_wrong_keys_and_none_are_told(bucket, tmp_path, secret):
    storage, catalog = bucket
    told = way(storage, secret) if secret else json.dumps({"storage": None})
    with started(catalog, tmp_path / "hub", told) as hub:
        answer = ask(hub, tmp_path)
    assert answer.status_code == 500 and "Band 'B04' of tile 'a' can't be read" in answer.text
    assert "wrong" not in answer.text


def test_what_the_hub_is_told():
    storage = {"endpoint": "https://s3.test", "access_key": "ID", "secret_key": "hidden", "requester_pays": True}
    told = read_catalog_way(json.dumps({"headers": {"X": 1}, "storage": storage}))
    assert told.headers == {"X": "1"} and told.account.requester_pays and told.account.keys.secret_key == "hidden"
    assert "hidden" not in repr(told)
    assert read_catalog_way("{}").account is None
    assert read_catalog_way('{"storage": {"endpoint": "https://s3.test"}}').account.keys is None
    for wrong in ("", "[]", '{"storage": {"access_key": "ID"}}', '{"headers": 5}', '{"storage": 7}'):
        with pytest.raises(WorkbenchError) as caught:
            read_catalog_way(wrong)
        assert "ID" not in str(caught.value)


def test_keys_of_the_shell_are_taken_on_request_only(monkeypatch):
    for name, value in {"AWS_ACCESS_KEY_ID": "ID", "AWS_SECRET_ACCESS_KEY": "hidden", "AWS_REGION": "eu-1",
                        "AWS_ENDPOINT_URL": "https://s3.test", "AWS_REQUEST_PAYER": "requester"}.items():
        monkeypatch.setenv(name, value)
    assert read_catalog_way().account is None
    account = read_catalog_way(keyed=True).account
    assert (account.endpoint, account.region, account.requester_pays) == ("https://s3.test", "eu-1", True)
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(WorkbenchError, match="AWS_SECRET_ACCESS_KEY"):
        read_catalog_way(keyed=True)


def test_scenes_their_reader_pays_for_are_refused_at_the_start(tmp_path):
    paid = {"href": "s3://paid/B4.TIF", "type": "image/tiff", "storage:requester_pays": True}
    item = make_item("LC08", collection="landsat-c2-l2", assets={"red": paid})
    keys = {"access_key": "ID", "secret_key": "hidden"}
    with StacServer(tmp_path, [{**item, "geometry": WHERE}]) as server:
        for told in ({}, {"storage": keys}):
            with pytest.raises(WorkbenchError, match="whose reader pays"):
                open_collections(server.root, ("landsat-c2-l2",), read_catalog_way(json.dumps(told)))
        agreed = read_catalog_way(json.dumps({"storage": {**keys, "requester_pays": True}}))
        (settings,) = open_collections(server.root, ("landsat-c2-l2",), agreed)
        assert [band.name for band in settings.collection.bands] == ["red"] and server.files_log() == []


# ---- signatures ---------------------------------------------------------------------------------------------------


@pytest.fixture()
def planetary(tmp_path, monkeypatch):
    quick = RetryPolicy(attempts=2, first_delay_s=0.001, rate_limit_attempts=2, rate_limit_delay_s=0.001)
    monkeypatch.setattr(ranges, "READ_POLICY", quick)
    for number in range(1, 4):
        write_raster(tmp_path / f"{number}.tif", np.full((8, 8), 1000 * number, np.uint16))
    with SigningCatalog(tmp_path) as server:
        take_for_planetary(server, monkeypatch)
        server.add([scene(f"s{n}", n, f"{n}.tif", **{"s2:processing_baseline": "02.14"}) for n in (1, 2, 3)])
        yield server


def image(places, folder, day):
    first = dt.datetime(2020, 6, day, tzinfo=dt.timezone.utc)
    entry = InputData(L2A, time_from=first, time_to=first + dt.timedelta(hours=23))
    grid = PixelGrid(BBox(500000, 4999920, 500080, 5000000, "EPSG:32631"), 8, 8)
    made = render(RenderRequest(grid, (entry,), RED, (ResponseFormat("default", "image/tiff"),)), places, folder)
    return gdal.Open(str(made.body)).ReadAsArray()


def places_of(server, folder):
    (folder / "data").mkdir(exist_ok=True)
    return HubPlaces(folder / "data", open_collections(server.root, (L2A,)))


def test_one_signature_serves_a_series(planetary, tmp_path):
    places = places_of(planetary, tmp_path)
    assert [image(places, tmp_path, day).max() for day in (1, 2, 3)] == [1000, 2000, 3000]
    assert planetary.given == 1 and planetary.refused_signatures == 0


def test_a_signature_about_to_end_is_got_anew_before_it_is_refused(planetary, tmp_path):
    planetary.life_s = 50.0  # less than is asked of one that is used again
    places = places_of(planetary, tmp_path)
    assert [image(places, tmp_path, day).max() for day in (1, 2, 3)] == [1000, 2000, 3000]
    assert planetary.given >= 3 and planetary.refused_signatures == 0


def test_a_signature_refused_in_the_middle_of_a_series_is_got_anew_once(planetary, tmp_path):
    places = places_of(planetary, tmp_path)
    assert image(places, tmp_path, 1).max() == 1000
    planetary.accepted = "sig=another"  # the service took it back before its time
    assert [image(places, tmp_path, day).max() for day in (2, 3)] == [2000, 3000]
    assert (planetary.given, planetary.refused_signatures) == (2, 1)


def test_a_file_that_stays_refused_is_asked_for_twice_and_told_without_signature(planetary, tmp_path):
    places = places_of(planetary, tmp_path)
    assert image(places, tmp_path, 1).max() == 1000
    planetary.signed_answer = lambda *_: (403, {"Content-Type": "text/plain"}, b"no")
    before = len(planetary.files_log())
    with pytest.raises(HubError) as caught:
        image(places, tmp_path, 2)
    assert len(planetary.files_log()) - before == 2
    assert "does not let you read" in caught.value.message and "secret" not in caught.value.message


def test_saved_scenes_of_the_catalog_are_signed_too(planetary, tmp_path):
    """A file of scenes found there once: nothing in it is signed, but its links tell whose rules hold."""
    item = scene("s1", 1, planetary.url("1.tif"), **{"s2:processing_baseline": "04.00"})
    item["links"] = [{"rel": "root", "href": planetary.root}]
    path = tmp_path / "saved.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [item]}))
    (tmp_path / "data").mkdir()
    places = HubPlaces(tmp_path / "data", open_collections(str(path), (L2A,)))
    assert image(places, tmp_path, 1).max() == 0 and planetary.given == 1  # 1000 is nothing since baseline 04.00


def test_scenes_beside_a_catalog_file(tmp_path):
    write_raster(tmp_path / "red.tif", np.full((8, 8), 1234, np.uint16))
    path = tmp_path / "items.geojson"
    for href in ("red.tif", (tmp_path / "red.tif").as_uri()):
        path.write_text(json.dumps({"type": "FeatureCollection", "features": [scene("s1", 1, href)]}))
        (tmp_path / "data").mkdir(exist_ok=True)
        places = HubPlaces(tmp_path / "data", open_collections(str(path), (L2A,)))
        assert (image(places, tmp_path, 1) == 1234).all()


def test_a_catalog_on_a_server_names_no_file_of_this_computer(tmp_path):
    write_raster(tmp_path / "red.tif", np.full((8, 8), 1234, np.uint16))
    with RangeServer(tmp_path) as files:
        item = scene("s1", 1, (tmp_path / "red.tif").as_uri())
        with StacServer(tmp_path, [item]) as server:
            with pytest.raises(WorkbenchError, match="no usable band"):
                open_collections(server.root, (L2A,))
        assert not files.log
