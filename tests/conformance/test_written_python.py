"""The Python code we write for an order makes the public library send that very order."""

from __future__ import annotations

import json
import os
import subprocess

import pytest
from public_library import PEER_PYTHON
from unit.test_services_ordertext import ORDERS

from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.services.notebook_writing import as_python

FETCH = "data = request.get_data()"
TELL = "import json; print(json.dumps([request.download_list[0].url, request.payload]))"


@pytest.mark.parametrize("order", ORDERS, ids=["plain", "fused", "utm_dem", "web_mercator"])
def test_the_library_sends_the_same_body(order, tmp_path):
    if not PEER_PYTHON.exists():
        pytest.skip("the environment of the public sentinelhub library is missing; run make setup")
    code = as_python(order, "http://127.0.0.1:9", "http://127.0.0.1:9/token")
    assert FETCH in code
    command = [str(PEER_PYTHON), "-c", code.replace(FETCH, TELL)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-3000:]
    url, body = json.loads(done.stdout.splitlines()[-1])
    assert url == "http://127.0.0.1:9/api/v1/process"
    assert json.dumps(body) == json.dumps(build_payload(order))
