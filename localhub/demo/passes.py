"""When the satellite passed over, under which sky, tide and sun."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Optional, Tuple

UTC = dt.timezone.utc
_FIRST = dt.datetime(2019, 1, 9, 7, 15, 59, tzinfo=UTC)
_LATITUDE = math.radians(-15.87)
_SOLAR_HOUR = math.radians(-24.5)
# Cloud percent of each pass, every ten days from 9 January 2019; each month has a better and a worse one.
_CLOUDS_2019: Tuple[float, ...] = (
    78, 31, 100, 92, 55, 20, 30, 70, 12, 8, 45, 3, 2, 15, 60, 0, 25, 6,
    4, 0, 35, 18, 1, 9, 0, 50, 5, 12, 28, 2, 40, 7, 65, 85, 24, 48,
)  # fmt: skip
_LATER = ((dt.date(2020, 6, 2), 22), (dt.date(2020, 6, 12), 1.5), (dt.date(2020, 6, 22), 70))
# Passes that saw the area with the edge of the swath: east of the line (+1) or west of it (-1), km from the west edge.
_EDGES = {7: (1, 14.0), 12: (-1, 33.0), 22: (1, 20.0), 31: (-1, 24.0)}


@dataclass(frozen=True)
class Pass:
    """One overpass.

    Attributes:
        number: counts from 0; seed of its sky.
        time: UTC, of the northern tile.
        satellite: ``S2A`` or ``S2B``.
        cover: share of cloud asked of the sky, 0..1.
        deck: 0 scattered cumulus .. 1 closed decks.
        cirrus: thickness, 0..1.
        haze: 1 clean .. 1.6 smoke of the burning season.
        tide_m: water level above mean sea level.
        sun: azimuth and zenith angle, degrees.
        edge: (side, km) of the swath's edge, or None when it saw everything.
    """

    number: int
    time: dt.datetime
    satellite: str
    cover: float
    deck: float
    cirrus: float
    haze: float
    tide_m: float
    sun: Tuple[float, float]
    edge: Optional[Tuple[int, float]]

    @property
    def day_of_year(self) -> int:
        """1..366."""
        return self.time.timetuple().tm_yday


def all_passes() -> Tuple[Pass, ...]:
    """Every pass in order of time."""
    days = [(_FIRST + dt.timedelta(days=10 * i), cloud) for i, cloud in enumerate(_CLOUDS_2019)]
    days += [(dt.datetime.combine(day, _FIRST.timetz()), cloud) for day, cloud in _LATER]
    return tuple(_make_pass(number, time, percent) for number, (time, percent) in enumerate(days))


def _make_pass(number: int, time: dt.datetime, cloud_percent: float) -> Pass:
    time += dt.timedelta(seconds=(number * 7) % 11, milliseconds=(number * 137) % 1000)
    cover = cloud_percent / 100
    day = time.timetuple().tm_yday
    smoke = max(0.0, math.sin(math.pi * (day - 200) / 140)) if 200 < day < 340 else 0.0
    return Pass(
        number,
        time,
        "S2A" if number % 2 else "S2B",
        cover,
        deck=min(1.0, max(0.05, 1.3 * cover - 0.15 + 0.25 * ((number * 5) % 3 - 1))),
        cirrus=0.55 if number % 7 == 4 else 0.12 * (number % 3 == 1),
        haze=1.0 + 0.12 * ((number * 3) % 4) / 3 + 0.4 * smoke,
        tide_m=tide_at(time),
        sun=_sun(day),
        edge=_EDGES.get(number),
    )


def tide_at(time: dt.datetime) -> float:
    """Water level above mean sea level, metres: principal and elliptical lunar tides."""
    days = (time - _FIRST).total_seconds() / 86400
    return 1.45 * math.cos(2 * math.pi * days / 0.517525 + 0.7) + 0.3 * math.cos(2 * math.pi * days / 0.527431)


def _sun(day_of_year: int) -> Tuple[float, float]:
    """(azimuth, zenith) in degrees in the middle of the morning."""
    declination = math.radians(-23.44) * math.cos(2 * math.pi * (day_of_year + 10) / 365)
    cos_zenith = math.sin(_LATITUDE) * math.sin(declination) + (
        math.cos(_LATITUDE) * math.cos(declination) * math.cos(_SOLAR_HOUR)
    )
    east = -math.cos(declination) * math.sin(_SOLAR_HOUR)
    north = math.sin(declination) * math.cos(_LATITUDE) - (
        math.cos(declination) * math.sin(_LATITUDE) * math.cos(_SOLAR_HOUR)
    )
    return math.degrees(math.atan2(east, north)) % 360, math.degrees(math.acos(cos_zenith))
