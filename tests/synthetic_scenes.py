"""Tiny COG scenes made by tests."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import numpy as np
from osgeo import gdal, gdal_array

from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox, spatial_reference
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore


def write_raster(
    path: Path, pixels, west=500000.0, north=5000000.0, pixel=10.0, crs="EPSG:32631", nodata=0, **options
) -> Path:
    """One raster file; ``pixels`` is (rows, cols) or (bands, rows, cols)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    source = gdal_array.OpenArray(np.ascontiguousarray(pixels))
    if crs:
        source.SetSpatialRef(spatial_reference(crs))
    source.SetGeoTransform((west, pixel, 0, north, 0, -pixel))
    for number in range(source.RasterCount):
        if nodata is not None:
            source.GetRasterBand(number + 1).SetNoDataValue(nodata)
    creation = [f"{key}={value}" for key, value in options.items()] or ["COMPRESS=DEFLATE", "OVERVIEWS=NONE"]
    gdal.GetDriverByName("COG").CreateCopy(str(path), source, options=creation)
    return path


def write_scene(folder: Path, bands: dict, **place) -> Path:
    """One file a band; numbers become constant 8 x 8 uint16 rasters."""
    for name, value in bands.items():
        pixels = np.full((8, 8), value, np.uint16) if np.isscalar(value) else np.asarray(value)
        write_raster(folder / f"{name}.tif", pixels, **place)
    return folder


def store_scene(data: Path, folder: Path, collection: str, numbers: dict, properties=None, nodata=0) -> None:
    """A scene of 11 January 2019 where ``write_raster`` puts its own, registered without being ingested.

    ``numbers`` gives each band its one value, ``nodata`` one number or one for each band.
    """
    bands = {}
    for name, number in numbers.items():
        missing = nodata.get(name, 65535) if isinstance(nodata, dict) else nodata
        pixels = np.full((8, 8), number, np.uint16)
        bands[name] = BandFile(str(write_raster(folder / "20190111T050000" / f"{name}.tif", pixels, nodata=missing)))
    box = cover_bbox(BBox(500000, 4999920, 500080, 5000000, "EPSG:32631"), "EPSG:4326")
    ring = [[box.min_x, box.min_y], [box.max_x, box.min_y], [box.max_x, box.max_y], [box.min_x, box.max_y]]
    footprint = {"type": "Polygon", "coordinates": [[*ring, ring[0]]]}
    date = dt.datetime(2019, 1, 11, 5, tzinfo=dt.timezone.utc)
    store = SceneStore(data)
    store.add_collection(find_collection(collection))
    store.add_scenes(
        [StoredScene("20190111T050000", collection, date, None, footprint, bands, properties or {})]
    )
    store.close()


def store_radar_scene(data: Path, folder: Path) -> None:
    """A Sentinel-1 scene with all that its processing needs."""
    numbers = {"VV": 20, "VH": 10, "incidenceAngle": 38, "elevation": 5, "scatteringArea": 1, "shadowMask": 0}
    properties = {"radar": {"stored": "BETA0_AMPLITUDE", "looks": 4.4, "lookAzimuth": 282}}
    store_scene(data, folder, "sentinel-1-grd", numbers, properties, {"VV": 0, "VH": 0})
