"""Runs scripts that use the public ``sentinelhub`` library in its own environment."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

PEER_PYTHON = Path(__file__).resolve().parents[1] / "build" / "venv-sentinelhub" / "bin" / "python"


def run_client(script: Path, job: str, folder: Path, address):
    """Run one job of a client script in the public library's environment against the hub at ``address``."""
    if not PEER_PYTHON.exists():
        pytest.skip("the environment of the public sentinelhub library is missing; run make setup")
    environment = {
        "PATH": os.environ["PATH"], "HOME": str(folder), "NO_PROXY": "127.0.0.1",
        "OAUTHLIB_INSECURE_TRANSPORT": "1", "HUB": json.dumps(address),
    }
    done = subprocess.run(
        [str(PEER_PYTHON), str(script), job, str(folder)], env=environment, capture_output=True, text=True, timeout=300,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1])
