"""Uploads to a real S3 server on loopback: bytes, resuming, leftovers, refusals, cancel; keys stay hidden."""

from __future__ import annotations

import os

import pytest
from osgeo import gdal
from s3_server import S3Server

from sentinel_workbench.core.errors import (
    AuthenticationFailed,
    ConnectionFailed,
    InvalidInput,
    NotThere,
    UnexpectedAnswer,
)
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services import storage_bucket, upload
from sentinel_workbench.core.services.file_names import ListedFile
from sentinel_workbench.core.services.storage import Storage, StorageKeys, check_access, list_objects
from sentinel_workbench.core.services.storage_bucket import upload_files
from sentinel_workbench.core.services.stored_times import told_times
from sentinel_workbench.core.services.upload import UploadFile, UploadOutcome

BUCKET = "rasters"


@pytest.fixture(scope="module")
def server():
    with S3Server() as running:
        yield running


@pytest.fixture()
def s3(server):
    server.reset()
    server.make_bucket(BUCKET)
    return server


def storage_of(s3, bucket=BUCKET):
    return Storage(bucket, s3.url)


def keys_of(s3):
    return StorageKeys(s3.access_key, s3.secret_key)


def files_in(folder, **contents):
    made = []
    for name, content in contents.items():
        path = folder / f"{name}.tif"
        path.write_bytes(content)
        made.append(UploadFile(path, f"2019/11/{name}.tif"))
    return made


def test_files_arrive_byte_for_byte_and_are_not_sent_twice(s3, tmp_path):
    files = files_in(tmp_path, B02=os.urandom(5000), B03=b"", größe=os.urandom(100))
    fractions, told = [], []
    report = upload_files(
        files, storage_of(s3), keys_of(s3), Watched(lambda fraction, _: fractions.append(fraction)), told.append
    )
    assert report.is_complete and report.count(UploadOutcome.SENT) == 3 and str(report) == "3 files: 3 sent."
    assert all(s3.read(BUCKET, file.key) == file.source.read_bytes() for file in files)
    assert fractions == sorted(fractions) and fractions[-1] == 1.0 and len(told) == 3
    again = upload_files(files, storage_of(s3), keys_of(s3))
    assert again.count(UploadOutcome.THERE) == 3 and again.is_complete
    assert upload_files(files, storage_of(s3), keys_of(s3), overwrite=True).count(UploadOutcome.SENT) == 3


def test_a_file_of_another_size_is_sent_again(s3, tmp_path):
    files = files_in(tmp_path, B02=os.urandom(5000))
    s3.put(BUCKET, files[0].key, b"half")
    assert upload_files(files, storage_of(s3), keys_of(s3)).count(UploadOutcome.SENT) == 1
    assert s3.read(BUCKET, files[0].key) == files[0].source.read_bytes()


@pytest.mark.parametrize("moved_s", [3600, 0.5, -86400])
def test_a_file_that_changed_but_kept_its_size_is_sent_again(s3, tmp_path, moved_s):
    files = files_in(tmp_path, B02=b"before", B03=b"stays")
    assert upload_files(files, storage_of(s3), keys_of(s3)).count(UploadOutcome.SENT) == 2
    time_s = files[0].source.stat().st_mtime
    files[0].source.write_bytes(b"behind")
    os.utime(files[0].source, (time_s + moved_s, time_s + moved_s))
    report = upload_files(files, storage_of(s3), keys_of(s3))
    assert [one.outcome for one in report.files] == [UploadOutcome.SENT, UploadOutcome.THERE]
    assert s3.read(BUCKET, files[0].key) == b"behind"
    assert upload_files(files, storage_of(s3), keys_of(s3)).count(UploadOutcome.THERE) == 2


def test_the_clock_of_the_storage_may_be_behind(s3, tmp_path):
    files = files_in(tmp_path, B02=b"of tomorrow", B03=os.urandom(100))
    tomorrow = files[0].source.stat().st_mtime + 86400
    os.utime(files[0].source, (tomorrow, tomorrow))
    assert upload_files(files, storage_of(s3), keys_of(s3)).is_complete
    assert upload_files(files, storage_of(s3), keys_of(s3)).count(UploadOutcome.THERE) == 2


