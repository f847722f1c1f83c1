"""No path of a request reaches a file outside its bucket, and no bucket one outside the folder of buckets."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from byoc_hub import BUCKET, COLLECTIONS, byoc_hub, write_cog
from hub_fakes import ACCOUNT

from sentinel_workbench.core.errors import LocalHubError
from sentinel_workbench.localhub.byoc_buckets import Buckets, PathRefused, check_tile_path, paths_it_may_become
from sentinel_workbench.localhub.records import HubError
from sentinel_workbench.localhub.serving import LocalHub


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """Buckets ``my-bucket`` and ``other``; a secret beside the buckets; links that lead out."""
    tmp_path = tmp_path_factory.mktemp("place")
    write_cog(tmp_path / "secret" / "B1.tif")
    buckets = tmp_path / "buckets"
    write_cog(buckets / BUCKET / "tile" / "B1.tif")
    write_cog(buckets / "other" / "tile" / "B1.tif")
    (buckets / BUCKET / "out").symlink_to(tmp_path / "secret", target_is_directory=True)
    (buckets / BUCKET / "aside").symlink_to(buckets / "other" / "tile", target_is_directory=True)
    (buckets / BUCKET / "linked").mkdir()
    (buckets / BUCKET / "linked" / "B1.tif").symlink_to(tmp_path / "secret" / "B1.tif")
    (buckets / BUCKET / "within").mkdir()
    (buckets / BUCKET / "within" / "B1.tif").symlink_to(buckets / BUCKET / "tile" / "B1.tif")
    (buckets / BUCKET / "round").symlink_to("round")
    (buckets / "leads-out").symlink_to(tmp_path / "secret", target_is_directory=True)
    return tmp_path


BAD_PATHS = (
    "..", "../secret", "../../secret/B1.tif", "tile/../../../secret", "tile/..", "./tile", "/etc", "//etc", "/",
    "tile\\..\\..\\..\\secret", "..\\secret", "tile\u0000/../../secret", "tile/\u0000", "tile//B1", "tile/", "a\nb",
)


@pytest.mark.parametrize("path", BAD_PATHS)
def test_paths_that_are_refused_before_the_disk_is_asked(path):
    with pytest.raises(HubError) as caught:
        check_tile_path(path)
    assert caught.value.status == 400


@pytest.mark.parametrize("path", [
    *BAD_PATHS, "out", "out/(BAND).tif", "linked", "linked/(BAND).tif", "aside", "round", "(BAND)/B1.tif", "nowhere",
    "tile/B1.tif", "%2e%2e/%2e%2e/secret", "..%2f..%2fsecret", "~", "$HOME", "file:///etc/passwd", "C:\\Windows",
    "/vsicurl/http://127.0.0.1/x", "vsimem/x",
])
def test_nothing_outside_the_bucket_is_found(place, path):
    """Also without the check of the request, as if a path had got past it."""
    buckets = Buckets(place / "buckets")
    root = (place / "buckets" / BUCKET).resolve()
    for sources in (None, ["B1"], ["../secret/B1", "B1"]):
        try:
            found = buckets.files(BUCKET, path, sources)
        except PathRefused as error:
            assert str(place) not in str(error)
        else:
            assert all(root in file.parents for file in found.files.values()), found


def test_links_within_the_bucket_are_followed(place):
    buckets = Buckets(place / "buckets")
    found = buckets.files(BUCKET, "within")
    assert found.path == "within/(BAND).tif"
    assert buckets.key(BUCKET, found.files["B1"]) == "tile/B1.tif"
    assert buckets.place(BUCKET, "tile/B1.tif") == found.files["B1"]


@pytest.mark.parametrize("name", [
    "..", ".", "", "leads-out", "../secret", "my-bucket/tile", "my-bucket/..", "/etc", "a\u0000", "nowhere",
    "..%2fsecret",
    "x" * 300, "my-bucket\\tile",
])
def test_no_folder_but_a_bucket_is_one(place, name):
    with pytest.raises(HubError) as caught:
        Buckets(place / "buckets").check(name)
    assert caught.value.status == 400 and str(place) not in caught.value.message


@pytest.mark.skipif(os.name == "nt", reason="folders have other rights there")
def test_a_bucket_that_may_not_be_read(place, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)  # the tests may run as root, whom nothing is forbidden
    with pytest.raises(HubError) as caught:
        Buckets(place / "buckets").check(BUCKET)
    assert (caught.value.status, caught.value.code) == (403, "COMMON_INSUFFICIENT_PERMISSIONS")


def test_a_folder_of_buckets_that_is_missing_has_none(tmp_path):
    with pytest.raises(HubError, match="does not exist"):
        Buckets(tmp_path / "nowhere").check(BUCKET)


@pytest.mark.parametrize("path, became", [
    ("folder", ["folder", "folder/(BAND)", "folder/(BAND).tiff", "folder/(BAND).tif", "folder/(BAND).TIFF",
                "folder/(BAND).TIF"]),
    ("", ["", "(BAND)", "(BAND).tiff", "(BAND).tif", "(BAND).TIFF", "(BAND).TIF"]),
    ("a_(BAND).tif", ["a_(BAND).tif"]),
    ("a_(BAND)", ["a_(BAND)", "a_(BAND).tiff", "a_(BAND).tif", "a_(BAND).TIFF", "a_(BAND).TIF"]),
])
def test_what_a_path_may_become(path, became):
    assert paths_it_may_become(path) == became


def test_the_whole_bucket_may_be_a_tile(place):
    write_cog(place / "buckets" / "flat" / "B7.tiff")
    assert Buckets(place / "buckets").files("flat", "").path == "(BAND).tiff"


def test_over_the_wire(place):
    with byoc_hub(place) as client:
        collection = client.collection()
        for path in BAD_PATHS:
            status, document = client.ask("POST", client.tiles_of(collection), {"path": path})
            assert status == 400 and document["error"]["code"] == "COMMON_BAD_PAYLOAD"
        for path in ("out", "linked", "aside/(BAND).tif", "round", "%2e%2e/%2e%2e/secret"):
            tile = client.ingest(collection, path)
            assert tile["status"] == "FAILED"
            assert str(place) not in json.dumps(tile)
        for address in ("/..%2f..%2fsecret", "/%2e%2e", "/..", f"/{collection}/tiles/..%2f..", f"/{collection}%00"):
            assert client.ask("GET", COLLECTIONS + address)[0] == 404
        assert client.ingest(collection, "within")["status"] == "INGESTED"


def test_a_missing_folder_of_buckets_is_said_at_once(tmp_path):
    with pytest.raises(LocalHubError, match="nowhere' does not exist"):
        LocalHub(tmp_path, ACCOUNT, buckets=tmp_path / "nowhere")


def test_a_folder_that_may_not_be_listed(place, monkeypatch):
    def forbidden(folder):
        raise PermissionError(13, "Permission denied", str(folder))

    monkeypatch.setattr(Path, "iterdir", forbidden)  # as above
    with pytest.raises(PathRefused, match="not allowed to read") as caught:
        Buckets(place / "buckets").files(BUCKET, "tile")
    assert str(place) not in str(caught.value)
