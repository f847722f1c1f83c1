"""Chips on the map: a group that follows the Temporal Controller. Main thread."""

from __future__ import annotations

import datetime as dt
from typing import Mapping, Optional, Sequence

from qgis.core import QgsRasterLayer

from sentinel_workbench.core.model.chips import SAME_PASS, Chip, ChipSeries, group_by_pass
from sentinel_workbench.core.model.timerange import TimeRange
from sentinel_workbench.core.qgis.styles import Stretch, apply_stretch, measure_stretch
from sentinel_workbench.core.qgis.temporal import give_time

CHIP_PROPERTY = "sentinelworkbench/chip"
_DAY = dt.timedelta(days=1)


def chip_name(chip: Chip, parcels: Sequence[str] = ()) -> str:
    """``2019-05-01 B08 (a)``."""
    place = f" ({', '.join(parcels[:2])}{', ...' if len(parcels) > 2 else ''})" if parcels else ""
    return f"{chip.date:%Y-%m-%d} {' '.join(chip.bands)}{place}"


def measure_chips(chips: Sequence[Chip]) -> Mapping[tuple, Optional[Stretch]]:
    """How to draw chips of the same bands, alike at every date."""
    by_bands: dict = {}
    for chip in chips:
        by_bands.setdefault(chip.bands, []).append(chip.path)
    return {bands: measure_stretch(paths) for bands, paths in by_bands.items()}


def times_of(series: ChipSeries) -> Mapping[dt.datetime, TimeRange]:
    """Sensing time of each chip to the day it is shown on, from midnight, or from the pass when two share a day."""
    passes = group_by_pass(series.chips)
    starts = []
    for number, group in enumerate(passes):
        midnight = group[0].date.replace(hour=0, minute=0, second=0, microsecond=0)
        shares_day = number > 0 and passes[number - 1][0].date.date() == midnight.date()
        starts.append(group[0].date.replace(microsecond=0) if shares_day else midnight)
    following = [*starts[1:], *(start + _DAY for start in starts[-1:])]
    ends = [min(start + _DAY, nearest) for start, nearest in zip(starts, following)]
    return {
        chip.date: TimeRange(start, max(end, start + SAME_PASS))
        for group, start, end in zip(passes, starts, ends) for chip in group
    }


def dress_chip(layer: QgsRasterLayer, chip: Chip, stretch: Optional[Stretch], shown: TimeRange) -> None:
    """Style, time and a mark."""
    if stretch is not None:
        apply_stretch(layer, stretch)
    give_time(layer, shown)
    layer.setCustomProperty(CHIP_PROPERTY, chip.product or str(chip.path))
