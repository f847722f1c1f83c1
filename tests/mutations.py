"""Random mutations of valid requests: what a client with a bug, or a bad one, could send.

A part of the hub joins with one more entry in ``specimens()``. Run as a script for long campaigns:
``python tests/mutations.py SEED COUNT [NAME]``.
"""

from __future__ import annotations

import copy
import json
import pickle
import random
import signal
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from hub_fakes import ACCOUNT
from synthetic_scenes import store_radar_scene, write_raster, write_scene

from sentinel_workbench.localhub.byoc import Byoc
from sentinel_workbench.localhub.byoc_buckets import Buckets
from sentinel_workbench.localhub.byoc_store import ByocStore
from sentinel_workbench.localhub.catalog import Catalog
from sentinel_workbench.localhub.collection_finder import CollectionFinder
from sentinel_workbench.localhub.hub import Hub
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.ingest import ingest_folder
from sentinel_workbench.localhub.oauth import TokenIssuer
from sentinel_workbench.localhub.records import HubError, RenderedAnswer
from sentinel_workbench.localhub.render_process import load_work, work_once
from sentinel_workbench.localhub.sources import open_sources
from sentinel_workbench.localhub.statistics_service import StatisticsService
from sentinel_workbench.localhub.workers import MEASURE_INTERVAL, PROCESS, REAL_JOBS

HANG_S = 60
REAL_WORK_PX = 400
_UTM = "http://www.opengis.net/def/crs/EPSG/0/32631"
_BOX = [500000, 4999920, 500080, 5000000]
_RING = [[500010, 4999930], [500070, 4999930], [500070, 4999990], [500010, 4999930]]
_PERIOD = {"from": "2019-01-01T00:00:00Z", "to": "2019-01-31T23:59:59Z"}


@dataclass(frozen=True)
class Specimen:
    """One valid request. ``document`` becomes the JSON body; ``body`` is sent when there is none."""

    name: str
    path: str
    document: object = None
    method: str = "POST"
    body: bytes = b""
    query: dict = field(default_factory=dict)
    headers: dict = field(default_factory=dict)

    def content(self, document=None):
        """The bytes of the body."""
        return self.body if self.document is None else json.dumps(document or self.document).encode()


def _script(inputs, outputs="{bands: 1}", value="[1]", more=""):
    setup = f"function setup() {{ return {{input: {inputs}, output: {outputs}{more}}} }}"
    return f"//VERSION=3\n{setup}\nfunction evaluatePixel(s) {{ return {value}; }}"


def _image(script, data, bounds=None, **output):
    where = bounds or {"bbox": _BOX, "properties": {"crs": _UTM}}
    size = {} if "resx" in output else {"width": 9, "height": 8}
    return {"input": {"bounds": where, "data": data}, "evalscript": script, "output": {**size, **output}}


_OPTICAL = {
    "type": "sentinel-2-l2a",
    "id": "a",
    "dataFilter": {"timeRange": _PERIOD, "maxCloudCoverage": 90, "mosaickingOrder": "leastCC"},
    "processing": {"upsampling": "BICUBIC", "downsampling": "BILINEAR", "harmonizeValues": False},
}
_RADAR = {
    "type": "S1GRD",
    "dataFilter": {"acquisitionMode": "IW", "polarization": "DV", "resolution": "HIGH", "orbitDirection": "ASCENDING"},
    "processing": {
        "backCoeff": "GAMMA0_TERRAIN", "orthorectify": True, "demInstance": "COPERNICUS", "upsampling": "BILINEAR",
        "radiometricTerrainOversampling": 2, "speckleFilter": {"type": "LEE", "windowSizeX": 3, "windowSizeY": 3},
    },
}
_MULTI = _script(
    "[{datasource: 'a', bands: ['B04', 'dataMask'], units: 'DN'},"
    " {datasource: 'b', bands: ['B04'], mosaicking: 'ORBIT'}]",
    "[{id: 'default', bands: 1, sampleType: 'FLOAT32', nodataValue: -1}, {id: 'picture', bands: 3}]",
    "{default: [s.a.length], picture: [1, 0.5, 0]}",
)


