"""Parcels of a CbM server: by place, id and polygon, with their peers and what was measured over them."""

from __future__ import annotations

import math
from typing import Any, Dict, List, Mapping, Optional, Sequence, Tuple

from osgeo import ogr

from sentinel_workbench.core.cbm.asking import CbmAsker, ServerFailed
from sentinel_workbench.core.cbm.connection import CbmConnection, CbmLogin
from sentinel_workbench.core.cbm.reading import read_info, read_parcels, read_series, rows_of
from sentinel_workbench.core.cbm.records import (
    CbmInfo,
    CbmParcel,
    ParcelTable,
    SeriesRow,
    check_place,
    place_text,
)
from sentinel_workbench.core.errors import InvalidInput, NotThere, RequestRejected, UnexpectedAnswer, WorkbenchError
from sentinel_workbench.core.http.transport import RequestsTransport, Transport
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled

MOST_IN_POLYGON = 100
"""The server tells no more parcels of a polygon, and not that there are more."""
MOST_PEERS, LONGEST_PEER_DISTANCE_M = 100, 5000.0
GRID_POINTS = 49
"""Places asked about where the server can't take a polygon."""
SERIES_KINDS = ("s2", "bs", "c6", "scl")

Ring = Sequence[Tuple[float, float]]


class CbmClient:
    """One user at one server. Thread-safe.

    Every call raises ``AuthenticationFailed`` for a bad login, ``PermissionDenied`` for an area without permission,
    ``InvalidInput`` naming the area or year the server does not have, other ``ServiceError`` and ``NetworkError``
    where the server fails, and ``Cancelled``.

    Args:
        connection: which server.
        login: as whom; None for one without accounts.
        transport: sends; made when absent.
    """

    def __init__(
        self, connection: CbmConnection, login: Optional[CbmLogin] = None, transport: Optional[Transport] = None
    ) -> None:
        self.connection = connection
        self.asker = CbmAsker(transport or RequestsTransport(), connection, login)
        self._info: Optional[CbmInfo] = None

    def info(self, progress: Progress = Silent(), again: bool = False) -> CbmInfo:
        """Areas and years of the account; asked for once, or ``again``.

        Raises:
            NotThere: the server is of a generation that can't tell.
        """
        if self._info is None or again:
            self._info = read_info(self.asker.ask("info", {}, progress))
        return self._info

    def parcel_at(
        self, table: ParcelTable, lon: float, lat: float, geometry: bool = True, in_degrees: bool = False,
        progress: Progress = Silent(),
    ) -> Tuple[CbmParcel, ...]:
        """The parcels at a place; none is an empty answer, not an error.

        Args:
            table: of which area and year.
            lon, lat: degrees.
            geometry: with outlines.
            in_degrees: these in EPSG:4326 instead of the table's own CRS.
            progress: may cancel.
        """
        check_place(lon, lat)
        place = {"lon": place_text(lon), "lat": place_text(lat)}
        return self._parcels("parcelByLocation", table, {**place, **_shape_wanted(geometry, in_degrees)}, progress)

    def parcel_by_id(
        self, table: ParcelTable, pid: str, geometry: bool = True, in_degrees: bool = False,
        progress: Progress = Silent(),
    ) -> CbmParcel:
        """The parcel of that id; arguments as of ``parcel_at``.

        Raises:
            NotThere: no such parcel.
        """
        key = "parcelid" if self.connection.names_tables else "pid"
        wanted = {key: _checked_pid(pid), **_shape_wanted(geometry, in_degrees)}
        found = self._parcels("parcelByID", table, wanted, progress)
        if not found:
            raise NotThere(f"{table.aoi} {table.year} has no parcel '{pid}'.", "Check its id, the year and the type.")
        return found[0]

    def parcels_in(
        self, table: ParcelTable, ring: Ring, geometry: bool = True, in_degrees: bool = False,
        progress: Progress = Silent(),
    ) -> Tuple[Tuple[CbmParcel, ...], Tuple[str, ...]]:
        """The parcels that meet a polygon, and sentences about what the server can't do.

        Args:
            table: of which area and year.
            ring: lon/lat of its corners, degrees; closed when it is not.
            geometry, in_degrees, progress: as of ``parcel_at``.
        """
        corners = _checked_ring(ring)
        text = "-".join("_".join(place_text(value) for value in corner) for corner in corners)
        wanted = {"polygon": text, "only_ids": "False", **_shape_wanted(geometry, in_degrees)}
        try:
            found = self._parcels("parcelsByPolygon", table, wanted, progress)
        except (UnexpectedAnswer, RequestRejected):
            if not any(value < 0 for corner in corners for value in corner):
                raise
            # Servers take the minus sign for the end of a corner, unless theirs was mended (cbm-rest, 4).
            found = self._sampled(table, corners, geometry, in_degrees, progress)
            return found, ("The server can't take a polygon with negative coordinates; "
                           f"the parcels at up to {GRID_POINTS} places in it were asked for instead.",)
        notes = (f"The server tells at most {MOST_IN_POLYGON} parcels; there may be more. Draw a smaller polygon.",)
        return found, notes if len(found) >= MOST_IN_POLYGON else ()

    def peers(
        self, table: ParcelTable, pid: str, distance_m: float = 2000.0, most: int = 10, progress: Progress = Silent()
    ) -> Tuple[Tuple[str, float], ...]:
        """Ids of parcels with the same crop and their distance in metres, the nearest first."""
        if not 0 < distance_m <= LONGEST_PEER_DISTANCE_M or not 1 <= most <= MOST_PEERS:
            raise InvalidInput(
                "peers", f"{most} peers within {distance_m:g} m can't be asked for.",
                f"Ask for 1 to {MOST_PEERS} within {LONGEST_PEER_DISTANCE_M:g} m.",
            )
        wanted = {"pid": _checked_pid(pid), "distance": f"{distance_m:.1f}", "max": str(most)}
        rows = rows_of(self._ask("parcelPeers", table, wanted, progress), "parcelPeers")
        return tuple((str(row.get("pids", row.get("pid"))), float(row.get("distance", math.nan))) for row in rows)

    def time_series(
        self, table: ParcelTable, pid: str, kind: str = "s2", band: str = "", with_classes: bool = True,
        progress: Progress = Silent(),
    ) -> Tuple[SeriesRow, ...]:
        """Statistics of the parcel by date and band.

        Args:
            table: of which area and year.
            pid: the parcel.
            kind: ``s2``, ``bs`` (backscatter), ``c6`` (coherence) or ``scl``.
            band: only this one; all by default.
            with_classes: with the scene classes of each date; only for ``s2``.
            progress: may cancel.
        """
        if kind not in SERIES_KINDS:
            raise InvalidInput("series", f"There is no time series '{kind}'.", f"Use one of {', '.join(SERIES_KINDS)}.")
        wanted = {
            "pid": _checked_pid(pid), "tstype": kind, "band": band, "scl": str(with_classes), "ref": "True",
            "tsformat": "json",
        }
        return read_series(self._ask("parcelTimeSeries", table, wanted, progress))

    def weather(self, table: ParcelTable, pid: str, progress: Progress = Silent()) -> List[Dict[str, Any]]:
        """Days with ``meteo_date`` (YYYY-MM-DD), ``tmin``, ``tmax``, ``tmean`` and ``prec``."""
        wanted = {"pid": _checked_pid(pid), "tsformat": "json"}
        return rows_of(self._ask("weatherTimeSeries", table, wanted, progress), "weatherTimeSeries")

    def close(self) -> None:
        """Close the connections."""
        self.asker.close()

    def _parcels(
        self, route: str, table: ParcelTable, wanted: Mapping[str, str], progress: Progress
    ) -> Tuple[CbmParcel, ...]:
        document = self._ask(route, table, wanted, progress)
        return read_parcels(document, route, wanted.get("wgs84") == "True")

    def _ask(self, route: str, table: ParcelTable, wanted: Mapping[str, str], progress: Progress) -> Any:
        try:
            return self.asker.ask(route, {**self._table(table), **wanted}, progress)
        except ServerFailed as error:
            self._explain(table, progress)
            raise RequestRejected(
                error.message, f"Check area '{table.aoi}', year {table.year} and what else was asked.",
                status=error.status, url=error.url,
            ) from error

    def _table(self, table: ParcelTable) -> Mapping[str, str]:
        if self.connection.names_tables:
            return {"parcels": f"{table.aoi}{table.year}"}
        return {"aoi": table.aoi, "year": table.year, "ptype": table.parcel_type}

    def _explain(self, table: ParcelTable, progress: Progress) -> None:
        """The server fails for an unknown area or year without a word: raise ``InvalidInput`` when it was that."""
        try:
            info = self.info(progress)
        except WorkbenchError:
            return
        area = info.area(table.aoi)
        if area is None:
            known = ", ".join(each.aoi for each in info.areas) or "none"
            raise InvalidInput("area", f"The server has no area '{table.aoi}'.", f"Your account's areas: {known}.")
        if area.years and table.year not in area.years:
            raise InvalidInput(
                "year", f"'{table.aoi}' has no parcels of {table.year}.", f"There are: {', '.join(area.years)}."
            )

    def _sampled(
        self, table: ParcelTable, corners: Ring, geometry: bool, in_degrees: bool, progress: Progress
    ) -> Tuple[CbmParcel, ...]:
        found: Dict[str, CbmParcel] = {}
        places = _places_in(corners)
        for number, (lon, lat) in enumerate(places):
            raise_if_cancelled(progress)
            progress.report(number / len(places), f"Asking at place {number + 1} of {len(places)}")
            for parcel in self.parcel_at(table, lon, lat, geometry, in_degrees, progress):
                found.setdefault(parcel.pid, parcel)
        return tuple(found.values())


