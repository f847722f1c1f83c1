"""What ``rioxarray`` clips. Runs in a virtual environment of its own, which has it.

Reads a list of ``{"path", "box", "crs"}`` as JSON from the standard input (``crs`` of the box, None for the raster's)
and prints a list of ``{"transform", "shape", "sum", "first"}``, None where it finds no pixel: GDAL's six numbers, rows
and columns, the sum of the pixels, and the one at the upper left.
"""

from __future__ import annotations

import json
import sys

import rioxarray
from rioxarray.exceptions import NoDataInBounds

if __name__ == "__main__":
    found, opened = [], {}
    for task in json.load(sys.stdin):
        raster = opened.setdefault(task["path"], rioxarray.open_rasterio(task["path"]))
        more = {"crs": task["crs"]} if task["crs"] else {}
        try:
            clip = raster.rio.clip_box(*task["box"], allow_one_dimensional_raster=True, **more)
        except NoDataInBounds:
            found.append(None)
            continue
        values = clip.values[0]
        found.append({
            "transform": list(clip.rio.transform(recalc=False).to_gdal()), "shape": list(values.shape),
            "sum": int(values.sum(dtype="int64")), "first": int(values[0, 0]),
        })
    json.dump(found, sys.stdout)
