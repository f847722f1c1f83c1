"""A collection of one's own as something the Imagery tab can order from: bands, a first script, extent and time."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.generating import generate_script
from sentinel_workbench.core.model.byoc import ByocBand, ByocCollection, ByocTile
from sentinel_workbench.core.model.collection import DATA_MASK, Band, Collection
from sentinel_workbench.core.services.footprint_shapes import shape_in_degrees

Corners = Tuple[float, float, float, float]
_UNKNOWN_RESOLUTION_M = 10.0
_METRES_PER_DEGREE = 111_319.49
_SIDE_PX = 1000
_PICTURE_BANDS = (("B08", "B04", "B03"), ("B04", "B03", "B02"), ("RGB_1", "RGB_2", "RGB_3"), ("R", "G", "B"),
                  ("red", "green", "blue"))  # fmt: skip
_REFLECTANCE_GAIN = "2.5 / 10000"
_PICTURE = """//VERSION=3
// title: {names}
function setup() {{
  return {{
    input: [{quoted}, "dataMask"],
    output: {{ bands: 4 }}
  }};
}}

var f = {gain};

function evaluatePixel(sample) {{
  return [{values}, sample.dataMask];
}}
"""


@dataclass(frozen=True)
class OwnSource:
    """What the Imagery tab needs to order from a collection, or from one of its tiles.

    Attributes:
        collection: its bands in digital numbers.
        evalscript: a first script that works with its bands.
        corners: west, south, east, north in degrees, or None when nothing is ingested.
        first_day, last_day: of what is there, or None without sensing times.
    """

    collection: Collection
    evalscript: str
    corners: Optional[Corners] = None
    first_day: Optional[dt.date] = None
    last_day: Optional[dt.date] = None

    @property
    def resolution_m(self) -> float:
        """A first pixel size: the tiles' own, or a round one that keeps the area within a thousand pixels."""
        native = min((band.resolution_m for band in self.collection.bands), default=_UNKNOWN_RESOLUTION_M)
        if self.corners is None:
            return native
        west, south, east, north = self.corners
        middle = math.cos(math.radians((south + north) / 2))
        longest = _METRES_PER_DEGREE * max((east - west) * middle, north - south)
        return native if longest <= native * _SIDE_PX else _round_up(longest / _SIDE_PX)


def own_source(collection: ByocCollection, tile: Optional[ByocTile] = None) -> OwnSource:
    """The collection, or only where and when ``tile`` of it is."""
    shape = tile.geometry if tile is not None else collection.extent
    if tile is not None and tile.sensing_time is not None:
        days: Tuple[Optional[dt.date], Optional[dt.date]] = (tile.sensing_time.date(), tile.sensing_time.date())
    else:
        days = _day(collection.first_sensing), _day(collection.last_sensing)
    return OwnSource(order_collection(collection, tile), first_script(collection.bands), corners_of(shape), *days)


def order_collection(collection: ByocCollection, tile: Optional[ByocTile] = None) -> Collection:
    """The collection as orders know one; the service gives its pixels as digital numbers only."""
    resolution = tile.min_metres if tile is not None and tile.min_metres else _UNKNOWN_RESOLUTION_M
    bands = tuple(
        Band(band.name, ("DN",), resolution, {"DN": 1.0}) for band in collection.bands if band.name != DATA_MASK
    )
    return Collection(
        collection.type_id, collection.type_id, collection.name, bands,
        timeless=collection.sensing_times == "NO", max_resolution_m=collection.max_metres,
    )  # fmt: skip


def first_script(bands: Sequence[ByocBand]) -> str:
    """A picture where the bands are named like colours, else all bands as they are."""
    useful = [band for band in bands if band.name != DATA_MASK]
    named = {band.name: band for band in useful}
    for names in _PICTURE_BANDS:
        if all(name in named for name in names):
            return _picture(names, [named[name] for name in names])
    if not useful:
        return generate_script([DATA_MASK], "UINT8")
    return generate_script([band.name for band in useful], _sample_type(useful), "DN")


def corners_of(geometry: Optional[Mapping[str, Any]]) -> Optional[Corners]:
    """West, south, east, north in degrees, one digit after the sixth kept outside, or None."""
    shape = shape_in_degrees(geometry)
    if shape is None:
        return None
    west, east, south, north = shape.GetEnvelope()
    if east > 180.0:  # across the antimeridian: the side with more of it
        west, east = (west, 180.0) if 180.0 - west >= east - 180.0 else (-180.0, east - 360.0)
    low = [math.floor(value * 1e6) / 1e6 for value in (west, south)]
    high = [math.ceil(value * 1e6) / 1e6 for value in (east, north)]
    return low[0], low[1], high[0], high[1]


def _picture(names: Sequence[str], bands: Sequence[ByocBand]) -> str:
    small = all(band.bit_depth == 8 for band in bands)
    return _PICTURE.format(
        names=", ".join(names),
        quoted=", ".join(f'"{name}"' for name in names),
        gain="1 / 255" if small else _REFLECTANCE_GAIN,
        values=", ".join(f"f * sample.{name}" for name in names),
    )


def _sample_type(bands: Sequence[ByocBand]) -> str:
    kinds = {(band.sample_format or "UINT", band.bit_depth) for band in bands}
    exact: Dict[Tuple[str, Optional[int]], str] = {("UINT", 8): "UINT8", ("UINT", 16): "UINT16", ("INT", 16): "INT16"}
    if kinds <= {("UINT", 8), ("UINT", 16)} and len(kinds) == 2:
        return "UINT16"
    return exact.get(kinds.pop(), "FLOAT32") if len(kinds) == 1 else "FLOAT32"


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20, ..."""
    power = 10.0 ** math.floor(math.log10(value))
    return next(step * power for step in (1.0, 2.0, 5.0, 10.0) if step * power >= value)


def _day(moment: Optional[dt.datetime]) -> Optional[dt.date]:
    return moment.date() if moment is not None else None
