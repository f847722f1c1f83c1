"""What a CbM server tells."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.parcels import Parcel

LARGEST_CHIP_M = 5120
"""The service cuts larger ones down without a word (cbm-rest, 4)."""
CHIP_BANDS = (
    "B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12", "SCL",
)  # fmt: skip
LEVELS = ("LEVEL2A", "LEVEL1C")
RADAR_LEVELS = ("CARD-BS", "CARD-COH6")
DECIMALS = 5
"""Of lon and lat: the server's cache knows places by their text (cbm-rest, 7)."""


@dataclass(frozen=True)
class CbmArea:
    """An area of interest the user may ask about.

    Attributes:
        aoi: its code, lower case.
        years: of its parcel tables, ascending.
        parcel_types: such as ``b``; empty when its tables have none.
        series: kinds of time series, such as ``s2``.
        backgrounds: names of background maps.
    """

    aoi: str
    years: Tuple[str, ...] = ()
    parcel_types: Tuple[str, ...] = ()
    series: Tuple[str, ...] = ()
    backgrounds: Tuple[str, ...] = ()


@dataclass(frozen=True)
class CbmInfo:
    """What ``/query/info`` tells; ``document`` is all of it."""

    server: str
    areas: Tuple[CbmArea, ...]
    document: Mapping[str, Any] = field(default_factory=dict, repr=False, compare=False)

    def area(self, aoi: str) -> Optional[CbmArea]:
        """The area of that code, or None."""
        return next((area for area in self.areas if area.aoi == aoi.strip().lower()), None)


@dataclass(frozen=True)
class ParcelTable:
    """Which parcels: area, year, and a type where the area has several."""

    aoi: str
    year: str
    parcel_type: str = ""

    def __post_init__(self) -> None:
        if not self.aoi.strip():
            raise InvalidInput("area", "No area is chosen.", "Choose one of the server's areas.")
        if not str(self.year).strip().isdigit():
            raise InvalidInput("year", f"'{self.year}' is not a year.", "Write it as 2019.")
        object.__setattr__(self, "aoi", self.aoi.strip().lower())
        object.__setattr__(self, "year", str(self.year).strip())


@dataclass(frozen=True)
class CbmParcel:
    """A parcel as the server has it.

    Attributes:
        pid: its id.
        area_m2: in EPSG:3035, or None.
        lon, lat: of its centroid, degrees, or None.
        crop_code: as text.
        crop_name: in the country's words.
        geometry: GeoJSON in ``crs``, or None when not asked for.
        crs: of the geometry, ``EPSG:n``.
    """

    pid: str
    area_m2: Optional[float] = None
    lon: Optional[float] = None
    lat: Optional[float] = None
    crop_code: str = ""
    crop_name: str = ""
    geometry: Optional[Mapping[str, Any]] = field(default=None, repr=False)
    crs: str = "EPSG:4326"

    def parcel(self) -> Parcel:
        """The same as a parcel to look at.

        Raises:
            InvalidInput: it came without geometry.
        """
        if self.geometry is None:
            raise InvalidInput("parcels", f"Parcel {self.pid} came without its outline.", "Ask for the geometry.")
        crop = {"crop_code": self.crop_code, "crop_name": self.crop_name, "area_m2": self.area_m2}
        return Parcel(self.pid, self.geometry, self.crs, crop)


@dataclass(frozen=True)
class SeriesRow:
    """Statistics of one band at one date; numbers the server does not have are NaN.

    Attributes:
        date: sensing time, UTC.
        band: as the server names it.
        numbers: ``count``, ``mean``, ``std``, ``min``, ``p25``, ``p50``, ``p75``, ``max``.
        histogram: scene class to pixels; empty where there is none.
        reference: of the image, or "".
    """

    date: dt.datetime
    band: str
    numbers: Mapping[str, float]
    histogram: Mapping[int, int] = field(default_factory=dict)
    reference: str = ""


@dataclass(frozen=True)
class ChipQuery:
    """Chips of one band around a place.

    Attributes:
        lon, lat: degrees.
        first, last: days, both included.
        band: one of ``CHIP_BANDS``.
        size_m: side, metres; 1 to 5120.
        level: ``LEVEL2A`` or ``LEVEL1C``.
    """

    lon: float
    lat: float
    first: dt.date
    last: dt.date
    band: str = "SCL"
    size_m: int = 1280
    level: str = "LEVEL2A"

    def __post_init__(self) -> None:
        check_place(self.lon, self.lat)
        check_days(self.first, self.last)
        check_size(self.size_m)
        if self.band not in CHIP_BANDS:
            raise InvalidInput("band", f"'{self.band}' is no Sentinel-2 band.", f"Use one of {', '.join(CHIP_BANDS)}.")
        if self.level not in LEVELS:
            raise InvalidInput("level", f"'{self.level}' is no processing level.", "Use LEVEL2A or LEVEL1C.")
        if self.band == "SCL" and self.level == "LEVEL1C":
            raise InvalidInput("band", "Level-1C has no scene classification.", "Use LEVEL2A.")


@dataclass(frozen=True)
class ChipAddress:
    """A chip on the server.

    Attributes:
        name: of its file.
        url: absolute.
        date: sensing time, UTC.
        band: such as ``SCL`` or ``VV``.
        product: name of the ESA product without ``.SAFE``, or "".
        tile: such as ``31UFU``, or "".
        baseline: such as 212 of ``N0212``; 0 when not told.
    """

    name: str
    url: str
    date: dt.datetime
    band: str
    product: str = ""
    tile: str = ""
    baseline: int = 0


@dataclass(frozen=True)
class ChipList:
    """Chips the server has made, by date; ``notes`` are sentences for the user."""

    chips: Tuple[ChipAddress, ...]
    requests: int = 0
    notes: Tuple[str, ...] = ()


def check_place(lon: float, lat: float) -> None:
    """Raise ``InvalidInput`` unless it is a place on Earth in degrees."""
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise InvalidInput("location", f"{lon}, {lat} is not a longitude and latitude.", "Use degrees.")


def check_days(first: dt.date, last: dt.date) -> None:
    """Raise ``InvalidInput`` when the days are the wrong way round."""
    if last < first:
        raise InvalidInput("time", f"The last day ({last}) is before the first ({first}).", "Swap the dates.")


def check_size(size_m: int) -> None:
    """Raise ``InvalidInput`` for a chip the server would cut down silently."""
    if not 0 < size_m <= LARGEST_CHIP_M:
        raise InvalidInput(
            "chip size", f"A chip of {size_m} m is not possible: the service gives 1 to {LARGEST_CHIP_M} m.",
            "Choose a smaller size.",
        )


def place_text(degrees: float) -> str:
    """A longitude or latitude with a fixed number of decimals."""
    return f"{degrees:.{DECIMALS}f}"
