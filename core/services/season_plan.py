"""What looking at parcels through a period will take, before anybody is asked."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import Sequence

from sentinel_workbench.core.model.parcels import Parcel
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.model.units import processing_units
from sentinel_workbench.core.services.chips_cbm import chip_places
from sentinel_workbench.core.services.parcel_groups import ParcelGroup, group_parcels

REVISIT_DAYS = 5.0
"""Two Sentinel-2 satellites pass a place so often; more often where their tracks overlap."""
_CLASSES_M = 20.0


@dataclass(frozen=True)
class SeasonPlan:
    """A look at the scene classes in numbers.

    Attributes:
        images_a_date: images of the scene classes that hold all parcels.
        units_a_date: processing units of Sentinel Hub for these.
        chips_a_date: of a CbM server.
    """

    images_a_date: int
    units_a_date: float
    chips_a_date: int


def plan_season(parcels: Sequence[Parcel]) -> SeasonPlan:
    """Count the images. Takes a second for 20,000 parcels.

    Raises:
        InvalidInput: a parcel that lies nowhere on Earth.
    """
    groups = group_parcels(parcels)
    return SeasonPlan(len(groups), sum(map(_units, groups)), len(chip_places(parcels)))


def likely_dates(period: TimeRange) -> int:
    """Acquisitions in a period, one at least."""
    return max(1, math.ceil((period.end - period.start) / dt.timedelta(days=REVISIT_DAYS)))


def _units(group: ParcelGroup) -> float:
    width, height = (math.ceil(side / _CLASSES_M) for side in (group.bbox.width, group.bbox.height))
    return processing_units(width, height, 1)
