"""Files into a folder that stands for a bucket: whole or not there, resumed, nothing outside, no keys."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sentinel_workbench.core.errors import DiskFull, InvalidInput, StorageError
from sentinel_workbench.core.progress import Silent, Watched
from sentinel_workbench.core.services import folder_bucket, upload
from sentinel_workbench.core.services.file_names import ListedFile
from sentinel_workbench.core.services.folder_bucket import FolderBucket
from sentinel_workbench.core.services.upload import UploadFile, UploadOutcome, send_files


@pytest.fixture()
def bucket(tmp_path):
    return FolderBucket(tmp_path / "hub" / "buckets", "my-data")


def files_in(folder, **contents):
    made = []
    for name, content in contents.items():
        path = folder / f"{name}.tif"
        path.write_bytes(content)
        made.append(UploadFile(path, f"2019/11/{name}.tif"))
    return made


def outcomes(report):
    return [one.outcome.value for one in report.files]


def test_files_arrive_and_are_not_copied_twice(bucket, tmp_path):
    files = files_in(tmp_path, B02=os.urandom(3_000_000), B03=b"", größe=b"x")
    report = send_files(files, bucket)
    assert outcomes(report) == ["sent"] * 3
    assert all((bucket.folder / file.key).read_bytes() == file.source.read_bytes() for file in files)
    assert outcomes(send_files(files, bucket)) == ["there already"] * 3
    assert bucket.names("2019", Silent()) == [
        ListedFile("11/B02.tif", 3_000_000), ListedFile("11/B03.tif", 0), ListedFile("11/größe.tif", 1)
    ]
    assert bucket.names("elsewhere", Silent()) == []


def test_the_same_bytes_of_another_time_are_left_and_other_bytes_of_the_same_size_are_not(bucket, tmp_path):
    files = files_in(tmp_path, B02=b"aaaa", B03=b"bbbb")
    send_files(files, bucket)
    os.utime(files[0].source, (1, 1))
    files[1].source.write_bytes(b"cccc")
    os.utime(files[1].source, (1, 1))
    assert outcomes(send_files(files, bucket)) == ["there already", "sent"]
    assert (bucket.folder / files[1].key).read_bytes() == b"cccc"


def test_cancelling_leaves_no_piece_and_the_rest_is_copied_later(bucket, tmp_path, monkeypatch):
    monkeypatch.setattr(upload, "PARALLEL", 1)
    files = files_in(tmp_path, B02=b"x", B03=os.urandom(4_000_000), B04=b"z")
    watched, count = Watched(), upload._Meter.count

    def cancel_within(meter, number, sent):
        count(meter, number, sent)
        if sent > 2_000_000:
            watched.cancel()

    monkeypatch.setattr(upload._Meter, "count", cancel_within)
    report = send_files(files, bucket, watched)
    monkeypatch.setattr(upload._Meter, "count", count)
    assert outcomes(report) == ["sent", "not tried", "not tried"]
    assert [path.name for path in bucket.folder.rglob("*") if path.is_file()] == ["B02.tif"]
    assert outcomes(send_files(files, bucket)) == ["there already", "sent", "sent"]


def test_a_process_killed_while_it_copies_leaves_nothing_that_counts(bucket, tmp_path):
    (file,) = files_in(tmp_path, B02=os.urandom(3_000_000))
    program = (
        "import os, signal, sys\n"
        "from pathlib import Path\n"
        "from sentinel_workbench.core.services import upload\n"
        "from sentinel_workbench.core.services.folder_bucket import FolderBucket\n"
        "upload._Meter.count = lambda meter, number, sent: os.kill(os.getpid(), signal.SIGKILL)\n"
        "files = [upload.UploadFile(Path(sys.argv[1]), '2019/11/B02.tif')]\n"
        "upload.send_files(files, FolderBucket(Path(sys.argv[2]), 'my-data'))\n"
    )
    command = [sys.executable, "-c", program, str(file.source), str(bucket.root)]
    packages = str(Path(upload.__file__).parents[3])
    died = subprocess.run(command, timeout=60, env={**os.environ, "PYTHONPATH": packages})
    assert died.returncode == -9 and not (bucket.folder / file.key).exists()
    assert outcomes(send_files([file], bucket)) == ["sent"]
    assert [path.name for path in bucket.folder.rglob("*") if path.is_file()] == ["B02.tif"]


def test_what_is_written_wrongly_is_not_kept(bucket, tmp_path, monkeypatch):
    files = files_in(tmp_path, B02=b"abc")
    monkeypatch.setattr(folder_bucket, "_checksum", lambda path: 1)
    report = send_files(files, bucket)
    assert "not written as it was read" in str(report.stopped_by) and not report.is_complete
    assert not list(bucket.folder.rglob("*.*"))


def test_a_full_disk_stops_the_rest(bucket, tmp_path, monkeypatch):
    def full(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    files = files_in(tmp_path, B02=b"a", B03=b"b")
    monkeypatch.setattr(upload, "PARALLEL", 1)
    monkeypatch.setattr(folder_bucket.os, "fsync", full)
    report = send_files(files, bucket)
    assert report.count(UploadOutcome.UNTRIED) == 1 and "is full" in report.stopped_by
    with pytest.raises(DiskFull):
        bucket.write(files[0].source.open("rb"), 1, files[0], Silent(), lambda sent: None)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "buckets").write_text("a file")
    with pytest.raises(StorageError, match="can't be written: "):
        FolderBucket(tmp_path / "buckets", "my-data").check()


@pytest.mark.parametrize("name", ["", "../x", "a/b", "s3://b", "a..b", ".hidden"])
def test_names_that_cannot_be(tmp_path, name):
    with pytest.raises(InvalidInput, match="can't be the name of a bucket"):
        FolderBucket(tmp_path, name)


def test_a_link_does_not_lead_out_of_the_bucket(bucket, tmp_path):
    (file,) = files_in(tmp_path, B02=b"abc")
    bucket.check()
    (tmp_path / "outside").mkdir()
    (bucket.folder / "2019").symlink_to(tmp_path / "outside")
    report = send_files([file], bucket)
    assert "outside the bucket" in report.files[0].sentence and not list((tmp_path / "outside").iterdir())
