"""A request written by hand as an order of one image."""

from __future__ import annotations

import datetime as dt

from sentinel_workbench.core.model.orders import ImageOrder, SeriesOrder
from sentinel_workbench.core.model.timerange import TimeRange

_TIMELESS = TimeRange.of_days(dt.date(1970, 1, 1), dt.date(1970, 1, 1))
"""Stands for the slot of an image that has no time."""


def order_as_is(image: ImageOrder, title: str) -> SeriesOrder:
    """One slot, from the first to the last moment any source asks for; nothing of the request is changed."""
    spans = [source.time_range for source in image.sources if source.time_range is not None]
    slot = TimeRange(min(s.start for s in spans), max(s.end for s in spans)) if spans else _TIMELESS
    return SeriesOrder(image, (slot,), title, as_is=True)
