"""One cache folder for QGIS and notebooks: each side sends the same bytes and reads what the other stored."""

from __future__ import annotations

import io
import json
import os
import subprocess
from pathlib import Path

import pytest
from stand_in import StandIn

from sentinel_workbench.core.cache.store import ResponseCache
from sentinel_workbench.core.hub.client import HubClient
from sentinel_workbench.core.hub.connection import Connection, Credentials
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.hub.token import TokenCache
from sentinel_workbench.core.model.grid import BBox, PixelGrid
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.progress import Silent

PEER_PYTHON = Path(__file__).resolve().parents[2] / "build" / "venv-sentinelhub" / "bin" / "python"
NOTEBOOK = """
import sys
from sentinelhub import CRS, BBox, DataCollection, MimeType, SHConfig, SentinelHubRequest as Request
url, token_url, client_id, client_secret, folder = sys.argv[1:]
config = SHConfig(use_defaults=True, sh_client_id=client_id, sh_client_secret=client_secret, sh_base_url=url,
                  sh_token_url=token_url)
source = DataCollection.SENTINEL2_L1C.define_from("STAND_IN", service_url=url)
data = Request.input_data(source, time_interval=("2020-06-01", "2020-06-30"), mosaicking_order="leastCC", maxcc=0.5)
request = Request(evalscript="// \\u017elu\\u0165", input_data=[data], config=config, data_folder=folder,
                  size=(63, 104),
                  responses=[Request.output_response("default", MimeType.TIFF)],
                  bbox=BBox((46.16, -16.15, 46.51, -15.58), CRS.WGS84))
print(request.get_data(save_data=True)[0].shape)
"""
ORDER = ImageOrder(
    PixelGrid(BBox(46.16, -16.15, 46.51, -15.58), 63, 104),
    (DataSource("sentinel-2-l1c", TimeRange.of_days("2020-06-01", "2020-06-30"), "leastCC", 50),),
    "// žluť",
)


@pytest.fixture
def stand_in():
    if not PEER_PYTHON.exists():
        pytest.skip("the environment of the public sentinelhub library is missing; run make setup")
    with StandIn() as server:
        yield server


def run_notebook(server, folder):
    """Fetch the order with the public library, whose cache is ``folder``."""
    address = [server.url, server.token_url, server.client_id, server.client_secret, str(folder)]
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder.parent), "NO_PROXY": "127.0.0.1",
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
    }
    done = subprocess.run(
        [str(PEER_PYTHON), "-c", NOTEBOOK, *address], env=environment, capture_output=True, text=True, timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert done.stdout.strip() == "(104, 63, 3)"


def fetch(server, cache):
    """Fetch the order with our client into our cache."""
    connection = Connection("stand-in", base_url=server.url, token_url=server.token_url)
    client = HubClient(connection, Credentials(server.client_id, server.client_secret), tokens=TokenCache())
    payload, body = build_payload(ORDER), io.BytesIO()
    answer = client.process(payload, "image/tiff", body, Silent())
    with cache.begin(client.cache_url("sentinel-2-l1c"), payload, "image/tiff") as pending:
        pending.response_path("tiff").write_bytes(body.getvalue())
        pending.commit(answer.headers, answer.status, answer.elapsed_s)


def test_what_a_notebook_stored_is_found(stand_in, tmp_path):
    folder = tmp_path / "cache"
    run_notebook(stand_in, folder)
    entry = ResponseCache(folder).find(stand_in.url + "/api/v1/process", build_payload(ORDER), "tiff")
    assert entry is not None and entry.response.stat().st_size > 0
    assert stand_in.seen.bodies[-1] == json.dumps(build_payload(ORDER)).encode()


def test_a_notebook_reads_what_we_stored(stand_in, tmp_path):
    folder = tmp_path / "cache"
    fetch(stand_in, ResponseCache(folder))
    run_notebook(stand_in, folder)
    assert stand_in.seen.requests == 1