@pytest.mark.parametrize("age_s, outcome", [(3600, UploadOutcome.THERE), (-3600, UploadOutcome.SENT)])
def test_what_others_sent_is_judged_by_its_age(s3, tmp_path, age_s, outcome):
    files = files_in(tmp_path, B02=b"same size")
    s3.put(BUCKET, files[0].key, b"some size")
    time_s = files[0].source.stat().st_mtime - age_s
    os.utime(files[0].source, (time_s, time_s))
    assert upload_files(files, storage_of(s3), keys_of(s3)).files[0].outcome is outcome


@pytest.mark.parametrize("headers, stored_s", [
    ({"Date": "Wed, 27 Nov 2019 10:20:00 GMT", "Last-Modified": "Wed, 27 Nov 2019 10:15:00 GMT"}, 700.0),
    ({"date": "Wed, 27 Nov 2019 10:20:00 GMT", "last-modified": "Wed, 27 Nov 2019 10:15:00 GMT"}, 700.0),
    ({"last-modified": "yesterday", "Date": "Wed, 27 Nov 2019 10:20:00 GMT"}, None),
    ({"Last-Modified": "Wed, 27 Nov 2019 10:15:00 GMT"}, None), ({}, None),
])
def test_times_of_a_storage_are_told_by_the_clock_of_this_machine(headers, stored_s):
    assert told_times(headers, now_s=1000.0).stored_s == stored_s


def test_a_large_file_goes_in_parts_and_a_dead_upload_is_cleared(s3, tmp_path, monkeypatch):
    monkeypatch.setattr(storage_bucket, "PART_MB", 5)
    files = files_in(tmp_path, B02=os.urandom(12_000_000))
    s3.begin_upload(BUCKET, files[0].key)
    s3.begin_upload(BUCKET, "someone/else.tif")
    assert upload_files(files, storage_of(s3), keys_of(s3)).is_complete
    assert s3.read(BUCKET, files[0].key) == files[0].source.read_bytes()
    assert s3.uploads(BUCKET) == ["someone/else.tif"]


def test_cancelling_leaves_no_piece_of_a_file(s3, tmp_path, monkeypatch):
    monkeypatch.setattr(storage_bucket, "PART_MB", 5)
    monkeypatch.setattr(upload, "PARALLEL", 1)
    files = files_in(tmp_path, B02=os.urandom(1000), B03=os.urandom(40_000_000), B04=os.urandom(1000))
    watched, count = Watched(), upload._Meter.count

    def cancel_in_the_second_part(meter, number, sent):
        count(meter, number, sent)
        if sent > 6_000_000:
            watched.cancel()

    monkeypatch.setattr(upload._Meter, "count", cancel_in_the_second_part)
    report = upload_files(files, storage_of(s3), keys_of(s3), watched)
    monkeypatch.setattr(upload._Meter, "count", count)
    assert [one.outcome for one in report.files] == [
        UploadOutcome.SENT, UploadOutcome.UNTRIED, UploadOutcome.UNTRIED
    ]
    assert set(s3.keys(BUCKET)) == {files[0].key} and s3.uploads(BUCKET) == []
    resumed = upload_files(files, storage_of(s3), keys_of(s3))
    assert resumed.count(UploadOutcome.SENT) == 2 and resumed.count(UploadOutcome.THERE) == 1


def test_one_missing_file_stops_no_other(s3, tmp_path):
    files = files_in(tmp_path, B02=b"x" * 10, B03=b"y" * 10)
    files.insert(1, UploadFile(tmp_path / "gone.tif", "2019/11/gone.tif"))
    report = upload_files(files, storage_of(s3), keys_of(s3))
    assert [one.outcome.value for one in report.files] == ["sent", "failed", "sent"]
    assert "gone.tif can't be read: No such file" in report.files[1].sentence and not report.is_complete


def test_no_such_bucket(s3, tmp_path):
    with pytest.raises(NotThere, match="no bucket 'elsewhere'"):
        upload_files(files_in(tmp_path, B02=b"x"), storage_of(s3, "elsewhere"), keys_of(s3))


def test_only_the_right_keys_are_let_in(s3, tmp_path):
    s3.demand_keys()
    files = files_in(tmp_path, B02=b"x")
    for keys in (StorageKeys(s3.access_key, "wrong"), StorageKeys("AKIANOBODY", s3.secret_key)):
        with pytest.raises(AuthenticationFailed) as failure:
            upload_files(files, storage_of(s3), keys)
        assert keys.secret_key not in str(failure.value)
    assert upload_files(files, storage_of(s3), keys_of(s3)).is_complete


