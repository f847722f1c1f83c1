"""A quick look: the same order, small and plain."""

from __future__ import annotations

from dataclasses import replace

from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.core.model.orders import TIFF, ImageOrder, Response, TileMetadata

PREVIEW_PX = 320


def preview_order(order: ImageOrder, longest_px: int = PREVIEW_PX) -> ImageOrder:
    """``order`` with at most ``longest_px`` a side, its first image only, and no tile metadata."""
    grid = order.grid
    share = min(1.0, longest_px / max(grid.width, grid.height))
    small = PixelGrid(grid.bbox, max(1, round(grid.width * share)), max(1, round(grid.height * share)))
    images = [response for response in order.responses if response.identifier != "userdata"]
    first = Response(images[0].identifier if images else "default", TIFF)
    return replace(order, grid=small, responses=(first,), tile_metadata=TileMetadata.NONE)