def _shape_wanted(geometry: bool, in_degrees: bool) -> Dict[str, str]:
    """The server compares with ``True`` to the letter."""
    return {"withGeometry": str(geometry), "wgs84": str(in_degrees)}


def _checked_pid(pid: str) -> str:
    text = str(pid).strip()
    if not text:
        raise InvalidInput("parcel", "No parcel id is given.", "Enter one, or click on the map.")
    return text


def _checked_ring(ring: Ring) -> Ring:
    corners = [(float(lon), float(lat)) for lon, lat in ring]
    for lon, lat in corners:
        check_place(lon, lat)
    if len(corners) > 1 and corners[0] != corners[-1]:
        corners.append(corners[0])
    if len(corners) < 4 or not _polygon(corners).IsValid():
        raise InvalidInput("polygon", "The polygon has fewer than three corners, or crosses itself.", "Draw it again.")
    return corners


def _polygon(corners: Ring) -> ogr.Geometry:
    return ogr.CreateGeometryFromWkt("POLYGON ((" + ", ".join(f"{x!r} {y!r}" for x, y in corners) + "))")


def _places_in(corners: Ring) -> List[Tuple[float, float]]:
    """Places spread evenly over a polygon."""
    polygon = _polygon(corners)
    west, east, south, north = polygon.GetEnvelope()
    side = math.isqrt(GRID_POINTS)
    places = [
        (west + (east - west) * (column + 0.5) / side, south + (north - south) * (row + 0.5) / side)
        for row in range(side) for column in range(side)
    ]
    inside = [(x, y) for x, y in places if polygon.Contains(ogr.CreateGeometryFromWkt(f"POINT ({x!r} {y!r})"))]
    middle = polygon.PointOnSurface()
    return inside or [(middle.GetX(), middle.GetY())]
