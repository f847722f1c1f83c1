"""What rasterstats and exactextract count. Runs in a virtual environment of its own, which has both.

Reads one JSON document from the standard input: ``pixels`` (path of an array of integers, (rows, cols) or (dates, rows,
cols)), ``geotransform``, ``features`` (GeoJSON in the raster's CRS), ``nodata``, ``all_touched`` and ``tool``. Prints
``{"seconds", "counts": per date a list of {class: pixels}}``, or ``statistics`` of the first date; imports and reading
are not counted.
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np

STATISTICS = ["count", "mean", "std", "min", "max", "percentile_25", "median", "percentile_75"]


def of_rasterstats(task, dates):
    """Categories of each date, called once a date as the JRC's example does."""
    from affine import Affine
    from rasterstats import zonal_stats

    affine = Affine.from_gdal(*task["geotransform"])
    shapes = [feature["geometry"] for feature in task["features"]]
    more = {"affine": affine, "nodata": task["nodata"], "all_touched": task["all_touched"]}
    if task.get("statistics"):
        return [zonal_stats(shapes, dates[0], stats=STATISTICS, **more)]
    found = [zonal_stats(shapes, values, categorical=True, **more) for values in dates]
    return [[{str(int(key)): int(count) for key, count in one.items()} for one in date] for date in found]


def of_exactextract(task, dates):
    """Shares of each class, once a date."""
    from exactextract import exact_extract
    from exactextract.raster import NumPyRasterSource

    x, step_x, _, y, _, step_y = task["geotransform"]
    bottom, right = y + dates.shape[1] * step_y, x + dates.shape[2] * step_x
    found = []
    for values in dates:
        raster = NumPyRasterSource(values, xmin=x, ymin=bottom, xmax=right, ymax=y, nodata=task["nodata"])
        done = exact_extract(raster, task["features"], ["unique", "frac"])
        found.append([len(one["properties"]["unique"]) for one in done])
    return found


def main():
    """Count, and say how long it took."""
    task = json.load(sys.stdin)
    dates = np.load(task["pixels"])
    dates = dates[None] if dates.ndim == 2 else dates
    work = of_exactextract if task["tool"] == "exactextract" else of_rasterstats
    work(task, dates[:1])
    begun = time.perf_counter()
    found = work(task, dates)
    print(json.dumps({"seconds": time.perf_counter() - begun, "found": found}))


if __name__ == "__main__":
    main()
