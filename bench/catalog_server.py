"""A STAC catalog and its files on loopback for measuring clients, every answer 50 ms late as over a network.

    python bench/catalog_server.py --file B04.tif --items 1000 [--delay 0.05]

prints one JSON line with ``url``, ``root`` and ``collection``, and ends when its standard input closes. The file is
served, whole or by range, as ``/files/ANYTHING/B04.tif``. ``GET /counters`` tells requests and bytes of files since the
last call.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import re
import socket
from pathlib import Path
from typing import Any, Dict, List, Tuple

from server import Service, Wire, answer, serve

COLLECTION, PAGE = "sentinel-2-l2a", 100
REAL_ITEM = Path(__file__).resolve().parents[2] / "shared/data/s2_scene/S2A_29RKH_20200219_0_L2A.json"
_RANGE = re.compile(rb"\r\nrange: *bytes=(\d+)-(\d*)", re.IGNORECASE)
_SEARCH = "https://api.stacspec.org/v1.0.0/item-search"


def item(number: int, place: Dict[str, Any]) -> Dict[str, Any]:
    """An item as Earth Search publishes it, with one band here, and one of the others' length where it is known."""
    known = json.loads(REAL_ITEM.read_text(encoding="utf-8")) if REAL_ITEM.exists() else {"properties": {}}
    west, south = -20.0 + number % 40, 40.0 + number % 17
    ring = [[west, south], [west + 1, south], [west + 1, south + 1], [west, south + 1], [west, south]]
    band = {
        "href": f"{place['url']}/files/{number}/B04.tif", "roles": ["data"],
        "type": "image/tiff; application=geotiff; profile=cloud-optimized", "eo:bands": [{"name": "B04"}],
        "raster:bands": [{"nodata": 0, "data_type": "uint16", "scale": 0.0001, "offset": 0}],
        "proj:shape": place["shape"], "proj:transform": place["transform"],
    }
    others = {key: value for key, value in known.get("assets", {}).items() if key not in ("red", "red-jp2")}
    day = f"{2019 + number // 365 % 3}-{1 + number // 28 % 12:02d}-{1 + number % 28:02d}"
    return {
        "type": "Feature", "stac_version": "1.0.0", "id": f"S2A_29RKH_{day.replace('-', '')}_{number}_L2A",
        "stac_extensions": ["https://stac-extensions.github.io/projection/v1.1.0/schema.json"],
        "collection": COLLECTION, "geometry": {"type": "Polygon", "coordinates": [ring]},
        "bbox": [west, south, west + 1, south + 1], "links": [],
        "properties": {
            **known["properties"], "datetime": f"{day}T11:34:25.{number % 1000:03d}Z", "proj:epsg": place["epsg"],
            "eo:cloud_cover": number % 101 / 1.0, "s2:processing_baseline": "03.00", "grid:code": f"MGRS-{number}",
        },
        "assets": {"red": band, **others},
    }


