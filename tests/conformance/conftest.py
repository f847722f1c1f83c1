"""The local hub on small demo scenes, and the public client in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PEER_PYTHON = ROOT / "build" / "venv-sentinelhub" / "bin" / "python"
CLIENT = Path(__file__).with_name("client.py")


@pytest.fixture(scope="session")
def demo_data():
    """The demo scenes of ``make demo``, made when they are not there yet."""
    data = ROOT / "build" / "demo-data"
    subprocess.run(
        [sys.executable, "-m", "sentinel_workbench.localhub", "demo-scenes", "--data", str(data)], check=True
    )
    return data


@pytest.fixture(scope="session")
def hub(demo_data):
    """Address and credentials of a running local hub."""
    process = subprocess.Popen(
        [sys.executable, "-m", "sentinel_workbench.localhub", "serve", "--port", "0", "--data", str(demo_data)],
        stdout=subprocess.PIPE, text=True,
    )
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.terminate()
        process.wait(15)


@pytest.fixture(scope="session")
def ask(hub, tmp_path_factory):
    """Runs one job of ``client.py`` in the public library's environment; returns its JSON answer and its folder."""
    if not PEER_PYTHON.exists():
        pytest.skip("the environment of the public sentinelhub library is missing; run make setup")

    def run(job: str, folder: Path | None = None):
        folder = folder or tmp_path_factory.mktemp(job)
        environment = {
            "PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "127.0.0.1",
            "OAUTHLIB_INSECURE_TRANSPORT": "1", "HUB": json.dumps(hub),
        }
        done = subprocess.run(
            [str(PEER_PYTHON), str(CLIENT), job, str(folder)], env=environment, capture_output=True, text=True,
            timeout=300,
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout.splitlines()[-1]), folder

    return run
