"""Start and stop the stand-in server, and make the image it serves."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Dict, Iterator, Optional, Sequence
from urllib.parse import urlsplit

import numpy as np
from osgeo import gdal

SERVER = Path(__file__).with_name("server.py")
CATALOG_SERVER = Path(__file__).with_name("catalog_server.py")
TILE_SERVER = Path(__file__).with_name("byoc_server.py")
Address = Dict[str, str]


@contextmanager
def stand_in(body: Path, rate: Optional[float] = None, burst: float = 10) -> Iterator[Address]:
    """A server in a process of its own that ends with the context."""
    command = [str(SERVER), "--body", str(body)]
    if rate:
        command += ["--rate", str(rate), "--burst", str(burst)]
    with _serving(command) as address:
        yield address


@contextmanager
def tile_server(tiles: int, delay_s: float = 0.0) -> Iterator[Address]:
    """A BYOC service with one collection of so many tiles, in a process of its own that ends with the context."""
    with _serving([str(TILE_SERVER), "--tiles", str(tiles), "--delay", str(delay_s)]) as address:
        yield address


@contextmanager
def catalog_server(file: Path, place: Dict[str, Any], items: int, delay_s: float = 0.05) -> Iterator[Address]:
    """A STAC catalog of so many items whose files are all ``file``, in a process of its own that ends with the context.

    Args:
        file: the COG.
        place: its ``epsg``, ``shape`` and ``transform`` as STAC tells them.
        items: how many.
        delay_s: before each answer.
    """
    command = [str(CATALOG_SERVER), "--file", str(file), "--place", json.dumps(place), "--items", str(items)]
    with _serving([*command, "--delay", str(delay_s)]) as address:
        yield address


@contextmanager
def _serving(command: Sequence[str]) -> Iterator[Address]:
    process = subprocess.Popen([sys.executable, *command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait(10)
        process.stdout.close()


def counters(address: Address) -> Dict[str, int]:
    """What the server counted since the last call."""
    connection = http.client.HTTPConnection(urlsplit(address["url"]).netloc, timeout=10)
    connection.request("GET", "/counters")
    counted = json.loads(connection.getresponse().read())
    connection.close()
    return counted


def write_image(path: Path, width: int, height: int, bands: int, kind: Any = gdal.GDT_Byte) -> Path:
    """A deflated TIFF as the service sends it: hills of colour with a little grain, no georeference."""
    rng = np.random.Generator(np.random.PCG64(7))
    rows, cols = np.mgrid[0:height, 0:width]
    dataset = gdal.GetDriverByName("GTiff").Create(str(path), width, height, bands, kind, ["COMPRESS=DEFLATE"])
    for band in range(1, bands + 1):
        hills = 100 + 60 * np.sin(rows / (20.0 + band)) * np.cos(cols / (31.0 + 2 * band))
        dataset.GetRasterBand(band).WriteArray((hills + rng.integers(0, 12, hills.shape)).astype(np.uint16))
    dataset = None
    return path
