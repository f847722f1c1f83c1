"""The questions for chips: limits, caches and silences of a CbM server (cbm-rest, 4 to 7)."""

from __future__ import annotations

import datetime as dt
import json
import math
import re
from pathlib import Path
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

import numpy as np

from sentinel_workbench.localhub.answers import Answer
from sentinel_workbench.localhub.cbm_answers import EMPTY, failed, json_text, page
from sentinel_workbench.localhub.cbm_chips import RADAR, ChipMaker, cache_name, product_name, write_tiff
from sentinel_workbench.localhub.cbm_pages import DEFAULT_BANDS, DEFAULT_LUT, chip_page, paint_chip, read_lut
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.records import StoredScene

MOST_CHIPS, MOST_IN_BATCH = 24, 36
LARGEST_M = 5120
BACKGROUNDS = ("google", "bing", "osm")
_BATCH_KEYS = ("lon", "lat", "tiles", "bands", "chipsize")
_RADAR_KEYS = ("lon", "lat", "dates", "chipsize", "plevel")
_VISIBLE = ("B04", "B03", "B02")
_BRIGHT = 3000.0


class Place(NamedTuple):
    """Where chips are wanted; ``lon_text`` and ``lat_text`` as they were sent."""

    lon: float
    lat: float
    lon_text: str
    lat_text: str


class ChipRequests:
    """Answers them from a ``ChipMaker``.

    Args:
        maker: cuts chips.
        quirks: with the limits and failures of the real server.
        generation: 3 or 4; decides the form of paths and whether products can be listed.
    """

    def __init__(self, maker: ChipMaker, quirks: bool, generation: int) -> None:
        self._maker, self._quirks, self._generation = maker, quirks, generation

    def raw_chips(self, request: HubRequest) -> Answer:
        """``rawChipByLocation``."""
        return self.raw_chips_at(request, read_place(request.query))

    def raw_chips_at(self, request: HubRequest, place: Place) -> Answer:
        """Chips of one band around a place."""
        query = request.query
        first, last = _day(query.get("start_date")), _day(query.get("end_date"))
        band, level, size = query.get("band") or "", query.get("plevel", "LEVEL2A"), query.get("chipsize", "1280")
        scenes = self._maker.scenes(place.lon, place.lat, first, last) if level == "LEVEL2A" else []
        if query.get("onlylist") == "True" and self._generation >= 4:
            return json_text({"chips": [f"{product_name(scene)}.SAFE" for scene in scenes]})
        uid = self._prefix(request) + cache_name(place.lon_text, place.lat_text, level, size, band)
        if not scenes and self._quirks and not self._maker.asked_before(uid):
            raise failed()
        wanted = [(scene, band, f"{product_name(scene)}.{band}.tif") for scene in scenes]
        return self._made(uid, place, _size(size), wanted, MOST_CHIPS, False)

    def pictures(self, request: HubRequest) -> Answer:
        """``chipsByLocation``."""
        return self.pictures_at(request, read_place(request.query))

    def pictures_at(self, request: HubRequest, place: Place) -> Answer:
        """Pictures of three bands around a place, on a page."""
        query = request.query
        first, last = _day(query.get("start_date")), _day(query.get("end_date"))
        bands, lut = query.get("bands") or DEFAULT_BANDS, query.get("lut") or DEFAULT_LUT
        names, wants_level2 = bands.split("_"), query.get("plevel", "LEVEL2A") == "LEVEL2A"
        read_lut(lut)
        if len(names) != 3:
            raise failed()
        scenes = self._maker.scenes(place.lon, place.lat, first, last) if wants_level2 else []
        uid = cache_name(place.lon_text, place.lat_text, re.sub(r"\W", "_", f"{bands}_{lut}"))
        paths = [self._maker.folder / uid / f"{product_name(scene)}.png" for scene in scenes]
        if self._quirks and sum(not path.exists() for path in paths) > MOST_CHIPS:
            return json_text(EMPTY)
        made = [
            path.exists() or paint_chip(self._maker, scene, place.lon, place.lat, names, lut, path)
            for scene, path in zip(scenes, paths)
        ]
        root = "/dump" if self._generation < 4 else "/static/tmp"
        return chip_page(scenes, [f"{root}/{uid}/{path.name}" if done else None for path, done in zip(paths, made)])

    def batch(self, request: HubRequest) -> Answer:
        """``rawChipsBatch``: several bands of products by name."""
        body = _body(request.body)
        if "plevel" in body:
            return json_text({"error": "plevel not allowed as key"})
        if set(body) != set(_BATCH_KEYS):
            return json_text({"error": f"{len(body)} parameters supplied, {len(_BATCH_KEYS)} required"})
        place = read_place(body)
        found = [self._maker.by_product(str(name), place.lon, place.lat) for name in body["tiles"]]
        wanted = [
            (scene, str(band), f"{product_name(scene)}.{band}.tif")
            for scene in found if scene is not None for band in body["bands"]
        ]
        uid = cache_name(place.lon_text, place.lat_text, body["chipsize"], "RAW")[1:].replace("N", "_", 1)
        return self._made(uid, place, _size(body["chipsize"]), wanted, MOST_IN_BATCH, True)

    def radar(self, request: HubRequest) -> Answer:
        """``rawS1ChipsBatch``: VV and VH of a window."""
        body = _body(request.body)
        if set(body) != set(_RADAR_KEYS):
            return json_text({"error": f"{len(body)} parameters supplied, {len(_RADAR_KEYS)} required"})
        if body["plevel"] not in ("CARD-BS", "CARD-COH6"):
            raise failed()
        if len(body["dates"]) != 2:
            raise failed()
        place, (first, last) = read_place(body), (_day(day) for day in body["dates"])
        scenes = self._maker.scenes(place.lon, place.lat, first, last, RADAR) if body["plevel"] == "CARD-BS" else []
        by_day = {scene.date.date(): scene for scene in scenes}
        wanted = [
            (scene, band, f"{re.sub(r'[^A-Za-z0-9_]', '_', scene.scene_id)}_{scene.date:%Y%m%dT%H%M%S}_{band}.tif")
            for scene in by_day.values() for band in ("VV", "VH")
        ]
        uid = cache_name(place.lon_text, place.lat_text, body["chipsize"], body["plevel"])
        return self._made(uid, place, _size(body["chipsize"]), wanted, MOST_IN_BATCH, True)

    def background(self, request: HubRequest, place: Place) -> Answer:
        """A map around a place, made of the least cloudy scene."""
        query = request.query
        tms, form = query.get("tms", "Google"), query.get("iformat", "png")
        if tms.lower() not in BACKGROUNDS:
            return json_text(EMPTY)
        extent = _size(query.get("extend", "256"))
        uid = cache_name(place.lon_text, place.lat_text, query.get("chipsize", "256"), query.get("extend", "256"))
        known = self._maker.kept(uid, f"{tms.lower()}.tif")
        if known is not None and self._quirks and tms.islower() and form == "tif":
            return json_text(EMPTY)
        if known is None and not self._paint(place, extent, self._maker.folder / uid / f"{tms.lower()}.tif"):
            return json_text(EMPTY)
        path = f"static/tmp/{uid}/{tms.lower()}.tif"
        if self._generation < 4:
            return page(f"{request.base_url.partition('://')[2]}/dump/{uid}/{tms.lower()}.tif")
        return page(path) if form == "tif" or query.get("raw") == "True" else page(f'<img src="/{path}">')

    def file(self, request: HubRequest, uid: str, name: str) -> Answer:
        """A chip that was made; nobody asks who wants it."""
        if request.path.startswith("/static//"):
            return Answer(308, headers={"Location": re.sub("/+", "/", request.path)})
        path = self._maker.kept(uid, name)
        if path is None:
            return page("<h1>404 Not Found</h1>", 404)
        return Answer(200, "image/png" if path.suffix == ".png" else "image/tiff", path.read_bytes())

    def _made(
        self, uid: str, place: Place, size_m: float, wanted: Sequence[Tuple[StoredScene, str, str]], most: int,
        in_batch: bool,
    ) -> Answer:
        missing = [one for one in wanted if self._maker.kept(uid, one[2]) is None]
        if self._quirks and len(missing) > most:
            return json_text(EMPTY)
        for scene, band, name in missing:
            self._maker.make(scene, band, place.lon, place.lat, min(size_m, LARGEST_M), self._maker.folder / uid / name)
        done = [one for one in wanted if self._maker.kept(uid, one[2]) is not None]
        root = "/dump/" if self._generation < 4 else "static//tmp/" if in_batch and self._quirks else "/static/tmp/"
        return json_text({
            "dates": [f"{s.date:%Y%m%dT%H%M%S}" + (f"_{band}" if in_batch else "") for s, band, _ in done],
            "chips": [f"{root}{uid}/{name}" for _, _, name in done],
        })

    def _prefix(self, request: HubRequest) -> str:
        """Generation 3 kept the chips of each address apart."""
        return "127_0_0_1_" if self._generation < 4 else ""

    def _paint(self, place: Place, extent_m: float, path: Path) -> bool:
        scenes = self._maker.scenes(place.lon, place.lat, dt.date(2015, 1, 1), dt.date(2100, 1, 1))
        for scene in sorted(scenes, key=lambda s: 101.0 if s.cloud_percent is None else s.cloud_percent):
            cuts = [self._maker.cut(scene, band, place.lon, place.lat, extent_m) for band in _VISIBLE]
            if all(cut is not None for cut in cuts):
                values = np.stack([cut.values for cut in cuts if cut is not None])
                shown = np.clip(values * (255.0 / _BRIGHT), 0, 255).astype(np.uint8)
                write_tiff(path, shown, cuts[0].geotransform, cuts[0].crs)  # type: ignore[union-attr]
                return True
        return False


