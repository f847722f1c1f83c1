"""The same true colour picture without a hub: GDAL's warper and numpy in one process.

    python bench/plain_render.py WORK SIZE

prints ``{"seconds"}``: three COGs warped to the grid, brightened, written as a deflated 8 bit GeoTIFF.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array
from scenery import BBOX, SCENE

from sentinel_workbench.core.model.projection import spatial_reference

gdal.UseExceptions()


def render(scene: Path, size: int, target: Path) -> None:
    """Read, compute, write."""
    planes = []
    for name in ("B04", "B03", "B02"):
        warped = gdal.Warp("", str(scene / f"{name}.tif"), format="MEM", outputBounds=BBOX, width=size, height=size,
                           dstSRS="EPSG:4326", resampleAlg="near")  # fmt: skip
        planes.append(np.clip(warped.ReadAsArray() * (2.5 * 0.0001) * 255 + 0.5, 0, 255).astype(np.uint8))
    west, south, east, north = BBOX
    image = gdal_array.OpenArray(np.stack(planes))
    image.SetSpatialRef(spatial_reference("EPSG:4326"))
    image.SetGeoTransform((west, (east - west) / size, 0, north, 0, (south - north) / size))
    options = ["COMPRESS=DEFLATE", "PREDICTOR=2", "ZLEVEL=6", "INTERLEAVE=PIXEL", "PHOTOMETRIC=RGB"]
    gdal.GetDriverByName("GTiff").CreateCopy(str(target), image, options=options)


def main() -> None:
    """Measure and print."""
    work, size = Path(sys.argv[1]), int(sys.argv[2])
    render(work / "scenes" / SCENE, 16, work / "plain.tif")
    begun = time.perf_counter()
    render(work / "scenes" / SCENE, size, work / "plain.tif")
    print(json.dumps({"seconds": time.perf_counter() - begun}))


if __name__ == "__main__":
    main()
