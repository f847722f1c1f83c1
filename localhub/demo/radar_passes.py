"""When the radar satellites passed over, from which side, and how the wind blew."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Iterator, Tuple

import numpy as np

from sentinel_workbench.localhub.demo.passes import tide_at

UTC = dt.timezone.utc
REPEAT = dt.timedelta(days=12)
ORBITS_PER_REPEAT = 175


@dataclass(frozen=True)
class Track:
    """One relative orbit, seen again every twelve days.

    Attributes:
        direction: ``ASCENDING`` or ``DESCENDING``.
        satellite: ``S1A`` or ``S1B``.
        first: UTC of the first pass.
        orbit: absolute number of the first pass.
        relative_orbit: 1..175.
        look_degrees: azimuth in which the antenna looks, from the satellite to the ground.
        near_degrees: incidence angle on the ellipsoid where the demo area is closest to the satellite.
    """

    direction: str
    satellite: str
    first: dt.datetime
    orbit: int
    relative_orbit: int
    look_degrees: float
    near_degrees: float


TRACKS = (
    Track("DESCENDING", "S1A", dt.datetime(2019, 1, 4, 2, 27, 12, tzinfo=UTC), 25292, 20, 282.0, 38.4),
    Track("ASCENDING", "S1B", dt.datetime(2019, 1, 8, 15, 12, 41, tzinfo=UTC), 14426, 50, 78.0, 33.6),
)


@dataclass(frozen=True)
class RadarPass:
    """One pass of a track.

    Attributes:
        track: which one.
        cycle: repeats since the first pass.
        time: UTC.
        orbit: absolute number.
        wind_ms: speed over the water, metres a second.
        rain: 0 dry .. 1 soaked top soil.
        tide_m: water level above mean sea level.
        timeliness: how the product was delivered.
    """

    track: Track
    cycle: int
    time: dt.datetime
    orbit: int
    wind_ms: float
    rain: float
    tide_m: float
    timeliness: str

    @property
    def day_of_year(self) -> int:
        """1..366."""
        return self.time.timetuple().tm_yday

    @property
    def seed(self) -> int:
        """Of its speckle, wind streaks and ships."""
        return self.orbit


def all_radar_passes() -> Tuple[RadarPass, ...]:
    """Every pass of 2019 and of June 2020, in order of time."""
    passes = [moment for track in TRACKS for moment in _repeats(track)]
    return tuple(sorted(passes, key=lambda moment: moment.time))


def _repeats(track: Track) -> Iterator[RadarPass]:
    for cycle in range(46):
        time = track.first + cycle * REPEAT
        if time.year == 2019 or (time.year, time.month) == (2020, 6):
            yield _make_pass(track, cycle, time + dt.timedelta(milliseconds=(cycle * 311) % 1000))


def _make_pass(track: Track, cycle: int, time: dt.datetime) -> RadarPass:
    orbit = track.orbit + cycle * ORBITS_PER_REPEAT
    chance = np.random.Generator(np.random.PCG64(orbit)).random(3)
    rains = time.month in (11, 12, 1, 2, 3, 4)
    # The sea breeze blows in the evening, when the ascending track passes.
    breeze = 2.2 if track.direction == "ASCENDING" else 0.0
    return RadarPass(
        track,
        cycle,
        time,
        orbit,
        wind_ms=float(1.6 + 5.5 * chance[0] + breeze),
        rain=float(max(0.0, chance[1] * 1.6 - 0.6)) if rains else 0.0,
        tide_m=tide_at(time),
        timeliness="NRT3h" if chance[2] < 0.2 else "Fast24h",
    )
