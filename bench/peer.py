"""Runs the peer in its own virtual environment, made on first use."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any, Dict

VERSION = "3.12.0"
NAME = f"sentinelhub {VERSION}"
ROOT = Path(__file__).resolve().parents[1]
VENV = ROOT / "build" / "venv-sentinelhub"
SCRIPT = Path(__file__).with_name("peer_sentinelhub.py")
GEO_VERSION = "1.0.1"
GEO_NAME = f"{NAME} + geopandas {GEO_VERSION}"
GEO_VENV = ROOT / "build" / "venv-geopandas"
GEO_SCRIPT = Path(__file__).with_name("peer_geopandas.py")
ZONAL_VERSIONS = {"rasterstats": "0.21.0", "exactextract": "0.3.0"}
ZONAL_VENV = ROOT / "build" / "venv-zonal"
ZONAL_SCRIPT = ROOT / "tests" / "zonal_peer.py"

STAC_VERSIONS = {
    "pystac_client": "0.9.1", "geopandas": GEO_VERSION, "rioxarray": "0.19.0", "odc.stac": "0.5.3",
}
STAC_VENV = ROOT / "build" / "venv-stac"
STAC_SCRIPT = Path(__file__).with_name("peer_stac.py")
SEARCH_NAME = f"pystac-client {STAC_VERSIONS['pystac_client']} + geopandas {GEO_VERSION}"
RIO_NAME, ODC_NAME = f"rioxarray {STAC_VERSIONS['rioxarray']}", f"odc-stac {STAC_VERSIONS['odc.stac']}"


def ensure_stac_peer() -> None:
    """What notebooks use with open catalogs.

    Raises:
        subprocess.CalledProcessError: no network, most likely.
    """
    _ensure(STAC_VENV, STAC_VERSIONS)


def ensure_peer() -> None:
    """Install the peer unless it is there.

    Raises:
        subprocess.CalledProcessError: no network, most likely.
    """
    _ensure(VENV, {"sentinelhub": VERSION})


def ensure_geo_peer() -> None:
    """The peer with what its tutorial adds to make a table of tiles.

    Raises:
        subprocess.CalledProcessError: no network, most likely.
    """
    _ensure(GEO_VENV, {"sentinelhub": VERSION, "geopandas": GEO_VERSION})


def ensure_zonal_peers() -> None:
    """Both peers of the zonal counts.

    Raises:
        subprocess.CalledProcessError: no network, most likely.
    """
    _ensure(ZONAL_VENV, ZONAL_VERSIONS)


def _ensure(venv: Path, packages: Dict[str, str]) -> None:
    python = venv / "bin" / "python"
    wanted = " or ".join(f"{name}.__version__ != {version!r}" for name, version in packages.items())
    check = [str(python), "-c", f"import sys, {', '.join(packages)}; sys.exit({wanted})"]
    if python.exists() and subprocess.run(check, capture_output=True).returncode == 0:
        return
    subprocess.run(["/usr/bin/python3", "-m", "venv", "--clear", str(venv)], check=True)
    pins = [f"{name.replace('.', '-')}=={version}" for name, version in packages.items()]
    subprocess.run([str(python), "-m", "pip", "install", "-q", *pins], check=True)


def run_peer(task: Dict[str, Any], venv: Path = VENV, script: Path = SCRIPT) -> Dict[str, Any]:
    """Let the peer do one task of its script; settings of the user's are not read."""
    folder = Path(task["folder"])
    folder.mkdir(parents=True, exist_ok=True)
    environment = {
        **os.environ,
        "NO_PROXY": "127.0.0.1",
        "OAUTHLIB_INSECURE_TRANSPORT": "1",
        "XDG_CONFIG_HOME": str(folder),
        "NETRC": os.devnull,
    }
    command = [str(venv / "bin" / "python"), "-W", "ignore", str(script)]
    done = subprocess.run(
        command, input=json.dumps(task), text=True, stdout=subprocess.PIPE, env=environment, check=True, timeout=300
    )
    return json.loads(done.stdout)
