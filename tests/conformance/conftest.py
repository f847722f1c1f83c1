"""The local hub on small demo scenes, and the public client in its own environment."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from public_library import run_client

ROOT = Path(__file__).resolve().parents[2]
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
    """Runs one job of a client script (``client.py``); returns its JSON answer and its folder."""

    def run(job: str, folder: Path | None = None, script: Path = CLIENT):
        folder = folder or tmp_path_factory.mktemp(job)
        return run_client(script, job, folder, hub), folder

    return run
