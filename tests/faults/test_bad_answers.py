"""Servers that lie, die or are not there; each ends as one sentence and leaves no half-written file."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from osgeo import gdal
from stand_in import StandIn, image_bytes

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.errors import (
    Cancelled,
    ConnectionFailed,
    DiskFull,
    NetworkError,
    QuotaExhausted,
    ServiceUnavailable,
    UnexpectedAnswer,
    WorkbenchError,
)
from sentinel_workbench.core.http.retry import RetryPolicy
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import JSON_TYPE, DataSource, ImageOrder, Response, SeriesOrder
from sentinel_workbench.core.model.results import State
from sentinel_workbench.core.model.timerange import TimeRange, calendar_months
from sentinel_workbench.core.progress import Watched
from sentinel_workbench.core.services.image import ImageService
from sentinel_workbench.core.services.series import SeriesService, unfinished

SCRIPT = """//VERSION=3
function setup() { return { input: ["B04", "B03", "B02"], output: { bands: 3 } }; }
function evaluatePixel(s) { return [s.B04, s.B03, s.B02]; }
"""
ORDER = ImageOrder(
    PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 64, 100),
    (DataSource("sentinel-2-l1c", TimeRange.of_days("2019-01-01", "2019-01-31")),),
    SCRIPT,
)
TWO = replace(ORDER, responses=(Response(), Response("userdata", JSON_TYPE)))
SERIES = SeriesOrder(ORDER, calendar_months(TimeRange.of_days("2019-01-01", "2019-06-30")))
QUICK = RetryPolicy(attempts=2, longest_total_s=1)


@pytest.fixture
def hub():
    with StandIn() as stand_in:
        yield stand_in


def service_for(hub, folder):
    connection = Connection("test", base_url=hub.url, token_url=hub.token_url)
    client = HubClient(connection, Credentials(hub.client_id, hub.client_secret), policy=QUICK)
    return ImageService(client, ResponseCache(folder))


def nothing_left(folder):
    """No file at all, hidden ones included."""
    return not [path for path in Path(folder).rglob("*") if path.is_file()] if Path(folder).exists() else True


def archive(*members):
    memory = io.BytesIO()
    with tarfile.open(fileobj=memory, mode="w") as tar:
        for member, content in members:
            if isinstance(member, str):
                member = tarfile.TarInfo(member)
                member.size = len(content)
            tar.addfile(member, io.BytesIO(content))
    return memory.getvalue()


def link(name, target, kind=tarfile.SYMTYPE):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return member


IMAGE, DATA = image_bytes(64, 100), b'{"a": 1}'
LYING_BODIES = {
    "html": b"<html>Please sign in</html>",
    "empty": b"",
    "cut TIFF": IMAGE[: len(IMAGE) // 2],
    "TIFF header only": IMAGE[:64],
    "wrong size": image_bytes(63, 100),
    "random": os.urandom(2000),
}
HOSTILE_ARCHIVES = {
    "parent": archive(("../default.tif", IMAGE), ("userdata.json", DATA)),
    "absolute": archive(("/tmp/default.tif", IMAGE), ("userdata.json", DATA)),
    "stranger": archive(("default.tif", IMAGE), ("userdata.json", DATA), ("run.sh", b"rm -rf /")),
    "symbolic link": archive((link("default.tif", "/etc/passwd"), b""), ("userdata.json", DATA)),
    "hard link": archive((link("default.tif", "userdata.json", tarfile.LNKTYPE), b""), ("userdata.json", DATA)),
    "device": archive((link("default.tif", "", tarfile.CHRTYPE), b""), ("userdata.json", DATA)),
    "twice": archive(("default.tif", IMAGE), ("default.tif", IMAGE), ("userdata.json", DATA)),
    "lacks the image": archive(("userdata.json", DATA)),
    "lacks userdata": archive(("default.tif", IMAGE)),
    "cut": archive(("default.tif", IMAGE), ("userdata.json", DATA))[:700],
    "bad image": archive(("default.tif", IMAGE[:300]), ("userdata.json", DATA)),
    "bad userdata": archive(("default.tif", IMAGE), ("userdata.json", b"{")),
    "no archive": b"x" * 5000,
    "nothing": b"\0" * 10240,
}


@pytest.mark.parametrize("name", LYING_BODIES)
def test_a_lie_instead_of_a_tiff(hub, tmp_path, name):
    hub.answer = lambda payload, accept: ("image/tiff", LYING_BODIES[name])
    with pytest.raises(UnexpectedAnswer) as caught:
        service_for(hub, tmp_path / "cache").fetch(ORDER)
    assert "\n" not in str(caught.value) and caught.value.advice
    assert nothing_left(tmp_path)


@pytest.mark.parametrize("name", HOSTILE_ARCHIVES)
def test_a_lie_instead_of_an_archive(hub, tmp_path, name):
    hub.answer = lambda payload, accept: ("application/x-tar", HOSTILE_ARCHIVES[name])
    with pytest.raises(UnexpectedAnswer):
        service_for(hub, tmp_path / "cache").fetch(TWO)
    assert nothing_left(tmp_path)


def test_directories_in_an_archive_are_skipped(hub, tmp_path):
    folder = tarfile.TarInfo("results")
    folder.type = tarfile.DIRTYPE
    body = archive((folder, b""), ("./default.tif", IMAGE), ("userdata.json", DATA))
    hub.answer = lambda payload, accept: ("application/x-tar", body)
    assert service_for(hub, tmp_path / "cache").fetch(TWO).userdata == {"a": 1}


@pytest.mark.parametrize("fault", ["html", "truncated", "truncated_chunked", "dropped"])
def test_a_fault_that_stays_ends_as_one_error(hub, tmp_path, fault):
    setattr(hub.faults, fault, 1000)
    with pytest.raises(NetworkError):
        service_for(hub, tmp_path / "cache").fetch(ORDER)
    assert nothing_left(tmp_path)


def test_a_server_error_that_stays(hub, tmp_path):
    hub.faults.server_errors = 1000
    with pytest.raises(ServiceUnavailable):
        service_for(hub, tmp_path / "cache").fetch(ORDER)
    assert nothing_left(tmp_path)


def test_a_hub_that_is_down(tmp_path):
    with StandIn() as gone:
        pass
    with pytest.raises(ConnectionFailed):
        service_for(gone, tmp_path / "cache").fetch(ORDER)
    assert nothing_left(tmp_path)


def test_a_hub_that_dies_in_the_middle_keeps_what_is_done(tmp_path):
    with StandIn() as hub:
        service = service_for(hub, tmp_path / "cache")
        hub.faults.when = lambda payload: hub.seen.requests > 3
        hub.faults.dropped = 1000
        result = SeriesService(service, 1).fetch(SERIES)
    assert [image.state for image in result.images] == [State.DONE] * 3 + [State.FAILED] * 3
    assert all(image.error and "\n" not in image.error for image in result.images[3:])
    assert all(gdal.Open(str(image.rasters["default"])) for image in result.images[:3])
    assert not list((tmp_path / "cache").glob(".pending-*"))


def test_after_the_hub_is_back_only_the_failed_are_asked_for(hub, tmp_path):
    series = SeriesService(service_for(hub, tmp_path / "cache"), 2)
    hub.faults.when = lambda payload: payload["input"]["data"][0]["dataFilter"]["timeRange"]["from"] > "2019-03"
    hub.faults.rejected = {"status": 400, "message": "not today", "code": "COMMON_BAD_PAYLOAD"}
    first = series.fetch(SERIES)
    assert unfinished(first) == (2, 3, 4, 5) and "not today" in first.images[3].error
    hub.faults.rejected, asked = None, hub.seen.requests
    second = series.fetch(SERIES, only=unfinished(first), previous=first)
    assert len(second.in_state(State.DONE)) == 6 and hub.seen.requests - asked == 4


def test_a_used_up_quota_stops_the_series(hub, tmp_path):
    body = {"status": 403, "message": "Insufficient processing units", "code": "ACCESS_INSUFFICIENT_PROCESSING_UNITS"}
    hub.faults.rejected = {"error": body}
    result = SeriesService(service_for(hub, tmp_path / "cache"), 1).fetch(SERIES)
    assert hub.seen.requests == 1 and len(result.in_state(State.FAILED)) == 6
    with pytest.raises(QuotaExhausted):
        service_for(hub, tmp_path / "cache").fetch(ORDER)


def test_what_the_service_works_on_when_the_quota_ends_is_still_taken(hub, tmp_path):
    """It is paid for; only what was not begun is left out."""
    body = {"status": 403, "message": "Insufficient processing units", "code": "ACCESS_INSUFFICIENT_PROCESSING_UNITS"}
    hub.faults.rejected = {"error": body}
    hub.faults.when = lambda payload: "2019-01-01" not in str(payload["input"]["data"])
    refused = threading.Event()

    def slow(payload, accept):
        assert refused.wait(60)
        time.sleep(0.3)
        return "image/tiff", IMAGE

    hub.answer = slow
    series = SeriesService(service_for(hub, tmp_path / "cache"), 2)
    result = series.fetch(SERIES, on_image=lambda *_: refused.set())
    assert [image.state for image in result.images] == [State.DONE] + [State.FAILED] * 5
    assert hub.seen.requests == 2


@pytest.mark.parametrize("fault", ["silent", "stall_body"])
def test_cancel_ends_it_whatever_the_hub_does(hub, tmp_path, fault):
    setattr(hub.faults, fault, True)
    progress = Watched()
    threading.Timer(0.4, progress.cancel).start()
    started = time.monotonic()
    result = SeriesService(service_for(hub, tmp_path / "cache")).fetch(SERIES, progress)
    assert time.monotonic() - started < 20, "the hub says nothing for a minute"
    assert len(result.in_state(State.CANCELLED)) == 6
    deadline = time.monotonic() + 20
    while not nothing_left(tmp_path) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert nothing_left(tmp_path)


def test_cancel_of_one_image_is_no_error(hub, tmp_path):
    progress = Watched()
    progress.cancel()
    with pytest.raises(Cancelled):
        service_for(hub, tmp_path / "cache").fetch(ORDER, progress)
    assert hub.seen.requests == 0


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 200 kB; needs root."""
    mount = tmp_path / "small"
    mount.mkdir()
    if os.geteuid() != 0 or subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "t", str(mount)]).returncode:
        pytest.skip("a small file system can't be mounted here")
    yield mount
    subprocess.run(["umount", "-l", str(mount)], check=True)


def test_a_full_disk_under_the_cache(hub, small_disk):
    order = replace(ORDER, grid=PixelGrid(ORDER.grid.bbox, 400, 400))
    with pytest.raises(DiskFull):
        service_for(hub, small_disk / "cache").fetch(order)
    assert nothing_left(small_disk)


@pytest.mark.parametrize("size", range(20, 120, 7))
def test_a_disk_that_fills_at_any_step_leaves_an_entry_whole_or_none(hub, tmp_path, small_disk, size):
    """Whatever step meets the end of the disk, the next order on a free disk gives a good image."""
    filler = small_disk / "filler"
    filler.write_bytes(b"x" * (200 - size) * 1024)
    service = service_for(hub, small_disk / "cache")
    try:
        result = service.fetch(ORDER)
        assert gdal.Open(str(result.rasters["default"])).ReadAsArray().max() > 0
    except WorkbenchError as error:
        assert isinstance(error, DiskFull), repr(error)
        assert [path for path in small_disk.rglob("*") if path.is_file()] == [filler]
    filler.unlink()
    assert gdal.Open(str(service.fetch(ORDER).rasters["default"])).ReadAsArray().max() > 0
