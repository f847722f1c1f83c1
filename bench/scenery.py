"""The COGs the local hub is measured on, and the scripts it runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.model.projection import spatial_reference
from sentinel_workbench.localhub.ingest import ingest_folder

BANDS = ("B01", "B02", "B03", "B04", "B05", "B06", "B07", "B08", "B8A", "B09", "B10", "B11", "B12")
CRS, WEST, NORTH, SIDE_PX, PIXEL_M = "EPSG:32631", 600_000, 5_700_000, 3000, 10
BBOX = (4.45, 51.19, 4.82, 51.42)
"""Lon/lat, inside the scene."""
SCENE = "S2_20190601T105031"
SCRIPTS = {
    "true color": """//VERSION=3
function setup() { return { input: ["B02", "B03", "B04"], output: { bands: 3 } } }
function evaluatePixel(s) { return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02] }
""",
    "clouds": """//VERSION=3
function setup() { return { input: ["B02", "B03", "B04", "B08", "B11", "dataMask"], output: { bands: 4 } } }
function evaluatePixel(s) {
  let snow = index(s.B03, s.B11), green = index(s.B08, s.B04);
  if (s.B02 + s.B03 + s.B04 > 0.9 && snow < 0.4) { return [0.75 + s.B04, s.B03, s.B02, s.dataMask] }
  return [...colorBlend(green, [0, 0.4, 0.8], [[1, 1, 1], [0.5, 0.7, 0.3], [0, 0.3, 0]]), s.dataMask];
}
""",
    "ndvi": """//VERSION=3
function setup() { return { input: ["B04", "B08", "dataMask"], output: { bands: 4 } } }
const ramp = new ColorRampVisualizer([[-0.2, 0x000000], [0, 0xCE7E45], [0.4, 0x99B718], [0.8, 0x004C00]]);
function evaluatePixel(s) { return [...ramp.process((s.B08 - s.B04) / (s.B08 + s.B04)), s.dataMask] }
""",
    "13 bands": """//VERSION=3
function setup() {
  return { input: [{ bands: ["B01","B02","B03","B04","B05","B06","B07","B08","B8A","B09","B10","B11","B12"],
    units: "DN" }], output: { bands: 13, sampleType: "INT16" } }
}
function evaluatePixel(s) {
  return [s.B01, s.B02, s.B03, s.B04, s.B05, s.B06, s.B07, s.B08, s.B8A, s.B09, s.B10, s.B11, s.B12]
}
""",
}


def make_data(work: Path) -> Path:
    """One scene of thirteen 10 m COGs below ``work``, registered; returns the hub's folder."""
    rng = np.random.Generator(np.random.PCG64(11))
    rows, cols = np.mgrid[0:SIDE_PX, 0:SIDE_PX]
    fields = 700 + 400 * np.sin(rows / 41) * np.cos(cols / 53) + 200 * (((rows // 37) + (cols // 29)) % 5)
    for number, name in enumerate(BANDS):
        numbers = fields * (0.6 + 0.12 * number) + rng.integers(0, 120, fields.shape)
        _write_cog(work / "scenes" / SCENE / f"{name}.tif", numbers.astype(np.uint16))
    ingest_folder(work / "scenes", work / "data", "sentinel-2-l1c")
    return work / "data"


def _write_cog(path: Path, pixels: np.ndarray) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    source = gdal_array.OpenArray(pixels)
    source.SetSpatialRef(spatial_reference(CRS))
    source.SetGeoTransform((WEST, PIXEL_M, 0, NORTH, 0, -PIXEL_M))
    source.GetRasterBand(1).SetNoDataValue(0)
    options = ["COMPRESS=DEFLATE", "PREDICTOR=YES", "LEVEL=4", "BLOCKSIZE=512", "NUM_THREADS=2"]
    gdal.GetDriverByName("COG").CreateCopy(str(path), source, options=options)
