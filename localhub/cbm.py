"""A CbM server over the hub's scenes and a file of parcels: generation 4 of its API, and 3's form of paths."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from osgeo import ogr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.raster.zonal import shape_to_geojson
from sentinel_workbench.localhub.answers import Answer
from sentinel_workbench.localhub.cbm_answers import (
    EMPTY,
    CbmFailure,
    check_login,
    csv_file,
    denied,
    failed,
    json_text,
    no_such_route,
)
from sentinel_workbench.localhub.cbm_chip_requests import BACKGROUNDS, ChipRequests, Place, read_place
from sentinel_workbench.localhub.cbm_chips import ChipMaker
from sentinel_workbench.localhub.cbm_parcels import ParcelFile, Row, Table, peers_of
from sentinel_workbench.localhub.cbm_series import BANDS, CLASSES, parcel_series, year_of
from sentinel_workbench.localhub.hub_request import HubRequest
from sentinel_workbench.localhub.oauth import HubClientAccount
from sentinel_workbench.localhub.sources import Sources

PREFERRED = "sentinel-2-l2a"
_CORNER = re.compile(r"(-?[\d.]+)_(-?[\d.]+)(?:-|$)")
Address = Tuple[str, str, Callable[..., Answer], bool]


@dataclass(frozen=True)
class CbmSettings:
    """How the hub plays a CbM server.

    Attributes:
        parcels: a GeoPackage or other vector file.
        collection: of the scenes; the one that has a scene classification by default.
        quirks: with the limits, silences and failures of the real server.
        generation: 3 or 4.
        granted: areas the account may see; all when None.
    """

    parcels: Path
    collection: Optional[str] = None
    quirks: bool = False
    generation: int = 4
    granted: Optional[Tuple[str, ...]] = None


class Cbm:
    """Answers the addresses of a CbM server; ``close`` removes the chips it made.

    Raises:
        InvalidInput: the parcels can't be read, or no scenes tell clouds from fields.
    """

    def __init__(self, settings: CbmSettings, sources: Sources, account: HubClientAccount) -> None:
        self._settings, self._sources, self._account = settings, sources, account
        collection = settings.collection or _collection_with_classes(sources)
        first, last = sources.interval(collection)
        years = [str(year) for year in range(first.year, last.year + 1)] if first and last else []
        self._parcels = ParcelFile(settings.parcels, years)
        self._folder = Path(tempfile.mkdtemp(prefix="cbm-chips-"))
        self._maker = ChipMaker(sources, collection, self._folder)
        self._chips = ChipRequests(self._maker, settings.quirks, settings.generation)
        self._routes: Dict[str, Callable[[HubRequest], Answer]] = {
            "info": self.info,
            "parcelByLocation": self.parcel_by_location,
            "parcelByID": self.parcel_by_id,
            "parcelsByPolygon": self.parcels_by_polygon,
            "parcelPeers": self.peers,
            "parcelTimeSeries": self.time_series,
            "weatherTimeSeries": self.weather,
            "chipsByLocation": self._chips.pictures,
            "rawChipByLocation": self._chips.raw_chips,
            "chipsByParcelID": lambda request: self._chips.pictures_at(request, self._place_by_id(request)),
            "rawChipByParcelID": lambda request: self._chips.raw_chips_at(request, self._place_by_id(request)),
            "backgroundByLocation": lambda request: self._chips.background(request, read_place(request.query)),
            "backgroundByParcelID": self.background_by_id,
        }

    def close(self) -> None:
        """Remove the chips."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def addresses(self) -> List[Address]:
        """(method, path pattern, answer, whether a token of the hub is needed: never)."""
        return [
            ("GET", r"/query/(\w+)/?", self.ask, False),
            ("POST", r"/query/(\w+)/?", self.post, False),
            ("GET", r"/(?:static/+tmp|dump)/([\w\-]+)/([\w.\-]+)", self._chips.file, False),
        ]

    def ask(self, request: HubRequest, route: str) -> Answer:
        """Any GET below ``/query``."""
        self._check_user(request)
        answer = self._routes.get(route)
        if answer is None:
            raise no_such_route()
        return answer(request)

    def post(self, request: HubRequest, route: str) -> Answer:
        """The two batches."""
        self._check_user(request)
        if route == "rawChipsBatch":
            return self._chips.batch(request)
        if route == "rawS1ChipsBatch":
            return self._chips.radar(request)
        raise no_such_route()

    def info(self, request: HubRequest) -> Answer:
        """Areas, years and types."""
        areas = [aoi for aoi in sorted({table.aoi for table in self._parcels.tables}) if self._may_see(aoi)]
        wanted = request.query.get("aoi", "").lower()
        entries = {
            aoi: {"years": self._parcels.years(aoi), "datasets": self._parcels.types(aoi), "time_series": ["s2", "scl"],
                  "tms": list(BACKGROUNDS), "id_table_column": "pid"}
            for aoi in areas if wanted in ("", aoi)
        }
        return json_text({"server": "Sentinel Workbench local hub", "helpers": {}, "aois": entries})

    def parcel_by_location(self, request: HubRequest) -> Answer:
        """The parcels at a place."""
        table = self._table(request)
        try:
            place = read_place(request.query)
        except CbmFailure:
            return json_text(EMPTY)
        return _parcels_answer(self._parcels.at(table, place.lon, place.lat), request.query)

    def parcel_by_id(self, request: HubRequest) -> Answer:
        """One parcel."""
        table = self._table(request)
        return _parcels_answer(self._parcels.of_id(table, request.query.get("pid", "")), request.query, texts=True)

    def parcels_by_polygon(self, request: HubRequest) -> Answer:
        """The parcels that meet a polygon."""
        table = self._table(request)
        polygon = _read_polygon(request.query.get("polygon", ""), self._settings.quirks)
        if polygon is None:
            return json_text(EMPTY)
        rows = self._parcels.within(table, polygon)
        if request.query.get("only_ids", "True") == "True":
            only = {"pid": [row.pid for row in rows]}
            shapes = _shapes(rows, request.query)
            return json_text({**only, **shapes})
        return _parcels_answer(rows, request.query)

    def peers(self, request: HubRequest) -> Answer:
        """Parcels near by with the same crop."""
        table, row = self._row(request)
        if row is None:
            return json_text({"distance": [], "pids": []})
        try:
            distance, most = float(request.query.get("distance", "2000.0")), int(request.query.get("max", "10"))
        except ValueError:
            return json_text(EMPTY)
        found = peers_of(row, self._parcels.all(table), distance, most)
        return json_text({"distance": [pair[0] for pair in found], "pids": [pair[1] for pair in found]})

    def time_series(self, request: HubRequest) -> Answer:
        """Statistics by date and band; of Sentinel-2 only."""
        table, row = self._row(request)
        kind, band = request.query.get("tstype", ""), request.query.get("band", "")
        if row is None or kind not in ("s2", "scl"):
            return json_text(EMPTY, "text/html; charset=utf-8")
        bands = (CLASSES,) if kind == "scl" else tuple(name for name in BANDS if band in ("", name))
        lon, lat = row.centre
        scenes = self._maker.scenes(lon, lat, *year_of(table.year or request.query["year"]))
        parcel = Parcel(row.pid, shape_to_geojson(ogr.ForceToMultiPolygon(row.in_crs("EPSG:4326"))))
        with_classes = request.query.get("scl", "True") == "True"
        columns = parcel_series(
            self._sources, scenes, parcel, bands, with_classes, request.query.get("ref") == "True"
        )
        if request.query.get("tsformat") == "csv":
            words = [request.query.get(name, "") for name in ("aoi", "year", "ptype")]
            return csv_file(columns, f"timeseries_{''.join(words)}_{row.pid}_{kind}.csv")
        return json_text(columns, "text/html; charset=utf-8")

    def weather(self, request: HubRequest) -> Answer:
        """There is none here."""
        self._table(request)
        return json_text({name: [] for name in ("meteo_date", "tmin", "tmax", "tmean", "prec")})

    def background_by_id(self, request: HubRequest) -> Answer:
        """A map around a parcel."""
        row = self._row(request)[1]
        return json_text(EMPTY) if row is None else self._chips.background(request, _place_of(row))

    def _place_by_id(self, request: HubRequest) -> Place:
        """Where a parcel's chips are; the real server never finds out."""
        row = self._row(request)[1]
        if self._settings.quirks or row is None:
            raise failed()
        return _place_of(row)

    def _row(self, request: HubRequest) -> Tuple[Table, Optional[Row]]:
        table = self._table(request)
        return table, next(iter(self._parcels.of_id(table, request.query.get("pid", ""))), None)

    def _table(self, request: HubRequest) -> Table:
        query = request.query
        return self._parcels.table(query.get("aoi", "").lower(), query.get("year", ""), query.get("ptype", ""))

    def _check_user(self, request: HubRequest) -> None:
        """Who asks, and whether they may see the area; capitals in the name break the second question."""
        user, aoi = check_login(request.header("authorization"), self._account), request.query.get("aoi")
        if aoi is None:
            return
        if self._settings.quirks and user != user.lower():
            raise failed()
        if not self._may_see(aoi.lower()):
            raise denied()

    def _may_see(self, aoi: str) -> bool:
        return self._settings.granted is None or aoi in self._settings.granted


