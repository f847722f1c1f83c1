"""Signatures of the Planetary Computer: got once, kept, renewed, and never shown."""

from __future__ import annotations

import datetime as dt
import json
import threading

import numpy as np
import pytest
from range_server import RangeServer
from synthetic_scenes import write_raster

from sentinel_workbench.core.errors import PermissionDenied, ServiceUnavailable
from sentinel_workbench.core.http.ranges import HttpRanges
from sentinel_workbench.core.http.transport import HttpResponse, RequestsTransport
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.progress import Silent
from sentinel_workbench.core.raster.centres import GridCentres
from sentinel_workbench.core.raster.reading import OpenBands
from sentinel_workbench.core.raster.remote_files import RemoteFiles
from sentinel_workbench.core.stac.signing import PlanetaryAccess


class Signer:
    """A fake of the signing service."""

    def __init__(self, minutes=45.0, statuses=()):
        self.asked, self.minutes, self.statuses = [], minutes, list(statuses)
        self.now = dt.datetime(2024, 1, 1, tzinfo=dt.timezone.utc)

    def send(self, request, progress, sink=None):
        self.asked.append(request.url)
        if self.statuses:
            return HttpResponse(self.statuses.pop(0), {}, b"")
        expires = (self.now + dt.timedelta(minutes=self.minutes)).isoformat()
        content = json.dumps({"msft:expiry": expires, "token": f"se={len(self.asked)}&sig=secret"}).encode()
        return HttpResponse(200, {"content-type": "application/json"}, content, len(content))

    def access(self):
        return PlanetaryAccess(self, "https://pc/sas/v1/token", clock=lambda: self.now)


FILE = "https://account.blob.core.windows.net/container/a/B04.tif"


def test_a_signature_serves_a_container_until_it_ends():
    signer = Signer()
    access = signer.access()
    assert access.address(FILE, Silent()) == (FILE + "?se=1&sig=secret", {})
    assert access.address(FILE.replace("B04", "B08"), Silent())[0].endswith("B08.tif?se=1&sig=secret")
    assert signer.asked == ["https://pc/sas/v1/token/account/container"]
    signer.now += dt.timedelta(minutes=44, seconds=1)
    assert access.address(FILE, Silent())[0].endswith("?se=2&sig=secret")
    access.address(FILE.replace("container", "other"), Silent())
    assert len(signer.asked) == 3 and "secret" not in repr(access._permits)


@pytest.mark.parametrize("url", [
    "https://other.org/a.tif", "https://ai4edatasetspublicassets.blob.core.windows.net/a/b.tif", FILE + "?se=1&sig=2",
    "https://account.blob.core.windows.net/",
])
def test_what_needs_no_signature_gets_none(url):
    signer = Signer()
    assert signer.access().address(url, Silent()) == (url, {}) and not signer.asked


def test_a_refused_signature_is_renewed_once():
    signer = Signer()
    access = signer.access()
    access.address(FILE, Silent())
    assert access.renew(FILE) and access.address(FILE, Silent())[0].endswith("?se=2&sig=secret")
    assert not access.renew("https://other.org/a.tif")


def test_a_signature_that_ended_long_ago_is_replaced():
    """Of an item another program saved; one that holds, or can't be read, is left as it is."""
    signer = Signer()
    access = signer.access()
    old = FILE + "?st=2023-12-30T00%3A00%3A00Z&se=2023-12-31T00%3A00%3A00Z&sp=rl&sig=gone"
    assert access.address(old, Silent()) == (FILE + "?se=1&sig=secret", {})
    assert access.renew(old) and access.address(old, Silent())[0].endswith("?se=2&sig=secret")
    for good in (old.replace("2023-12-31", "2024-01-02"), FILE + "?se=soon&sig=1", "https://x.org/a.tif?se=2020-01-01"):
        assert access.address(good, Silent()) == (good, {})


def test_eight_files_ask_once():
    signer = Signer()
    access = signer.access()
    threads = [threading.Thread(target=access.address, args=(FILE, Silent())) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(signer.asked) == 1


def test_a_signing_service_that_fails(monkeypatch):
    monkeypatch.setattr("sentinel_workbench.core.http.retry.wait", lambda progress, seconds: None)
    assert Signer(statuses=[429, 503]).access().address(FILE, Silent())[0].endswith("sig=secret")
    with pytest.raises(ServiceUnavailable):
        Signer(statuses=[500] * 9).access().address(FILE, Silent())


class SigningServer(RangeServer):
    """Files that need a signature, and the service that gives it; ``good`` is the one accepted now."""

    good = "first"

    def answer(self, method, path, query, headers, body):
        if not path.startswith("/sas/"):
            return super().answer(method, path, query, headers, body)
        expires = (dt.datetime.now(dt.timezone.utc) + dt.timedelta(minutes=45)).isoformat()
        content = json.dumps({"msft:expiry": expires, "token": f"se=1&sig={self.good}"}).encode()
        return 200, {"Content-Type": "application/json"}, content

    def signed_answer(self, path, query, first, last):
        if f"sig={self.good}" not in query:
            return 403, {"Content-Type": "application/xml"}, b"<Error><Code>AuthenticationFailed</Code></Error>"
        return self.file_answer(path, first, last)


def test_files_are_read_with_a_signature_that_is_renewed_when_it_is_refused(tmp_path):
    pixels = np.random.default_rng(1).integers(1, 9000, (300, 300)).astype(np.uint16)
    write_raster(tmp_path / "a.tif", pixels, COMPRESS="DEFLATE", BLOCKSIZE=128)
    with SigningServer(tmp_path) as server:
        transport = RequestsTransport()
        access = PlanetaryAccess(transport, f"{server.base}/sas/v1/token", blob_host=server.base.partition("//")[2])
        ranges = HttpRanges(transport, access)
        with RemoteFiles(lambda url, first, length: ranges.fetch(url, first, length, Silent()), tmp_path) as files:
            reader = OpenBands(remote=files).reader(server.url("a.tif"))
            server.good = "second"  # the first one ended while the file was open
            assert np.array_equal(read_all(reader), pixels)
        assert [entry.status for entry in server.log if entry.path.startswith("/sas/")] == [200, 200]
        assert 403 in [entry.status for entry in server.files_log()]
        server.good = "third"
        with pytest.raises(PermissionDenied) as caught:
            HttpRanges(transport).fetch(server.url("a.tif") + "?se=1&sig=second", 0, 10, Silent())
        assert "second" not in str(caught.value)
        transport.close()


def read_all(reader):
    return reader.read(GridCentres(PixelGrid(BBox(500000, 4997000, 503000, 5000000, "EPSG:32631"), 300, 300)))[0]
