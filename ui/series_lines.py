"""Statistics of parcels as lines of a plot."""

from __future__ import annotations

import datetime as dt
from typing import Dict, List, Sequence

import numpy as np

from sentinel_workbench.core.services.parcel_series import SeriesPoint
from sentinel_workbench.ui.series_plot import PlotLine, PlotPoint, Spread
from sentinel_workbench.ui.translation import tr

_INNER, _OUTER = (25.0, 75.0), (10.0, 90.0)


def line_of(title: str, points: Sequence[SeriesPoint]) -> PlotLine:
    """The means of one band over one parcel, with the spread of its pixels."""
    return PlotLine(title, tuple(
        PlotPoint(
            point.date, point.mean, _spread(point, *_INNER), _spread(point, *_OUTER),
            tr("{count} px").format(count=point.count),
        ) for point in points
    ))  # fmt: skip


def line_of_all(title: str, band: str, points: Sequence[SeriesPoint]) -> PlotLine:
    """The mean of the parcels' means at each date, with the spread between the parcels.

    Args:
        title: with ``{band}`` and ``{count}``.
        band: its name.
        points: of the band, of any parcels.
    """
    by_date: Dict[dt.datetime, List[float]] = {}
    for point in points:
        if np.isfinite(point.mean):
            by_date.setdefault(point.date, []).append(point.mean)
    told = []
    for date, means in by_date.items():
        low, first, third, high = np.percentile(means, (_OUTER[0], *_INNER, _OUTER[1])).tolist()
        several = len(means) > 1
        note = tr("{count} parcels").format(count=len(means))
        told.append(PlotPoint(date, float(np.mean(means)), (first, third) if several else None,
                              (low, high) if several else None, note))
    return PlotLine(title.format(band=band, count=len({point.number for point in points})), tuple(told))


def _spread(point: SeriesPoint, low: float, high: float) -> Spread:
    found = point.percentiles
    return (found[low], found[high]) if low in found and high in found else None
