"""Open catalogs: windows of files on a server 50 ms away, and a search into a layer, against the notebook's way."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
import time
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, Dict, List, Tuple
from urllib.parse import urlsplit

import numpy as np
from osgeo import gdal, osr
from peer import ODC_NAME, RIO_NAME, SEARCH_NAME, STAC_SCRIPT, STAC_VENV, ensure_stac_peer, run_peer
from report import Case, judge
from stand import Address, catalog_server, counters

SIDE, BLOCK, EPSG = 4096, 1024, 32629
WEST, NORTH, PIXEL = 199980.0, 2800020.0, 10.0
ASSETS, CONNECTIONS, ITEMS = 36, 8, 1000
INSIDE = (WEST + 11003.0, NORTH - 15998.0, WEST + 14998.0, NORTH - 12003.0)
"""400 x 400 pixels within one block, given between pixel edges."""
RUNS = 3
SCRIPT = Path(__file__).with_name("open_data_ours.py")


def open_data(work: Path) -> List[Case]:
    """All cases; the best of several runs, since the machine is shared."""
    ensure_stac_peer()
    path, block_bytes, first = write_band(work / "B04.tif")
    place = {"epsg": EPSG, "shape": [SIDE, SIDE], "transform": [PIXEL, 0.0, WEST, 0.0, -PIXEL, NORTH]}
    with catalog_server(path, place, ITEMS) as address:
        task = {**address, "bounds": INSIDE, "epsg": EPSG, "assets": ASSETS, "connections": CONNECTIONS}
        one = _ours(address, {**task, "what": "window", "folder": str(work / "one")})
        one_rio = _peer(address, {**task, "what": "window", "folder": str(work / "rio")})
        times: Dict[str, List[float]] = {}
        sums: Dict[str, float] = {}
        for number in range(RUNS):
            folder = str(work / f"run{number}")
            times.setdefault("floor", []).append(bare_ranges(address, first))
            for name, run in (("ours", _ours), ("peer", _peer)):
                for what in ("read", "clip", "search", *(("odc",) if name == "peer" else ())):
                    found = run(address, {**task, "what": what, "folder": f"{folder}-{name}-{what}"})
                    times.setdefault(f"{name} {what}", []).append(found["seconds"])
                    if what in ("read", "odc"):
                        sums[f"{name} {what}"] = found["checked"]
    best = {name: min(seconds) for name, seconds in times.items()}
    if len({round(total) for total in sums.values()}) != 1:
        raise RuntimeError(f"The pixels differ: {sums}")
    label = f"{ASSETS} files, a window of 400 x 400 each"
    return [
        judge("Window of 400 x 400 px of one band", "requests", one["requests"], one_rio["requests"], RIO_NAME, most=3),
        judge("The same, bytes", "kB", one["bytes"] / 1000, one_rio["bytes"] / 1000, RIO_NAME, block_bytes / 1000,
              times_floor=1.05),
        judge(f"{label}, read", "s", best["ours read"], best["peer read"], RIO_NAME, best["floor"], times_peer=1.0,
              times_floor=1.2),
        judge(f"{label}, read", "s", best["ours read"], best["peer odc"], ODC_NAME, times_peer=1.0),
        judge(f"{label}, as COGs", "s", best["ours clip"], best["peer clip"], RIO_NAME, times_peer=1.0),
        judge(f"Search of {ITEMS} scenes into a footprints layer", "s", best["ours search"], best["peer search"],
              SEARCH_NAME, times_peer=1.0),
    ]  # fmt: skip


def write_band(path: Path) -> Tuple[Path, int, Tuple[int, int]]:
    """A band laid out as Sentinel-2's are; the bytes of the window's block, and where they lie."""
    rng = np.random.default_rng(5)
    rows, cols = np.mgrid[0:SIDE, 0:SIDE]
    hills = 1500 + 800 * np.sin(rows / 90.0) * np.cos(cols / 130.0)
    dataset = gdal.GetDriverByName("MEM").Create("", SIDE, SIDE, 1, gdal.GDT_UInt16)
    reference = osr.SpatialReference()
    reference.ImportFromEPSG(EPSG)
    dataset.SetProjection(reference.ExportToWkt())
    dataset.SetGeoTransform((WEST, PIXEL, 0.0, NORTH, 0.0, -PIXEL))
    dataset.GetRasterBand(1).WriteArray((hills + rng.integers(0, 300, hills.shape)).astype(np.uint16))
    dataset.GetRasterBand(1).SetNoDataValue(0)
    options = [f"BLOCKSIZE={BLOCK}", "COMPRESS=DEFLATE", "LEVEL=1", "PREDICTOR=YES", "NUM_THREADS=2"]
    gdal.GetDriverByName("COG").CreateCopy(str(path), dataset, options=options).FlushCache()
    written = gdal.Open(str(path))
    band = written.GetRasterBand(1)
    offset, size = (int(band.GetMetadataItem(f"BLOCK_{what}_1_1", "TIFF")) for what in ("OFFSET", "SIZE"))
    return path, size, (offset, size)


def bare_ranges(address: Address, block: Tuple[int, int]) -> float:
    """Seconds to fetch the beginning and the block of all files over so many kept-alive connections, and to inflate it.

    The ideal: nobody gets at the pixels with less.
    """
    host = urlsplit(address["url"]).netloc

    def fetch(numbers: List[int]) -> None:
        connection = http.client.HTTPConnection(host, timeout=30)
        for number in numbers:
            for first, length in ((0, 16384), block):
                span = {"Range": f"bytes={first}-{first + length - 1}"}
                connection.request("GET", f"/files/{number}/B04.tif", headers=span)
                content = connection.getresponse().read()
            zlib.decompress(content)
        connection.close()

    shares = [list(range(start, ASSETS, CONNECTIONS)) for start in range(CONNECTIONS)]
    begun = time.perf_counter()
    with ThreadPoolExecutor(CONNECTIONS) as pool:
        list(pool.map(fetch, shares))
    return time.perf_counter() - begun


def _ours(address: Address, task: Dict[str, Any]) -> Dict[str, Any]:
    counters(address)
    done = subprocess.run([sys.executable, str(SCRIPT)], input=json.dumps(task), text=True, stdout=subprocess.PIPE,
                          check=True, timeout=300)
    return {**json.loads(done.stdout.strip().splitlines()[-1]), **counters(address)}


def _peer(address: Address, task: Dict[str, Any]) -> Dict[str, Any]:
    counters(address)
    return {**run_peer(task, STAC_VENV, STAC_SCRIPT), **counters(address)}