def _form():
    document = _image("", [{"type": "S2L2A"}])
    script = _script("['B04']")
    parts = (("request", json.dumps(document)), ("evalscript", script))
    return "".join(
        f'--edge\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{text}\r\n' for name, text in parts
    ).encode() + b"--edge--\r\n"


def _statistics():
    aggregation = {
        "timeRange": _PERIOD,
        "aggregationInterval": {"of": "P10D", "lastIntervalBehavior": "SHORTEN"},
        "evalscript": _script(
            "['B04', 'dataMask']", "[{id: 'red', bands: 1}, {id: 'dataMask', bands: 1}]",
            "{red: [s.B04], dataMask: [s.dataMask]}",
        ),
        "width": 8,
        "height": 8,
    }
    calculations = {
        "red": {
            "histograms": {"default": {"nBins": 5, "lowEdge": 0.0, "highEdge": 0.3}},
            "statistics": {"default": {"percentiles": {"k": [33, 50, 90], "interpolation": "higher"}}},
        }
    }
    source = _image("", [_OPTICAL])["input"]
    return {"input": source, "aggregation": aggregation, "calculations": calculations}


_SEARCH = {
    "collections": ["sentinel-2-l2a"],
    "datetime": "2019-01-01T00:00:00Z/2019-12-31T23:59:59Z",
    "intersects": {"type": "Polygon", "coordinates": [[[2, 44], [4, 44], [4, 46], [2, 46], [2, 44]]]},
    "filter": {"op": "and", "args": [{"op": "<", "args": [{"property": "eo:cloud_cover"}, 20]}]},
    "filter-lang": "cql2-json",
    "fields": {"include": ["id"], "exclude": ["links"]},
    "limit": 5,
    "next": 1,
}
_COLLECTION = {
    "name": "mine",
    "s3Bucket": "bucket",
    "noData": 0,
    "additionalData": {
        "bands": {"red": {"source": "red", "bandIndex": 1, "bitDepth": 16, "sampleFormat": "UINT"}},
        "maxMetersPerPixelOverride": 500,
    },
}
_TILE = {
    "path": "tiles/a/(BAND).tif",
    "sensingTime": "2019-01-11T10:00:00Z",
    "coverGeometry": {
        "type": "Polygon",
        "coordinates": [_RING],
        "crs": {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::32631"}},
    },
}
_JSON = {"content-type": "application/json", "accept": "*/*"}


def specimens():
    """Every kind of request that is mutated. Add yours here."""
    masked = {"bbox": _BOX, "properties": {"crs": _UTM}, "geometry": {"type": "Polygon", "coordinates": [_RING]}}
    lonlat = {"bbox": [3.0, 45.148, 3.001, 45.149]}
    tile = _script("[{bands: ['B04'], metadata: ['bounds']}]", value="[s.length]", more=", mosaicking: 'TILE'")
    tiff = [{"identifier": "default", "format": {"type": "image/tiff"}}]
    several = [*tiff, {"identifier": "picture", "format": {"type": "image/jpeg", "quality": 80}}]
    several.append({"identifier": "userdata", "format": {"type": "application/json"}})
    catalog = "/api/v1/catalog/1.0.0"
    return [
        Specimen("image", "/api/v1/process", _image(_script("['B04']"), [_OPTICAL], masked, responses=tiff),
                 headers={**_JSON, "accept": "image/tiff"}),
        Specimen("image by resolution", "/process/v1", _image(tile, [{"type": "S2L2A"}], lonlat, resx=1e-4, resy=1e-4),
                 headers=_JSON),
        Specimen("fused images in a tar", "/api/v1/process",
                 _image(_MULTI, [_OPTICAL, {"type": "sentinel-2-l2a", "id": "b"}], masked, responses=several),
                 headers={**_JSON, "accept": "application/x-tar"}),
        Specimen("radar", "/api/v1/process", _image(_script("['VV']"), [_RADAR]), headers=_JSON),
        Specimen("form", "/api/v1/process", body=_form(),
                 headers={"content-type": "multipart/form-data; boundary=edge"}),
        Specimen("statistics", "/api/v1/statistics", _statistics(), headers=_JSON),
        Specimen("catalog search", f"{catalog}/search", _SEARCH, headers=_JSON),
        Specimen("catalog query", f"{catalog}/search", method="GET",
                 query={"collections": "sentinel-2-l2a", "bbox": "2,44,4,46", "limit": "5",
                        "datetime": "2019-01-01T00:00:00Z/..", "filter": "eo:cloud_cover < 20"}),
        Specimen("catalog items", f"{catalog}/collections/sentinel-2-l2a/items", method="GET", query={"limit": "2"}),
        Specimen("own collection", "/api/v1/byoc/collections", _COLLECTION, headers=_JSON),
        Specimen("change of a collection", "/api/v1/byoc/collections/{collection}", _COLLECTION, "PUT", headers=_JSON),
        Specimen("own collections", "/api/v1/byoc/collections", method="GET",
                 query={"count": "3", "viewtoken": "", "search": "mine"}),
        Specimen("tile", "/byoc/v1/collections/{collection}/tiles", _TILE, headers=_JSON),
        Specimen("change of a tile", "/api/v1/byoc/collections/{collection}/tiles/{tile}", _TILE, "PUT",
                 headers=_JSON),
        Specimen("tiles", "/api/v1/byoc/collections/{collection}/tiles", method="GET",
                 query={"count": "3", "sort": "created:asc", "path": "a", "status": "WAITING",
                        "sensingTimeFrom": "2019-01-01T00:00:00Z"}),
        Specimen("image of an own collection", "/api/v1/process",
                 _image(_script("['red']"), [{"type": "byoc-{collection}"}]), headers=_JSON),
        Specimen("catalog collection", f"{catalog}/collections/sentinel-2-l2a", method="GET"),
        Specimen("catalog queryables", "/catalog/v1/collections/sentinel-2-l2a/queryables", method="GET"),
        Specimen("catalog item", f"{catalog}/collections/sentinel-2-l2a/items/20190111T100000", method="GET"),
        Specimen("login", "/oauth/token", headers={"content-type": "application/x-www-form-urlencoded"},
                 body=b"grant_type=client_credentials&client_id=tester&client_secret=a+key+for+tests+only"),
    ]


# ---- mutations -----------------------------------------------------------------------------------------------------

_NUMBERS = (0, -1, 1, 2, 7, 255, 2500, 2501, 99999999999, 10**400, -(10**30), 1e308, -1e308, 1e-320, -0.0, 0.5, 1e18)
_CRS = "http://www.opengis.net/def/crs/"
_WORDS = (
    *("", " ", "x", "default", "userdata", "NaN", "1", "-1", "null", "\u0000", "\ud800", "\udfff\ud800"),
    *("\u202e\U0001f6f0", "a" * 5000, "../../etc/passwd", "a\r\nX: y", "%00", "' OR 1=1 --", "${7*7}", "__proto__"),
    *("2019-01-01", "2019-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "0001-01-01T00:00:00+14:00", "P0D", "P1D"),
    *("2019-02-29T24:60:60Z", "sentinel-1-grd", "dem", "landsat-ot-l1", "sentinel-5p-l2", "byoc-x", "ORBIT"),
    *("BICUBIC", "image/png", "image/tiff", "image/jpeg", "application/json", "Polygon", "MultiPolygon", "Point"),
    *("GeometryCollection", "leastRecent", f"{_CRS}OGC/1.3/CRS84"),
    *(f"{_CRS}EPSG/0/{code}" for code in (4326, 3857, 32633, 3031, 3413, 5514, 2193, 0, -1)),
)


def _deep(depth, kind):
    value = 1
    for _ in range(depth):
        value = [value] if kind == "list" else {"a": value}
    return value


def odd_value(chance):
    """Any JSON value a member might not expect."""
    kind = chance.randrange(10)
    if kind < 3:
        return chance.choice(_NUMBERS)
    if kind < 6:
        return chance.choice(_WORDS)
    if kind == 6:
        return chance.choice((None, True, False, [], {}, [[]], [None], {"a": {}}, [{}], [1, 2, 3, 4], ["default"]))
    if kind == 7:
        return [chance.uniform(-200, 200) for _ in range(chance.randint(1, 6))]
    if kind == 8:
        return _deep(chance.choice((3, 60, 400)), chance.choice(("list", "dict")))
    return [[[chance.choice(_NUMBERS), chance.uniform(-1e7, 1e7)] for _ in range(chance.randint(3, 6))]] * 2


def _places(node, path=()):
    """The paths of all members, but for those of values nested very deep."""
    if len(path) > 12:
        return
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in members:
        yield (*path, key)
        yield from _places(value, (*path, key))


def _nudged(value, chance):
    """The value, slightly different or of another type."""
    if isinstance(value, bool) or value is None:
        return chance.choice(("true", 0, not value))
    if isinstance(value, (int, float)):
        value = value if abs(value) < 1e300 else 3
        return chance.choice((value + 1, -value, value * 1e6, value / 3, str(value), [value], value * 1000 + 0.25))
    if isinstance(value, str):
        cut = chance.randint(0, len(value))
        return chance.choice((value[:cut], value[:cut] + chance.choice(_WORDS) + value[cut:], value.upper(), [value]))
    if isinstance(value, list):
        return chance.choice((value * 2, value[::-1], value[:1], value[1:], [value], dict(enumerate(value))))
    return chance.choice((list(value), list(value.values()), {**value, chance.choice(_WORDS): odd_value(chance)}))


def mutated_document(document, chance):
    """A copy with one to three members changed."""
    document = copy.deepcopy(document)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        places = list(_places(document))
        if not places:
            return document
        *parents, last = chance.choice(places)
        node = document
        for key in parents:
            node = node[key]
        change = chance.choice(("odd", "odd", "odd", "nudge", "nudge", "nudge", "remove", "rename"))
        if change == "odd":
            node[last] = odd_value(chance)
        elif change == "nudge":
            node[last] = _nudged(node[last], chance)
        elif change == "remove" or isinstance(node, list):
            del node[last]
        else:
            node[chance.choice(_WORDS)] = node.pop(last)
    return document


_TOKENS = (
    *(b"NaN", b"Infinity", b"-Infinity", b"1e999", b"-1e999", b"\x00", b"\xff", b"\xed\xa0\x80", b"\\ud800", b"{"),
    *(b"]", b"[" * 3000, b'{"a":' * 3000, b"9" * 5000, b"0.1" + b"0" * 5000, b'"type":1,', b"\r\n\r\n", b"--edge"),
    b"\xef\xbb\xbf",
)


def mutated_bytes(content, chance):
    """Bytes flipped, cut off, put in, moved or doubled."""
    at = chance.randrange(len(content) + 1)
    kind = chance.randrange(5)
    if kind == 0 and content:
        flipped = bytearray(content)
        for _ in range(chance.randint(1, 4)):
            flipped[chance.randrange(len(flipped))] ^= 1 << chance.randrange(8)
        return bytes(flipped)
    if kind == 1:
        return content[:at]
    if kind == 2:
        return content[:at] + chance.choice(_TOKENS) + content[at:]
    if kind == 3:
        return content[:at] + chance.choice(_TOKENS) + content[at + chance.randint(1, 20):]
    return content[at:] + content[:at]


_HEADER_VALUES = (
    *("", "*/*", "image/png", "image/jpeg;q=0.5, image/png", "multipart/mixed", "application/tar", "text/html"),
    *("a/b/c;;q=x", "application/json", "application/json; charset=utf-16", "multipart/form-data", ";", ",,,", "\x00"),
    *("multipart/form-data; boundary=edge", 'multipart/form-data; boundary=""', "application/octet-stream"),
    *("multipart/form-data; boundary=" + "x" * 80, "application/x-www-form-urlencoded", "\u00ff\u00fe", "a" * 5000),
    *("image/tiff;q=-1", "q=1e999", "Bearer", "Bearer a.b.c", "Basic Og==", "Bearer .", "Bearer \u00e9.\u00e9"),
)


def mutated_request(specimen, chance, bearer):
    """One changed request."""
    headers = {**specimen.headers, "authorization": bearer}
    query = dict(specimen.query)
    path, content = specimen.path, specimen.content()
    kind = chance.random()
    if specimen.document is not None and kind < 0.8:
        content = specimen.content(mutated_document(specimen.document, chance))
    elif query and kind < 0.8:
        # An address line can't spell half a character.
        odd = str(odd_value(chance))[:20000].encode("utf-8", "replace").decode()
        query[chance.choice((*query, "ids", "intersects", "sortby", "distinct"))] = odd
    elif kind < 0.9:
        headers[chance.choice(("content-type", "accept", "authorization"))] = chance.choice(_HEADER_VALUES)
    elif not content:
        path = path[: chance.randrange(len(path))] + chance.choice(("", "/", "..", "\x00", "\ufffd", "a" * 3000))
    if content and chance.random() < (0.1 if specimen.document is not None else 0.7):
        content = mutated_bytes(content, chance)
    return HubRequest(specimen.method, path, query, headers, content)


# ---- the hub under test --------------------------------------------------------------------------------------------


class InlinePool:
    """Does jobs in this process. Every request crosses a pipe's pickle; small images are really made, now and then."""

    size = 1

    def __init__(self, data, work_dir, every=10):
        self._data, self._work_dir, self.every = data, work_dir, every
        self._works = {job: load_work(name) for job, name in REAL_JOBS.items()}
        self._asked = self.done = 0

    def run(self, job, request, abandoned=lambda: False):
        request = pickle.loads(pickle.dumps(request))
        self._asked += 1
        if self._asked % self.every or self._pixels(request) > REAL_WORK_PX:
            return self._pretend(job, request)
        self.done += 1
        outcome = work_once(self._works[job], request, self._data, self._work_dir)
        if isinstance(outcome, HubError):
            raise outcome
        return outcome

    def _pretend(self, job, request):
        if job == MEASURE_INTERVAL:
            raise HubError(400, "RENDERER_EXCEPTION", "not measured this time")
        if job != PROCESS:
            return None
        body = self._work_dir / f"answer-{self._asked}"
        body.write_bytes(b"an image")
        return RenderedAnswer(request.responses[0].mime, body, 1.0)

    @staticmethod
    def _pixels(request):
        pixels = getattr(request, "pixels", request)
        return pixels.grid.width * pixels.grid.height if hasattr(pixels, "grid") else 0


def make_scenes(folder):
    """Two optical scenes and one of radar; returns the store's folder."""
    for day, value in (("20190111T100000", 1000), ("20190102T100000", 2000)):
        write_scene(folder / "s2" / day, {"B04": value, "B08": 3000})
        write_raster(folder / "s2" / day / "SCL.tif", np.full((4, 4), 4, np.uint8), pixel=20.0)
    ingest_folder(folder / "s2", folder / "data", "sentinel-2-l2a")
    store_radar_scene(folder / "data", folder / "s1")
    return folder / "data"


class HubUnderTest:
    """A hub without sockets, on small scenes in ``folder``."""

    def __init__(self, folder):
        for name in ("work", "buckets/bucket"):
            (folder / name).mkdir(parents=True)
        data = make_scenes(folder)
        sources, buckets = open_sources(data), Buckets(folder / "buckets")
        finder = CollectionFinder(sources)
        self.pool = InlinePool(data, folder / "work")
        statistics = StatisticsService(sources, finder, self.pool)
        byoc = Byoc(ByocStore(sources.store, buckets), buckets)
        self.hub = Hub(TokenIssuer(ACCOUNT), finder, Catalog(sources, finder), statistics, self.pool, byoc)
        self.bearer = self._login()
        self._names = {}
        for name in ("own collection", "tile"):
            specimen = next(s for s in specimens() if s.name == name)
            made = json.loads(self.answer(specimen).body)["data"]
            self._names["{collection}" if name == "own collection" else "{tile}"] = made["id"]

    def answer(self, specimen):
        """The answer to the valid request."""
        headers = {**specimen.headers, "authorization": self.bearer}
        request = HubRequest(specimen.method, specimen.path, specimen.query, headers, specimen.content())
        return self.hub.answer(self.named(request))

    def named(self, request):
        """The request with the ids of the collection and tile that are there."""
        path, body = request.path, request.body
        for place, name in self._names.items():
            path, body = path.replace(place, name), body.replace(place.encode(), name.encode())
        return replace(request, path=path, body=body)

    def _login(self):
        login = next(s for s in specimens() if s.name == "login")
        answer = self.hub.answer(HubRequest(login.method, login.path, headers=login.headers, body=login.body))
        return "Bearer " + json.loads(answer.body)["access_token"]


def check_answer(answer, request):
    """Refuse anything but a valid answer or a clear refusal."""
    try:
        assert 200 <= answer.status < 300 or 400 <= answer.status < 500, answer.status
        if answer.body_file is not None:
            assert answer.status == 200 and answer.body_file.stat().st_size > 0
        elif answer.status >= 400:
            document = json.loads(answer.body)
            error = document.get("error", document)
            words = document.get("error_description") or error.get("message") or error.get("description")
            assert words and "Traceback" not in words, document
        for value in answer.headers.values():
            assert "\r" not in value and "\n" not in value
    finally:
        answer.discard()


@contextmanager
def no_hang():
    """Ends a request that never ends."""
    if not hasattr(signal, "setitimer"):
        yield
        return

    def give_up(number, frame):
        raise AssertionError(f"no answer within {HANG_S} s")

    before = signal.signal(signal.SIGALRM, give_up)
    signal.setitimer(signal.ITIMER_REAL, HANG_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def run_campaign(under_test, seed, count, chosen=None, slow=None):
    """Answer ``count`` mutated requests, equally many of each specimen; returns how often each status came."""
    kinds = [specimen for specimen in specimens() if chosen in (None, specimen.name)]
    seen = {}
    for number in range(count):
        specimen = kinds[number % len(kinds)]
        chance = random.Random(f"{seed}/{number}")
        request = under_test.named(mutated_request(specimen, chance, under_test.bearer))
        begun = time.monotonic()
        try:
            with no_hang():
                answer = under_test.hub.answer(request)
                check_answer(answer, request)
        except Exception as error:
            raise AssertionError(
                f"seed {seed}, mutation {number} of '{specimen.name}': {error!r}\n"
                f"{specimen.headers} became {({**request.headers, 'authorization': '...'})}\n"
                f"{request.path[:300]} {request.query}\n{request.body[:3000]!r}"
            ) from error
        if slow is not None:
            slow.append((time.monotonic() - begun, number, specimen.name))
        seen.setdefault(specimen.name, {}).setdefault(answer.status, 0)
        seen[specimen.name][answer.status] += 1
    return seen


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        tested = HubUnderTest(Path(place))
        times = []
        start = time.monotonic()
        outcome = run_campaign(tested, int(sys.argv[1]), int(sys.argv[2]), *sys.argv[3:4], slow=times)
        print(f"{time.monotonic() - start:.1f} s, {tested.pool.done} jobs really done, slowest {sorted(times)[-5:]}")
        for kind, statuses in outcome.items():
            print(kind, statuses)
