"""Parcels that share an image: those near each other, so that a thousand of them need few requests."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

from osgeo import osr

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.projection import spatial_reference, utm_crs
from sentinel_workbench.core.raster.mask import polygon_from_geojson

GROUP_M = 5120.0
"""Side of the squares parcels are sorted into; an image of 10 m pixels has 512 a side then."""
MARGIN_M = 20.0
"""A pixel of the scene classification on each side, for the strict mode."""
_TILE = re.compile(r"(?:^|[_\-.])T?(\d{2})([C-HJ-NP-X])[A-HJ-NP-Z][A-HJ-NP-V](?=[_\-.]|$)")


@dataclass(frozen=True)
class ParcelGroup:
    """Parcels near each other.

    Attributes:
        numbers: of the parcels, ascending.
        bbox: around them with a margin, in a UTM zone.
        lon, lat: the middle, degrees.
    """

    numbers: Tuple[int, ...]
    bbox: BBox
    lon: float
    lat: float

    @property
    def size_m(self) -> float:
        """The longer side of the box, metres."""
        return max(self.bbox.width, self.bbox.height)


def group_parcels(parcels: Sequence[Parcel], side_m: float = GROUP_M) -> Tuple[ParcelGroup, ...]:
    """Every parcel in one group, each with its neighbours; 0 for one parcel a group.

    Raises:
        InvalidInput: a parcel that lies nowhere on Earth.
    """
    cells: Dict[Tuple, List[Tuple[int, BBox]]] = {}
    boxes = [box_in_utm(parcel) for parcel in parcels]
    corners = {crs: _corner_of([box for box in boxes if box.crs == crs]) for crs in {box.crs for box in boxes}}
    for number, bbox in enumerate(boxes):
        (x, y), (west, south) = _middle_of(bbox), corners[bbox.crs]
        cell = (math.floor((x - west) / side_m), math.floor((y - south) / side_m)) if side_m else (number, 0)
        cells.setdefault((bbox.crs, *cell), []).append((number, bbox))
    return tuple(_joined(members) for _, members in sorted(cells.items(), key=lambda entry: entry[1][0][0]))


def zone_of_product(name: str) -> Optional[str]:
    """The UTM zone of a product whose name tells its tile, such as ``..._T31UFU_...``."""
    match = _TILE.search(name)
    if match is None or not 1 <= int(match[1]) <= 60:
        return None
    return f"EPSG:{(32600 if match[2] >= 'N' else 32700) + int(match[1])}"


def _middle_of(bbox: BBox) -> Tuple[float, float]:
    return (bbox.min_x + bbox.max_x) / 2, (bbox.min_y + bbox.max_y) / 2


def _corner_of(boxes: Sequence[BBox]) -> Tuple[float, float]:
    """South-west of all middles, so that no line between two squares cuts through parcels that fit into one."""
    middles = [_middle_of(bbox) for bbox in boxes]
    return min(x for x, _ in middles), min(y for _, y in middles)


def _joined(members: Sequence[Tuple[int, BBox]]) -> ParcelGroup:
    boxes = [bbox for _, bbox in members]
    bbox = BBox(
        min(b.min_x for b in boxes) - MARGIN_M, min(b.min_y for b in boxes) - MARGIN_M,
        max(b.max_x for b in boxes) + MARGIN_M, max(b.max_y for b in boxes) + MARGIN_M, boxes[0].crs,
    )  # fmt: skip
    way = osr.CoordinateTransformation(spatial_reference(bbox.crs), spatial_reference("EPSG:4326"))
    lon, lat, _ = way.TransformPoint((bbox.min_x + bbox.max_x) / 2, (bbox.min_y + bbox.max_y) / 2)
    return ParcelGroup(tuple(number for number, _ in members), bbox, lon, lat)


def box_in_utm(parcel: Parcel) -> BBox:
    """Around a parcel, in the UTM zone its middle lies in.

    Raises:
        InvalidInput: it lies nowhere on Earth, or has no extent.
    """
    try:
        shape = polygon_from_geojson(parcel.geometry)
        degrees = shape.Clone()
        degrees.Transform(osr.CoordinateTransformation(spatial_reference(parcel.crs), spatial_reference("EPSG:4326")))
        west, east, south, north = degrees.GetEnvelope()
        lon, lat = (west + east) / 2, (south + north) / 2
        if not (abs(lon) <= 180 and abs(lat) <= 90):
            raise RuntimeError("out of range")
        crs = utm_crs(lon, lat)
        shape.Transform(osr.CoordinateTransformation(spatial_reference(parcel.crs), spatial_reference(crs)))
        west, east, south, north = shape.GetEnvelope()
        return BBox(west, south, east, north, crs)
    except (RuntimeError, InvalidInput) as error:
        raise InvalidInput(
            "parcels", f"Parcel {parcel.pid} has no place on Earth, or no extent.", "Check its layer's CRS."
        ) from error
