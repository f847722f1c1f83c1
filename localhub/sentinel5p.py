"""What is particular to Sentinel-5P: one product at a time, and single images of at most a day (process-api, 6)."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Sequence

from sentinel_workbench.core.model.collection import DATA_MASK
from sentinel_workbench.localhub.records import HubError, InputData

S5P = "sentinel-5p-l2"
_DAY = dt.timedelta(days=1)
_GROUPS = ("AER_AI", "CLOUD")


def check_product(collection_id: str, bands: Sequence[str]) -> None:
    """Refuse bands of several products in one script; other collections pass.

    Raises:
        HubError: 400, in the service's words.
    """
    products = dict.fromkeys(_product(band) for band in bands if band != DATA_MASK)
    if collection_id == S5P and len(products) > 1:
        message = f"The script can only use one product type at once! Instead it uses: [{', '.join(products)}]."
        raise HubError(400, "RENDERER_EXCEPTION", message)


def clip_to_a_day(data: InputData) -> InputData:
    """``data`` with a time range of at most the 24 hours before its end, as one image of Sentinel-5P is made of."""
    if data.collection != S5P or data.time_to is None:
        return data
    begin = data.time_to - _DAY
    return data if data.time_from is not None and data.time_from >= begin else replace(data, time_from=begin)


def _product(band: str) -> str:
    return next((group for group in _GROUPS if band.startswith(group)), band)
