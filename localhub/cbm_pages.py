"""``chipsByLocation``: pictures of three bands on a page, eight in a row (cbm-rest, 4 and 8)."""

from __future__ import annotations

import datetime as dt
import html
import threading
from pathlib import Path
from typing import Any, List, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.raster import gdalguard
from sentinel_workbench.localhub.answers import Answer
from sentinel_workbench.localhub.cbm_answers import failed, page
from sentinel_workbench.localhub.cbm_chips import ChipMaker, product_name
from sentinel_workbench.localhub.records import StoredScene

COLUMNS = 8
SIZE_M = 1280.0
DEFAULT_LUT, DEFAULT_BANDS = "5_95", "B08_B04_B03"
Limits = Sequence[Tuple[float, float]]


def read_lut(text: str) -> Tuple[bool, Limits]:
    """Whether the numbers are percent of the values, and a low and a high one for each of three bands.

    Raises:
        HubError: 500, they are neither two nor six numbers that rise.
    """
    try:
        numbers = [float(word) for word in text.split("_")]
    except ValueError as error:
        raise failed() from error
    pairs = list(zip(numbers[::2], numbers[1::2]))
    if len(numbers) not in (2, 6) or not all(low < high for low, high in pairs):
        raise failed()
    if len(pairs) == 1 and not (pairs[0][0] >= 0 and pairs[0][1] <= 100):
        raise failed()
    return len(pairs) == 1, pairs * (3 if len(pairs) == 1 else 1)


def paint_chip(
    maker: ChipMaker, scene: StoredScene, lon: float, lat: float, bands: Sequence[str], lut: str, path: Path
) -> bool:
    """One picture as PNG; the first band decides its pixels. False when the scene lacks a band."""
    cuts = [maker.cut(scene, band, lon, lat, SIZE_M) for band in bands]
    if any(cut is None for cut in cuts):
        return False
    in_percent, limits = read_lut(lut)
    shape = cuts[0].values.shape  # type: ignore[union-attr]
    layers: List[Any] = []
    for cut, (low, high) in zip(cuts, limits):
        values = _fitted(cut.values, shape)  # type: ignore[union-attr]
        if in_percent:
            low, high = np.percentile(values, (low, high))
        layers.append(np.clip((values - low) * (255.0 / max(high - low, 1e-9)), 0, 255).astype(np.uint8))
    path.parent.mkdir(parents=True, exist_ok=True)
    picture = gdal_array.OpenArray(np.stack(layers))
    part = path.with_name(f".{path.name}.{threading.get_ident()}")
    with gdalguard.closing(gdal.GetDriverByName("PNG").CreateCopy(str(part), picture)):
        pass
    part.replace(path)
    return True


def chip_page(scenes: Sequence[StoredScene], addresses: Sequence[Optional[str]]) -> Answer:
    """The table of pictures with their dates."""
    cells = [
        f'<td>{html.escape(_label(scene.date))}<br><img src="{html.escape(address)}" alt="{product_name(scene)}"></td>'
        for scene, address in zip(scenes, addresses) if address
    ]
    rows = ["<tr>" + "".join(cells[start : start + COLUMNS]) + "</tr>" for start in range(0, len(cells), COLUMNS)]
    return page("<!doctype html>\n<title>Chips</title>\n<table>\n" + "\n".join(rows) + "\n</table>\n")


def _fitted(values: np.ndarray, shape: Tuple[int, ...]) -> np.ndarray:
    """``values`` with as many rows and columns as ``shape``, pixels repeated or left out."""
    rows = np.arange(shape[0]) * values.shape[0] // shape[0]
    columns = np.arange(shape[1]) * values.shape[1] // shape[1]
    return values[rows][:, columns]


def _label(date: dt.datetime) -> str:
    return f"{date:%Y-%m-%d %H:%M}"
