"""The order a layer was made by, kept with the layer so that it can be edited and run again."""

from __future__ import annotations

import json
from typing import Optional

from qgis.core import QgsMapLayer

from sentinel_workbench.core.errors import WorkbenchError
from sentinel_workbench.core.hub.payload_reading import read_payload
from sentinel_workbench.core.hub.process import build_payload
from sentinel_workbench.core.model.orders import ImageOrder, TileMetadata

_KEY = "sentinelworkbench/request"


def remember_order(layer: QgsMapLayer, order: ImageOrder) -> None:
    """Keep the request's body, which holds no secret, in the layer's properties."""
    document = {"request": build_payload(order), "tile_metadata": order.tile_metadata.value}
    layer.setCustomProperty(_KEY, json.dumps(document, ensure_ascii=False))


def has_order(layer: QgsMapLayer) -> bool:
    """True for the layers of this plugin; quick."""
    return bool(layer.customProperty(_KEY))


def order_of(layer: QgsMapLayer) -> Optional[ImageOrder]:
    """The order of a layer, or None for other layers and for what can't be read."""
    try:
        document = json.loads(layer.customProperty(_KEY) or "null")
        order = read_payload(document["request"])
        mode = TileMetadata(document["tile_metadata"])
    except (ValueError, TypeError, KeyError, WorkbenchError):
        return None
    return ImageOrder(order.grid, order.sources, order.evalscript, order.responses, order.geometry, mode)
