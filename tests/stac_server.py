"""A STAC API and the files it names on 127.0.0.1, for tests.

    with StacServer(folder, items) as server:       # items: STAC items, their files below ``folder``
        server.root                                 # landing page, for a StacConnection
        server.ways.filters = False                 # searches ignore ``query`` and ``filter``, as some services do
        server.searches                             # bodies and parameters of the searches that arrived

Items name their files by ``href("name.tif")`` or by a path relative to ``/files/``, which is made absolute.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple
from urllib.parse import parse_qsl, urlencode

from osgeo import ogr
from range_server import HTML, Answer, RangeServer

CORE = [
    "https://api.stacspec.org/v1.0.0/core", "https://api.stacspec.org/v1.0.0/collections",
    "https://api.stacspec.org/v1.0.0/item-search", "https://api.stacspec.org/v1.0.0/ogcapi-features",
]
EXTENSIONS = {name: f"https://api.stacspec.org/v1.0.0/item-search#{name}" for name in
              ("query", "filter", "sort", "fields")}
_OPERATORS = {
    "lt": lambda a, b: a < b, "lte": lambda a, b: a <= b, "gt": lambda a, b: a > b, "gte": lambda a, b: a >= b,
    "eq": lambda a, b: a == b, "neq": lambda a, b: a != b, "in": lambda a, b: a in b,
    "<": lambda a, b: a < b, "<=": lambda a, b: a <= b, ">": lambda a, b: a > b, ">=": lambda a, b: a >= b,
    "=": lambda a, b: a == b, "<>": lambda a, b: a != b,
}


@dataclass
class Ways:
    """How this service differs from a good one."""

    extensions: Tuple[str, ...] = ("query", "sort", "fields")
    filters: bool = True
    """False: understands no condition on properties, and says nothing."""
    area: bool = True
    """False: ignores the place too."""
    posts: bool = True
    """False: 405 for POST, though the landing page offers it."""
    counts: bool = True
    """False: does not tell how many items match."""
    paging: str = "token"
    """``token`` and ``page`` by POST body, ``merge`` with a partial body, ``get`` by address."""
    next_on_last: bool = False
    """A next link after the last item; its page is empty."""
    repeats: str = ""
    """``link``: the next link leads to the same page for ever. ``items``: new links, the same items for ever."""
    heaviest: Optional[int] = None
    """502 for pages of more items than this."""
    statuses: List[int] = field(default_factory=list)
    """Sent instead of search answers, one after the other."""
    html: bool = False
    """A sign-in page for everything."""
    header: Tuple[str, str] = ("", "")
    """Header and value every request to the API must carry."""


class StacServer(RangeServer):
    """A context: the API answers inside it."""

    def __init__(self, folder: Path, items: Sequence[Dict[str, Any]] = (), collection: str = "sentinel-2-l2a") -> None:
        super().__init__(folder)
        self.ways = Ways()
        self.collection = collection
        self.searches: List[Dict[str, Any]] = []
        self.queryables: Dict[str, Any] = {"eo:cloud_cover": {"type": "number"}}
        self.root = f"{self.base}/stac"
        self.items: List[Dict[str, Any]] = []
        self.add(items)

    def add(self, items: Sequence[Dict[str, Any]]) -> None:
        """Add items; file names become addresses."""
        for item in json.loads(json.dumps(list(items))):
            for asset in item.get("assets", {}).values():
                if "://" not in asset["href"]:
                    asset["href"] = self.url(asset["href"])
            own = f"{self.root}/collections/{item['collection']}/items/{item['id']}"
            item["links"] = [{"rel": "self", "href": own}]
            self.items.append(item)

    def answer(self, method: str, path: str, query: str, headers: Dict[str, str], body: bytes) -> Answer:
        """See ``RangeServer.answer``."""
        name, value = self.ways.header
        if name and headers.get(name.lower()) != value:
            return _json(401, {"code": "Unauthorized", "description": "Log in."})
        if self.ways.html:
            return 200, {"Content-Type": "text/html"}, HTML
        parts = path.strip("/").split("/")
        if parts == ["stac"]:
            return _json(200, self._landing())
        if parts == ["stac", "search"]:
            return self._search(method, query, body)
        if parts[:2] == ["stac", "collections"]:
            return self._collections(parts[2:])
        return _json(404, {"code": "NotFound", "description": f"{path} is not here"})

    def _landing(self) -> Dict[str, Any]:
        search = {"rel": "search", "type": "application/geo+json", "href": f"{self.root}/search"}
        return {
            "type": "Catalog", "stac_version": "1.0.0", "id": "test", "title": "Test catalog", "description": "-",
            "conformsTo": CORE + [EXTENSIONS[name] for name in self.ways.extensions],
            "links": [
                {"rel": "self", "href": self.root}, {"rel": "root", "href": self.root},
                {"rel": "data", "href": f"{self.root}/collections"},
                {**search, "method": "GET"}, {**search, "method": "POST"},
            ],
        }

    def _collections(self, rest: List[str]) -> Answer:
        documents = {name: self._collection(name) for name in {item["collection"] for item in self.items}}
        if not rest:
            return _json(200, {"collections": list(documents.values()), "links": []})
        document = documents.get(rest[0])
        if document is not None and len(rest) == 1:
            return _json(200, document)
        if document is not None and rest[1] == "queryables" and self.queryables:
            return _json(200, {"type": "object", "properties": self.queryables})
        if document is not None and rest[1] == "items" and len(rest) == 3:
            for item in self.items:
                if (item["collection"], item["id"]) == (rest[0], rest[2]):
                    return _json(200, item)
        return _json(404, {"code": "NotFoundError", "description": f"{'/'.join(rest)} does not exist"})

    def _collection(self, name: str) -> Dict[str, Any]:
        dates = sorted(item["properties"]["datetime"] for item in self.items if item["collection"] == name)
        return {
            "type": "Collection", "stac_version": "1.0.0", "id": name, "title": name, "description": name,
            "license": "proprietary", "links": [],
            "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}, "temporal": {"interval": [[dates[0], dates[-1]]]}},
        }

    def _search(self, method: str, query: str, body: bytes) -> Answer:
        ways = self.ways
        if method == "POST" and not ways.posts:
            return _json(405, {"message": "Method Not Allowed"})
        asked = json.loads(body or b"{}") if method == "POST" else _of_parameters(query)
        self.searches.append(asked)
        if ways.statuses:
            return _json(ways.statuses.pop(0), {"message": "Internal server error"})
        limit = int(asked.get("limit", 10))
        if ways.heaviest is not None and limit > ways.heaviest:
            return _json(502, {"message": "Internal server error"})
        found = [item for item in self.items if self._meets(item, asked)]
        if "sort" in ways.extensions:
            for key in reversed(asked.get("sortby", [])):
                name = key["field"].replace("properties.", "")
                found.sort(key=lambda item: item["properties"][name], reverse=key["direction"] == "desc")
        start = int(asked.get("token", 0)) + (int(asked.get("page", 1)) - 1) * limit
        page = found[:limit] if ways.repeats else found[start : start + limit]
        document: Dict[str, Any] = {"type": "FeatureCollection", "features": page, "links": []}
        if ways.counts:
            document.update({"numberMatched": len(found), "numberReturned": len(page)})
        if page and (start + limit < len(found) or ways.next_on_last or ways.repeats):
            document["links"] = [self._next(method, query, asked, start + limit)]
        return _json(200, document)

    def _next(self, method: str, query: str, asked: Dict[str, Any], start: int) -> Dict[str, Any]:
        limit = int(asked.get("limit", 10))
        token = {"page": start // limit + 1} if self.ways.paging == "page" else {"token": start}
        token = {"token": 7} if self.ways.repeats == "link" else token
        link = {"rel": "next", "href": f"{self.root}/search", "type": "application/geo+json"}
        if method == "GET":
            return {**link, "href": f"{self.root}/search?{urlencode({**dict(parse_qsl(query)), **token})}"}
        if self.ways.paging == "get":  # of a POST: what an address can't say is lost, as with some services
            plain = {key: ",".join(map(str, value)) if isinstance(value, list) else value for key, value in
                     asked.items() if key in ("collections", "limit", "datetime", "bbox", "ids")}
            return {**link, "href": f"{self.root}/search?{urlencode({**plain, **token})}"}
        if self.ways.paging == "merge":
            return {**link, "method": "POST", "merge": True, "body": token}
        return {**link, "method": "POST", "body": {**asked, **token}, "merge": False}

    def _meets(self, item: Dict[str, Any], asked: Dict[str, Any]) -> bool:
        properties = item["properties"]
        if asked.get("collections") and item["collection"] not in asked["collections"]:
            return False
        if asked.get("ids") and item["id"] not in asked["ids"]:
            return False
        if asked.get("datetime"):
            first, last = (asked["datetime"].split("/") * 2)[:2]
            moment = properties["datetime"].replace("Z", "")
            if (first != ".." and moment < first.replace("Z", "")) or (last != ".." and moment > last.replace("Z", "")):
                return False
        if self.ways.area and not _in_area(item, asked):
            return False
        return not self.ways.filters or all(
            name in properties and _OPERATORS[sign](properties[name], value)
            for name, sign, value in _conditions(asked, self.ways.extensions)
        )


def _conditions(asked: Dict[str, Any], extensions: Tuple[str, ...]) -> List[Tuple[str, str, Any]]:
    found = []
    if "query" in extensions:
        found += [(name, sign, value) for name, ops in asked.get("query", {}).items() for sign, value in ops.items()]
    if "filter" in extensions and asked.get("filter"):
        tree = asked["filter"]
        parts = tree["args"] if tree["op"] == "and" else [tree]
        found += [(part["args"][0]["property"], part["op"], part["args"][1]) for part in parts]
    return found


def _in_area(item: Dict[str, Any], asked: Dict[str, Any]) -> bool:
    shape = ogr.CreateGeometryFromJson(json.dumps(item["geometry"]))
    if asked.get("intersects"):
        return bool(shape.Intersects(ogr.CreateGeometryFromJson(json.dumps(asked["intersects"]))))
    if not asked.get("bbox"):
        return True
    west, south, east, north = asked["bbox"]
    boxes = [(west, east)] if west <= east else [(west, 180), (-180, east)]
    return any(shape.Intersects(ogr.CreateGeometryFromWkt(
        f"POLYGON (({a} {south}, {b} {south}, {b} {north}, {a} {north}, {a} {south}))")) for a, b in boxes)


def _of_parameters(query: str) -> Dict[str, Any]:
    asked: Dict[str, Any] = dict(parse_qsl(query))
    for name in ("collections", "ids"):
        if name in asked:
            asked[name] = asked[name].split(",")
    if "bbox" in asked:
        asked["bbox"] = [float(part) for part in asked["bbox"].split(",")]
    for name in ("intersects", "query"):
        if name in asked:
            asked[name] = json.loads(asked[name])
    if "sortby" in asked:
        asked["sortby"] = [{"field": key.lstrip("+-"), "direction": "desc" if key[0] == "-" else "asc"}
                           for key in asked["sortby"].split(",")]
    return asked


def _json(status: int, document: Dict[str, Any]) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(document).encode()