class CatalogService(Service):
    """Pages of items, and the file by range."""

    def __init__(self, count: int, content: bytes, place: Dict[str, Any]) -> None:
        self._content, self._place, self._count = content, place, count
        self._pages: List[bytes] = []
        super().__init__(b"", None, 1)

    def reset(self) -> None:
        """All counters to nothing."""
        self.counters = {"connections": 0, "requests": 0, "bytes": 0}

    def place_at(self, url: str) -> None:
        """Make the pages, now that the address is known."""
        items = [item(number, {**self._place, "url": url}) for number in range(self._count)]
        for first in range(0, len(items), PAGE):
            following = {"rel": "next", "method": "POST", "href": f"{url}/stac/search", "merge": True,
                         "body": {"token": str(first // PAGE + 1)}}
            links = [following] if first + PAGE < len(items) else []
            page = {"type": "FeatureCollection", "features": items[first : first + PAGE], "links": links,
                    "numberMatched": len(items), "numberReturned": len(items[first : first + PAGE])}
            self._pages.append(answer("200 OK", json.dumps(page).encode(), "application/geo+json"))
        self._landing = answer("200 OK", json.dumps({
            "type": "Catalog", "id": "bench", "stac_version": "1.0.0", "description": "-", "title": "Bench",
            "conformsTo": [_SEARCH, "https://api.stacspec.org/v1.0.0/core",
                           *(f"{_SEARCH}#{name}" for name in ("query", "sort", "fields"))],
            "links": [{"rel": "self", "href": f"{url}/stac"}, {"rel": "root", "href": f"{url}/stac"}, *(
                {"rel": "search", "href": f"{url}/stac/search", "method": method, "type": "application/geo+json"}
                for method in ("GET", "POST"))],
        }).encode())

    def respond(self, head: bytes, body: bytes) -> bytes:
        """The answer to one request."""
        method, path, _ = head.split(b" ", 2)
        if path == b"/counters":
            counted = json.dumps(self.counters).encode()
            self.reset()
            return answer("200 OK", counted)
        if path == b"/stac/search":
            return self._pages[int(json.loads(body or b"{}").get("token", 0))]
        if path.rstrip(b"/") == b"/stac":
            return self._landing
        if not path.startswith(b"/files/") or not path.endswith(b"/B04.tif"):
            return answer("404 Not Found", b"")
        self.counters["requests"] += 1
        return self._part(method, *self._asked(head))

    def _asked(self, head: bytes) -> Tuple[int, int, bool]:
        found, size = _RANGE.search(head), len(self._content)
        if not found:
            return 0, size, False
        return int(found[1]), min(int(found[2]) + 1 if found[2] else size, size), True

    def _part(self, method: bytes, first: int, end: int, is_part: bool) -> bytes:
        kind = "Content-Type: image/tiff\r\nAccept-Ranges: bytes\r\n"
        if method == b"HEAD":
            return f"HTTP/1.1 200 OK\r\n{kind}Content-Length: {len(self._content)}\r\n\r\n".encode()
        self.counters["bytes"] += end - first
        if not is_part:
            return answer("200 OK", self._content, "image/tiff")
        place = f"Content-Range: bytes {first}-{end - 1}/{len(self._content)}\r\n"
        return answer("206 Partial Content", self._content[first:end], "image/tiff", place)


class CatalogWire(Wire):
    """Hands whole requests over; answers come late, counters at once."""

    delay_s = 0.0

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        while True:
            head, found, rest = self._buffer.partition(b"\r\n\r\n")
            length = int((re.search(rb"\r\ncontent-length: *(\d+)", head, re.IGNORECASE) or (0, b"0"))[1])
            if not found or len(rest) < length:
                return
            self._buffer = rest[length:]
            reply = self._service.respond(head, rest[:length])
            wait_s = 0.0 if b" /counters " in head else self.delay_s
            asyncio.get_running_loop().call_later(wait_s, self._transport.write, reply)


async def run(service: CatalogService, delay_s: float) -> None:
    """Serve until the standard input closes."""
    wire = type("DelayedWire", (CatalogWire,), {"delay_s": delay_s})
    with socket.socket() as probe:  # pages name the address, so it is chosen first
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    service.place_at(url)
    await serve(service, port, wire, {"root": f"{url}/stac", "collection": COLLECTION})


def main() -> None:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="A STAC catalog for measuring clients.")
    parser.add_argument("--file", type=Path, required=True, help="what every asset is")
    parser.add_argument("--place", required=True, help="JSON with epsg, shape and transform of the file")
    parser.add_argument("--items", type=int, default=1000)
    parser.add_argument("--delay", type=float, default=0.05, help="seconds an answer takes to arrive")
    options = parser.parse_args()
    service = CatalogService(options.items, options.file.read_bytes(), json.loads(options.place))
    asyncio.run(run(service, options.delay))


if __name__ == "__main__":
    main()