def read_place(values: Mapping[str, Any]) -> Place:
    """Longitude and latitude of a request.

    Raises:
        HubError: 500, they are none.
    """
    texts = [str(values.get(name, "")) for name in ("lon", "lat")]
    try:
        lon, lat = (float(text) for text in texts)
    except ValueError as error:
        raise failed() from error
    if not (math.isfinite(lon) and math.isfinite(lat) and abs(lon) <= 180 and abs(lat) <= 90):
        raise failed()
    if any(re.fullmatch(r"[-+\d.eE]+", text.strip()) is None for text in texts):
        raise failed()
    return Place(lon, lat, *texts)


def _body(body: bytes) -> Dict[str, Any]:
    try:
        document = json.loads(body)
    except ValueError as error:
        raise failed() from error
    if not isinstance(document, dict):
        raise failed()
    lists: List[str] = [name for name in ("tiles", "bands", "dates") if name in document]
    if not all(isinstance(document[name], list) for name in lists):
        raise failed()
    return document


def _day(text: Any) -> dt.date:
    try:
        return dt.datetime.strptime(str(text), "%Y-%m-%d").date()
    except ValueError as error:
        raise failed() from error


def _size(text: Any) -> float:
    try:
        size = float(text)
    except (TypeError, ValueError) as error:
        raise failed() from error
    if not (math.isfinite(size) and size > 0):
        raise failed()
    return size