def _parcels_answer(rows: List[Row], query: Mapping[str, str], texts: bool = False) -> Answer:
    centres = [row.centre for row in rows]
    columns: Dict[str, List[Any]] = {
        "pid": [row.pid for row in rows],
        "cropcode": [str(row.crop_code) if texts else row.crop_code for row in rows],
        "cropname": [row.crop_name for row in rows],
        "srid": [row.srid for row in rows],
        "area": [row.area_m2 for row in rows],
        "clon": [centre[0] for centre in centres],
        "clat": [centre[1] for centre in centres],
    }
    return json_text({**columns, **_shapes(rows, query)})


def _shapes(rows: List[Row], query: Mapping[str, str]) -> Dict[str, List[str]]:
    if query.get("withGeometry") != "True":
        return {}
    return {"geom": [row.geojson(query.get("wgs84") == "True") for row in rows]}


def _read_polygon(text: str, quirks: bool) -> Optional[ogr.Geometry]:
    """The real server replaces characters, so that a minus sign ends a corner."""
    if quirks:
        written = text.replace("_", " ").replace("-", ",")
    else:
        written = ", ".join(f"{lon} {lat}" for lon, lat in _CORNER.findall(text))
    try:
        polygon = ogr.CreateGeometryFromWkt(f"POLYGON (({written}))")
        usable = polygon is not None and polygon.GetGeometryRef(0).GetPointCount() >= 4 and polygon.IsValid()
    except RuntimeError:
        return None
    return polygon if usable else None


def _place_of(row: Row) -> Place:
    lon, lat = row.centre
    return Place(lon, lat, f"{lon:.5f}", f"{lat:.5f}")


def _collection_with_classes(sources: Sources) -> str:
    with_classes = [c.collection_id for c in sources.collections() if c.band(CLASSES) is not None]
    with_scenes = [name for name in with_classes if sources.interval(name)[0] is not None]
    if not with_scenes:
        raise InvalidInput("collection", "No scenes with a scene classification are served.", "Ingest some first.")
    return PREFERRED if PREFERRED in with_scenes else with_scenes[0]
