"""The files of a demo scene, and how its list describes them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, Mapping

import numpy as np

from sentinel_workbench.localhub.demo.cogs import write_cog
from sentinel_workbench.localhub.demo.frame import Frame, Tile
from sentinel_workbench.localhub.demo.products import Product

SceneEntry = Dict[str, Any]
"""The fields of a ``StoredScene`` as JSON has them; paths of bands relative to the folder of the list."""


def write_products(
    work: Path, place: Path, products: Mapping[str, Product], frame: Frame, tile: Tile
) -> Dict[str, Dict[str, Any]]:
    """Write the tile's part of each product; band name to the fields of a ``BandFile``.

    Args:
        work: folder the paths are relative to.
        place: folder in it.
        products: by the stem of their file's name.
        frame: the ground.
        tile: which rows of it.

    Raises:
        StorageError, DiskFull: a file can't be written.
    """
    (work / place).mkdir(parents=True, exist_ok=True)
    bands = {}
    for stem, product in products.items():
        path = place / f"{stem}.tif"
        first_row = tile.first_row // product.factor * product.factor
        write_cog(work / path, product, rows_of(product, tile), frame, first_row)
        for number, name in enumerate(product.names, 1):
            bands[name] = {
                "path": path.as_posix(), "band_index": number, "scale": product.scale, "nodata": product.nodata,
            }  # fmt: skip
    return bands


def rows_of(product: Product, tile: Tile) -> np.ndarray:
    """The tile's rows of a product that covers the frame, (bands, rows, cols)."""
    return product.pixels[:, tile.first_row // product.factor : -(-tile.end_row // product.factor)]


def whole_frame(frame: Frame, name: str) -> Tile:
    """A tile of all rows."""
    return Tile(name, 0, frame.shape[0], 0.0)