def test_keys_are_gone_after_the_upload_and_in_no_text(s3, tmp_path, monkeypatch):
    monkeypatch.setenv("AWS_SESSION_TOKEN", "of the environment")
    seen = []
    key = "AWS_ACCESS_KEY_ID"
    monkeypatch.setattr(storage_bucket, "object_size", lambda *a: seen.append(gdal.GetConfigOption(key)))
    upload_files(files_in(tmp_path, B02=b"x"), storage_of(s3), keys_of(s3))
    assert set(seen) == {None} and gdal.GetConfigOption("AWS_SECRET_ACCESS_KEY") is None
    assert "hidden" not in repr(StorageKeys("id", "hidden", "hidden too"))
    settings = storage_of(s3).settings(keys_of(s3))
    assert settings["AWS_SESSION_TOKEN"] == "" and settings["AWS_HTTPS"] == "NO"


def test_a_server_that_ends_in_the_middle(tmp_path, monkeypatch):
    monkeypatch.setattr(upload, "PARALLEL", 1)
    with S3Server() as s3:
        s3.make_bucket(BUCKET)
        files = files_in(tmp_path, B02=b"x", B03=b"y", B04=b"z")
        monkeypatch.setattr(Storage, "settings", _changed(Storage.settings, GDAL_HTTP_MAX_RETRY="0"))
        report = upload_files(files, storage_of(s3), keys_of(s3), on_sent=lambda sent: s3.stop())
    assert report.files[0].outcome is UploadOutcome.SENT
    assert report.files[-1].outcome in (UploadOutcome.FAILED, UploadOutcome.UNTRIED)
    assert "can't be reached" in str(report.stopped_by) and not report.is_complete


def _changed(settings, **change):
    return lambda storage, keys: {**settings(storage, keys), **change}


def test_nobody_there():
    keys = StorageKeys("id", "key")
    with pytest.raises(ConnectionFailed, match="can't be reached"):
        check_access(Storage(BUCKET, "http://127.0.0.1:9"), keys)


def test_something_else_that_answers():
    from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
    from threading import Thread

    class Page(BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b"<html>Please sign in.</html>")

        do_HEAD = do_GET

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Page) as page:
        Thread(target=page.serve_forever, daemon=True).start()
        with pytest.raises(UnexpectedAnswer, match="does not answer as a storage"):
            check_access(Storage(BUCKET, f"http://127.0.0.1:{page.server_port}"), StorageKeys("id", "key"))
        page.shutdown()


def test_listing_over_several_pages(s3, monkeypatch):
    for number in range(60):
        s3.put(BUCKET, f"deep/{number % 3}/f{number}.tif", b"x" * (number % 7))
    s3.put(BUCKET, "top.tif", b"12")
    monkeypatch.setattr(Storage, "settings", _changed(Storage.settings, AWS_MAX_KEYS="7"))
    listed = list_objects(storage_of(s3), keys_of(s3))
    assert len(listed) == 61 and ListedFile("top.tif", 2) in listed
    inside = list_objects(storage_of(s3), keys_of(s3), "deep/1/")
    assert len(inside) == 20 and ListedFile("f1.tif", 1) in inside
    assert list_objects(storage_of(s3), keys_of(s3), "nothing") == []
    with pytest.raises(NotThere):
        list_objects(storage_of(s3, "elsewhere"), keys_of(s3))


@pytest.mark.parametrize("keys", [["a/../b"], ["/a"], ["a/"], ["a//b"], [""], ["a\nb"], ["a", "a"]])
def test_keys_that_cannot_be(tmp_path, keys):
    with pytest.raises(InvalidInput):
        upload_files([UploadFile(tmp_path, key) for key in keys], Storage(BUCKET), StorageKeys("id", "key"))


@pytest.mark.parametrize("bucket, endpoint", [
    ("s3://bucket", "https://s3"), ("a/b", "https://s3"), ("", "https://s3"), ("bucket", "s3.example.org"),
    ("bucket", "https://me:secret@s3"), ("bucket", "https://s3/bucket"), ("bucket", "https://s3:port"),
])
def test_storages_that_cannot_be(bucket, endpoint):
    with pytest.raises(InvalidInput):
        Storage(bucket, endpoint)


def test_keys_that_are_missing():
    for access, secret in (("", "x"), ("x", " ")):
        with pytest.raises(InvalidInput):
            StorageKeys(access, secret)
