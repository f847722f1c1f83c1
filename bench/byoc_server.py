"""A stand-in BYOC service for measuring clients: one collection of many tiles, its pages made beforehand.

    python bench/byoc_server.py --tiles 20000 [--delay 0.1]

prints one JSON line with ``url``, ``token_url``, ``client_id``, ``client_secret`` and ``collection``, and ends when its
standard input closes. ``--delay`` is what a page takes to arrive, as over a real network. Tiles lie in sixty UTM zones
and have covers of about twenty points, as those of the global mosaic do.
"""

from __future__ import annotations

import argparse
import asyncio
import datetime as dt
import json
import math
import uuid
from typing import Dict, List
from urllib.parse import parse_qs, urlsplit

from server import Service, Wire, answer, serve

COLLECTION = "0074520d-bcf5-4811-8f6f-afd946e77695"
PAGE, CORNERS, COVER_POINTS = 100, 60000.0, 20


def tile(number: int) -> Dict:
    """One ingested tile in the shape of a recorded one."""
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:EPSG::{32601 + number % 60}"}}
    west, south = 300000.0 + 100 * (number % 997), 4000000.0 + 150 * (number % 991)
    box = [[west, south], [west + CORNERS, south], [west + CORNERS, south + CORNERS], [west, south + CORNERS],
           [west, south]]  # fmt: skip
    middle_x, middle_y, radius = west + CORNERS / 2, south + CORNERS / 2, CORNERS / 2
    angles = [2 * math.pi * n / COVER_POINTS for n in range(COVER_POINTS)]
    cover = [[middle_x + radius * math.cos(a), middle_y + radius * math.sin(a)] for a in angles]
    day = dt.date(2019, 1, 1) + dt.timedelta(days=number % 365)
    return {
        "id": str(uuid.UUID(int=number + 1)),
        "created": (dt.datetime(2021, 1, 22) + dt.timedelta(seconds=number)).isoformat() + ".000",
        "sensingTime": f"{day}T00:00:00.000",
        "coverGeometry": {"type": "MultiPolygon", "crs": crs, "coordinates": [[[*cover, cover[0]]]]},
        "tileGeometry": {"type": "Polygon", "crs": crs, "coordinates": [box]},
        "path": f"{day:%Y/%m/%d}/{number:05d}/(BAND).tif",
        "status": "FAILED" if number % 500 == 3 else "INGESTED",
        "additionalData": {
            "bandHeaderSizes": {band: 1328 for band in ("B02", "B03", "B04", "B08", "B11", "B12", "dataMask")},
            "minMetersPerPixel": 120.0, "maxMetersPerPixel": 960.0,
        },
    }  # fmt: skip


def make_pages(tiles: List[Dict]) -> List[bytes]:
    """Whole answers; each names the next by its token."""
    pages = []
    for first in range(0, len(tiles), PAGE):
        number = first // PAGE
        links = {"currentToken": f"p{number}"}
        if first + PAGE < len(tiles):
            links["nextToken"] = f"p{number + 1}"
        pages.append(answer("200 OK", json.dumps({"data": tiles[first : first + PAGE], "links": links}).encode()))
    return pages


class TileService(Service):
    """Adds the collection's tiles to the stand-in."""

    def __init__(self, count: int) -> None:
        super().__init__(b"", None, 1)
        tiles = [tile(number) for number in range(count)]
        self._pages = {"asc": make_pages(tiles), "desc": make_pages(tiles[::-1])}

    def reply(self, method: bytes, path: bytes) -> bytes:
        """A page of tiles, or what the stand-in says."""
        parts = urlsplit(path.decode("ascii"))
        if not parts.path.endswith("/tiles"):
            return super().reply(method, path)
        self.counters["requests"] += 1
        query = parse_qs(parts.query)
        pages = self._pages[query.get("sort", ["created:asc"])[0].partition(":")[2]]
        return pages[int(query.get("viewtoken", ["p0"])[0][1:])]


def delayed(delay_s: float) -> type:
    """A connection whose answers take their time."""

    class SlowTransport:
        def __init__(self, transport: asyncio.Transport) -> None:
            self._transport = transport
            self.get_extra_info = transport.get_extra_info

        def write(self, data: bytes) -> None:
            asyncio.get_running_loop().call_later(delay_s, self._transport.write, data)

    class SlowWire(Wire):
        def connection_made(self, transport: asyncio.Transport) -> None:
            super().connection_made(SlowTransport(transport))

    return SlowWire


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="A stand-in BYOC service for measuring clients.")
    parser.add_argument("--tiles", type=int, default=20000)
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--delay", type=float, default=0.0, help="seconds a page takes to arrive")
    options = parser.parse_args()
    wire = delayed(options.delay) if options.delay else Wire
    asyncio.run(serve(TileService(options.tiles), options.port, wire, {"collection": COLLECTION}))


if __name__ == "__main__":
    main()
