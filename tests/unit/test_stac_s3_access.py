"""Files behind access keys: the signature Amazon documents, a real S3 server that checks it, and who gets no key."""

from __future__ import annotations

import datetime as dt
import hashlib

import numpy as np
import pytest
from s3_server import S3Server
from stac_items import make_item, recorded_items
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import InvalidInput, PermissionDenied
from sentinel_workbench.core.http.ranges import HttpRanges, OpenAccess
from sentinel_workbench.core.http.s3_signing import S3Keys, signed_headers
from sentinel_workbench.core.http.transport import HttpResponse, RequestsTransport
from sentinel_workbench.core.model.area import Area
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.services.clip_order import ClipOrder
from sentinel_workbench.core.services.stac import CatalogService
from sentinel_workbench.core.services.stac_clip import clip_scenes
from sentinel_workbench.core.stac.catalogs import known_catalogs
from sentinel_workbench.core.stac.item_reading import read_item
from sentinel_workbench.core.stac.records import StacConnection
from sentinel_workbench.core.stac.s3_access import S3Access, S3Account, check_payment, file_access, s3_address

EXAMPLE = S3Keys("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
SCHEMES = {"storage:schemes": {"free": {"requester_pays": False}, "paid": {"requester_pays": True}}}
MOMENT = dt.datetime(2013, 5, 24, tzinfo=dt.timezone.utc)


def access(**account):
    return S3Access(S3Account(**account), OpenAccess(), lambda: MOMENT)


def test_the_example_of_the_documentation():
    """GET Object with a range, from the S3 reference on authorization headers."""
    empty = hashlib.sha256(b"").hexdigest()
    headers = signed_headers("https://examplebucket.s3.amazonaws.com/test.txt", EXAMPLE, "us-east-1", MOMENT,
                             {"range": "bytes=0-9"}, empty)
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
        "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
    assert "wJalr" not in repr(EXAMPLE)


@pytest.mark.parametrize("account, url, address", [
    ({}, "s3://sentinel-cogs/a b/B04.tif", "https://sentinel-cogs.s3.us-west-2.amazonaws.com/a%20b/B04.tif"),
    ({"region": "eu-west-1"}, "s3://own/B04.tif", "https://own.s3.eu-west-1.amazonaws.com/B04.tif"),
    ({}, "s3://dotted.name/B04.tif", "https://s3.us-east-1.amazonaws.com/dotted.name/B04.tif"),
    ({"endpoint": "https://eodata.dataspace.copernicus.eu"}, "s3://eodata/S2/B04.tif",
     "https://eodata.dataspace.copernicus.eu/eodata/S2/B04.tif"),
])
def test_addresses_of_buckets(account, url, address):
    assert access(**account).address(url, Silent()) == (address, {})


def test_keys_go_to_their_own_storage_only():
    own = access(keys=EXAMPLE, requester_pays=True)
    url, headers = own.address("s3://sentinel-s2-l2a/tiles/B04.tif", Silent())
    assert "eu-central-1/s3" in headers["authorization"] and headers["x-amz-request-payer"] == "requester"
    assert "x-amz-request-payer" in headers["authorization"]
    assert own.address("https://sentinel-s2-l2a.s3.amazonaws.com/B04.tif", Silent())[1]
    for other in ("https://x.org/B04.tif", "https://notamazonaws.com/B04.tif", "https://amazonaws.com.evil.org/a.tif"):
        assert own.address(other, Silent()) == (other, {})
    assert not own.renew("s3://a/b")


@pytest.mark.parametrize("wrong", [{"endpoint": "eodata"}, {"endpoint": "https://a:b@x.org"}, {"requester_pays": True}])
def test_accounts_that_can_t_be(wrong):
    with pytest.raises(InvalidInput):
        S3Account(**wrong)


def test_a_catalog_knows_its_storage():
    cdse = file_access(known_catalogs()["cdse"].connection(), RequestsTransport())
    assert cdse.address("s3://eodata/a.tif", Silent())[0] == "https://eodata.dataspace.copernicus.eu/eodata/a.tif"
    keyed = file_access(known_catalogs()["cdse"].connection(), RequestsTransport(), S3Account(keys=EXAMPLE))
    address, headers = keyed.address("s3://eodata/a.tif", Silent())
    assert address.startswith("https://eodata.dataspace.copernicus.eu/") and "/default/s3/" in headers["authorization"]
    assert file_access(StacConnection("x"), RequestsTransport()).address("https://x/a", Silent()) == ("https://x/a", {})


def test_a_window_out_of_a_bucket_that_demands_keys(tmp_path):
    pixels = np.random.default_rng(1).integers(1, 9000, (300, 300)).astype(np.uint16)
    content = write_raster(tmp_path / "B04.tif", pixels, BLOCKSIZE=128, COMPRESS="DEFLATE").read_bytes()
    item = read_item(make_item("S2", assets={"B04": {"href": "s3://scenes/a b/B04.tif", "type": "image/tiff"}}))
    order = ClipOrder((item,), ("B04",), Area(BBox(500100, 4998100, 501000, 4999000, "EPSG:32631")))
    with S3Server() as server:
        server.make_bucket("scenes")
        server.put("scenes", "a b/B04.tif", content)
        server.demand_keys()
        good = S3Keys(server.access_key, server.secret_key)
        results = {}
        for name, keys in (("good", good), ("bad", S3Keys(server.access_key, "wrong")), ("none", None)):
            transport = RequestsTransport()
            account = S3Account(server.url, "us-east-1", keys)
            ranges = HttpRanges(transport, file_access(StacConnection("x"), transport, account))
            results[name] = clip_scenes(order, StacConnection("x"), ranges, tmp_path / name).scenes[0]
            transport.close()
    assert results["good"].error is None and results["good"].files[0].size == (90, 90)
    for name in ("bad", "none"):
        assert results[name].state is State.FAILED and "does not let you read s3://scenes/" in results[name].error


LANDSAT = {"href": "s3://usgs-landsat/x_SR_B4.TIF", "type": "image/tiff", "storage:requester_pays": True}


@pytest.mark.parametrize("asset, properties, refused", [
    (LANDSAT, {}, True), ({**LANDSAT, "storage:requester_pays": False}, {}, False),
    ({**LANDSAT, "href": "https://x.org/a.tif"}, {}, False),
    ({"href": "s3://eodata/a.tif", "storage:refs": ["free", "paid"]}, SCHEMES, False),
    ({"href": "s3://eodata/a.tif", "storage:refs": ["paid"]}, SCHEMES, True),
    ({"href": "s3://eodata/a.tif", "storage:refs": ["odd"]}, {"storage:schemes": 7}, False),
])
def test_what_its_reader_pays_for_is_told_before_it_is_asked_for(tmp_path, asset, properties, refused):
    item = read_item(make_item("LC08", collection="landsat-c2-l2", assets={"red": asset}, **properties))
    assets = list(item.assets.values())
    if refused:
        with pytest.raises(InvalidInput, match="lies in storage whose reader pays"):
            check_payment(item, assets, S3Account(keys=EXAMPLE))
        with pytest.raises(InvalidInput, match="whose reader pays"):
            CatalogService(StacConnection("x"), RequestsTransport()).clip(
                ClipOrder((item,), ("red",), Area(BBox(0, 0, 1, 1, "EPSG:4326"))), tmp_path / "out")
        assert not (tmp_path / "out").exists()
    else:
        check_payment(item, assets, None)
    check_payment(item, assets, S3Account(keys=EXAMPLE, requester_pays=True))


def test_recorded_landsat_scenes_are_paid_for_by_their_reader():
    items = recorded_items("pystac-client/es_v1_search_two_collections.json")
    landsat = next(item for item in items if item.collection == "landsat-c2-l2")
    with pytest.raises(InvalidInput, match="whose reader pays"):
        check_payment(landsat, [landsat.assets["red"]], None)


def test_a_bucket_of_another_region_is_told_with_the_region():
    answer = HttpResponse(301, {"x-amz-bucket-region": "eu-west-3"}, b"")

    class Elsewhere:
        def send(self, request, progress, sink=None):
            return answer

    for answer in (answer, HttpResponse(400, {"x-amz-bucket-region": "eu-west-3"}, b"")):
        with pytest.raises(PermissionDenied, match="lies in the region eu-west-3. Enter it"):
            HttpRanges(Elsewhere(), access(keys=EXAMPLE)).fetch("s3://own/a.tif", 0, 10, Silent())


@pytest.mark.parametrize("url, address", [
    ("https://own.s3.eu-west-1.amazonaws.com/a%20b/B04.tif", "s3://own/a%20b/B04.tif"),
    ("https://own.s3.amazonaws.com/B04.tif", "s3://own/B04.tif"),
    ("https://s3.eu-west-1.amazonaws.com/dotted.name/x/B04.tif", "s3://dotted.name/x/B04.tif"),
    ("http://127.0.0.1:9000/own/x/own/B04.tif", "s3://own/x/own/B04.tif"),
    ("s3://own/B04.tif", "s3://own/B04.tif"),
])
def test_one_address_for_a_file_in_a_bucket(url, address):
    assert s3_address(url) == address
