"""What the API's calls make of a tile: new, changed, to be ingested again."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any, Dict, Optional

from sentinel_workbench.core.model.byoc import INGESTED, WAITING
from sentinel_workbench.localhub.byoc_geometry import box_geometry, in_crs
from sentinel_workbench.localhub.byoc_records import TileRow
from sentinel_workbench.localhub.byoc_request import TileOrder
from sentinel_workbench.localhub.byoc_scenes import UNTIMED
from sentinel_workbench.localhub.instants import format_moment


def new_tile(order: TileOrder) -> Dict[str, Any]:
    """A new tile as ``ByocStore.add_tiles`` takes it; it waits for ingestion."""
    now = format_moment(dt.datetime.now(dt.timezone.utc))
    document: Dict[str, Any] = {"id": str(uuid.uuid4()), "created": now, "ingestionStart": now}
    if order.sensing_time is not None:
        document["sensingTime"] = format_moment(order.sensing_time)
    if order.cover is not None:
        document["coverGeometry"] = order.cover
    document.update(path=order.path, status=WAITING)
    return {"document": document, "sensing": _seconds(order.sensing_time), "cover": order.cover}


def _seconds(moment: Optional[dt.datetime]) -> Optional[float]:
    return None if moment is None else (moment - UNTIMED).total_seconds()


def sensing_time_of(tile: TileRow) -> Optional[dt.datetime]:
    """UTC, or None."""
    return None if tile.sensing is None else UNTIMED + dt.timedelta(seconds=tile.sensing)


def updated_tile(tile: TileRow, order: TileOrder) -> TileRow:
    """The tile with the time and cover of ``order``, without those it does not give."""
    document = {key: value for key, value in tile.document.items() if key not in ("coverGeometry", "sensingTime")}
    if order.sensing_time is not None:
        document["sensingTime"] = format_moment(order.sensing_time)
    cover = order.cover
    if tile.status == INGESTED:
        crs = tile.ingested["crs"]
        document["coverGeometry"] = box_geometry(tile.ingested["cover"], crs) if cover is None else in_crs(cover, crs)
    elif cover is not None:
        document["coverGeometry"] = cover
    return replace(tile, sensing=_seconds(order.sensing_time), cover=cover, document=document)


def waiting_again(tile: TileRow) -> TileRow:
    """The tile, waiting for another ingestion; what is known of the last one stays until then."""
    document = {**tile.document, "status": WAITING}
    return replace(tile, status=WAITING, attempt=tile.attempt + 1, document=document)
