"""A tiny BYOC service for tests: collections and tiles in memory, nothing is read from a bucket.

    with ByocStandIn() as hub:
        collection = hub.add_collection("parcels", tiles=250)
        hub.outcomes["bad/(BAND).tif"] = "The file is no TIFF."      # how ingestion of a path will end; None is well
        hub.steps = 2                                                # readings of a tile until its ingestion ends
        hub.calls                                                    # [(method, path, query, body)]
        hub.refusals[("POST", "tiles")] = (403, "No rights", "COMMON_INSUFFICIENT_PERMISSIONS")

PUT replaces as the service does: a missing ``noData`` is deleted, ``additionalData`` replaces the bands.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any, Dict, List, Optional, Tuple
from urllib.parse import parse_qs, urlsplit

from stand_in import StandIn, _Handler, error_body

BASE = "/api/v1/byoc/collections"
UTM = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32628"}}
PATHS_A_DAY = 50


def square(west: float, south: float, size: float = 60000.0, crs: Any = UTM) -> Dict[str, Any]:
    """A closed square, by default in UTM zone 28 north."""
    east, north = west + size, south + size
    ring = [[west, north], [east, north], [east, south], [west, south], [west, north]]
    return {"type": "Polygon", **({"crs": crs} if crs else {}), "coordinates": [ring]}


def numbered_tile(number: int) -> Dict[str, Any]:
    """An ingested tile, one of 50 a day, in the shape of the recorded one."""
    day = dt.date(2019, 1, 1) + dt.timedelta(days=number // PATHS_A_DAY)
    created = dt.datetime(2021, 1, 22, 9, 57, 7) + dt.timedelta(seconds=number)
    box = square(300000.0 + 1000 * (number % PATHS_A_DAY), 6899880.0)
    return {
        "id": str(uuid.UUID(int=number + 1)),
        "created": created.isoformat() + ".000",
        "sensingTime": f"{day}T00:00:00.000",
        "coverGeometry": {"type": "MultiPolygon", "crs": UTM, "coordinates": [box["coordinates"]]},
        "tileGeometry": box,
        "path": f"{day:%Y/%m/%d}/{number % PATHS_A_DAY:02d}/(BAND).tif",
        "status": "INGESTED",
        "additionalData": {"minMetersPerPixel": 120.0, "maxMetersPerPixel": 960.0},
    }


class ByocStandIn(StandIn):
    """The service; see the top of the module."""

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self._server.RequestHandlerClass = _ByocHandler
        self.own: Dict[str, Dict[str, Any]] = {}
        self.tiles: Dict[str, Dict[str, Dict[str, Any]]] = {}
        self.outcomes: Dict[str, Optional[str]] = {}
        self.steps = 1
        self.calls: List[Tuple[str, str, Dict[str, str], Any]] = []
        self.refusals: Dict[Tuple[str, str], Tuple[int, str, str]] = {}
        self.lost_answers = 0
        self.sorted_pages = True
        self._left: Dict[str, int] = {}

    def add_collection(self, name: str, tiles: int = 0, **more: Any) -> Dict[str, Any]:
        """A collection with so many numbered tiles."""
        document = {
            "id": str(uuid.uuid4()), "userId": "someone", "name": name, "s3Bucket": "my-bucket",
            "additionalData": {
                "bands": {"B04": {"bitDepth": 16}, "B08": {"bitDepth": 16}}, "maxMetersPerPixel": 9600.0,
            },
            "created": "2021-01-16T18:44:36.720Z", "isConfigured": True, **more,
        }  # fmt: skip
        self.own[document["id"]] = document
        self.tiles[document["id"]] = {tile["id"]: tile for tile in map(numbered_tile, range(tiles))}
        return document

    def read_tile(self, tile: Dict[str, Any]) -> Dict[str, Any]:
        """A reading: ingestion goes on by one step."""
        left = self._left.get(tile["id"])
        if left is not None:
            self._left[tile["id"]] = left - 1
            tile["status"] = "INGESTING" if left > 0 else self._end(tile)
        return tile

    def begin(self, tile: Dict[str, Any]) -> None:
        """Ingestion starts (again)."""
        tile["status"] = "WAITING"
        self._left[tile["id"]] = self.steps

    def _end(self, tile: Dict[str, Any]) -> str:
        self._left.pop(tile["id"])
        cause = self.outcomes.get(tile["path"])
        if cause:
            tile["additionalData"] = {"failedIngestionCause": cause}
            return "FAILED"
        tile["tileGeometry"] = square(300000.0, 6899880.0)
        tile.setdefault("coverGeometry", tile["tileGeometry"])
        tile["additionalData"] = {"minMetersPerPixel": 10.0, "maxMetersPerPixel": 160.0}
        return "INGESTED"


class _ByocHandler(_Handler):
    hub: ByocStandIn

    def do_GET(self) -> None:
        if self.path.startswith(BASE):
            self.byoc("GET")
        else:
            super().do_GET()

    def do_POST(self) -> None:
        if self.path.startswith(BASE):
            self.byoc("POST")
        else:
            super().do_POST()

    def do_PUT(self) -> None:
        self.byoc("PUT")

    def do_DELETE(self) -> None:
        self.byoc("DELETE")

    def byoc(self, method: str) -> None:
        hub, parts = self.hub, urlsplit(self.path)
        content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(content) if content else None
        query = {key: values[0] for key, values in parse_qs(parts.query).items()}
        names = [name for name in parts.path[len(BASE):].split("/") if name]
        if not self.authorized():
            return
        with hub.lock:
            hub.calls.append((method, parts.path[len(BASE):], query, body))
            refusal = hub.refusals.get((method, names[-1] if names else "")) or hub.refusals.get((method, "*"))
            if refusal:
                self.reply_json(refusal[0], error_body(refusal[0], refusal[1], refusal[2]))
                return
            status, answer = self.answer_byoc(method, names, query, body)
        if method == "POST" and hub.lost_answers:
            hub.lost_answers -= 1
            self.close_connection = True
            return
        if status == 204:
            self.wfile.write(b"HTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n")
            hub.seen.statuses.append(204)
        else:
            self.reply_json(status, answer)

    def answer_byoc(self, method: str, names: List[str], query: Dict[str, str], body: Any) -> Tuple[int, Any]:
        hub = self.hub
        if not names:
            if method == "GET":
                found = [c for c in hub.own.values() if query.get("search", "").lower() in c["name"].lower()]
                return 200, page_of(found, query, parts_url(self))
            more = {"additionalData": None, **{key: value for key, value in body.items() if key != "name"}}
            document = hub.add_collection(body["name"], 0, **more)
            return 201, {"data": document}
        if names[0] not in hub.own:
            return 404, error_body(404, f"Collection {names[0]} not found.", "COMMON_NOT_FOUND")
        if len(names) == 1:
            return self.one_collection(method, names[0], body)
        if names[1] == "copyTiles":
            hub.tiles[query["toCollection"]].update(json.loads(json.dumps(hub.tiles[names[0]])))
            return 204, None
        if len(names) == 2:
            return self.many_tiles(method, names[0], query, body)
        if names[2] not in hub.tiles[names[0]]:
            return 404, error_body(404, f"Tile {names[2]} not found.", "COMMON_NOT_FOUND")
        return self.one_tile(method, names, body)

    def one_collection(self, method: str, name: str, body: Any) -> Tuple[int, Any]:
        hub = self.hub
        if method == "DELETE":
            del hub.own[name], hub.tiles[name]
            return 204, None
        if method == "GET":
            return 200, {"data": hub.own[name]}
        if not body.get("name") or not body.get("s3Bucket"):
            return 400, error_body(400, "name and s3Bucket are required")
        kept = {key: hub.own[name][key] for key in ("id", "userId", "created", "isConfigured")}
        additional = body.get("additionalData") or hub.own[name].get("additionalData")
        hub.own[name] = {**kept, **body, "additionalData": additional}
        return 204, None

    def many_tiles(self, method: str, name: str, query: Dict[str, str], body: Any) -> Tuple[int, Any]:
        hub, tiles = self.hub, self.hub.tiles[name]
        if method == "GET":
            found = [tile for tile in tiles.values() if query.get("path", tile["path"]) == tile["path"]]
            found = [tile for tile in found if query.get("status", tile["status"]) == tile["status"]]
            key, _, direction = query.get("sort", "created:asc").partition(":")
            if hub.sorted_pages:
                found.sort(key=lambda tile: tile[key], reverse=direction == "desc")
            return 200, page_of([hub.read_tile(tile) for tile in found], query, parts_url(self))
        if any(tile["path"] == body["path"] for tile in tiles.values()):
            return 409, error_body(409, "Tile with this path exists.", "COMMON_UNIQUE_KEY_VIOLATION")
        now = dt.datetime.now(dt.timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        tile = {"id": str(uuid.uuid4()), "created": now, "ingestionStart": now, **body}
        tiles[tile["id"]] = tile
        hub.begin(tile)
        return 201, {"data": tile}

    def one_tile(self, method: str, names: List[str], body: Any) -> Tuple[int, Any]:
        hub, tiles = self.hub, self.hub.tiles[names[0]]
        if len(names) == 4:
            hub.begin(tiles[names[2]])
            return 204, None
        if method == "GET":
            return 200, {"data": hub.read_tile(tiles[names[2]])}
        if method == "DELETE":
            del tiles[names[2]]
            return 204, None
        for key in ("sensingTime", "coverGeometry"):
            tiles[names[2]].pop(key, None)
            if body.get(key) is not None:
                tiles[names[2]][key] = body[key]
        return 204, None


def parts_url(handler: _ByocHandler) -> str:
    return handler.hub.url + urlsplit(handler.path).path


def page_of(entries: List[Dict[str, Any]], query: Dict[str, str], url: str) -> Dict[str, Any]:
    """One page; tokens carry the first index but look opaque."""
    count, token = min(int(query.get("count", 100)), 100), query.get("viewtoken")
    first = int(token[4:], 16) if token else 0
    links: Dict[str, Any] = {"@id": url, "currentToken": f"vt0-{first:x}"}
    if first + count < len(entries):
        links["nextToken"] = f"vt0-{first + count:x}"
        links["next"] = f"{url}?viewtoken={links['nextToken']}"
    return {"data": entries[first : first + count], "links": links}
