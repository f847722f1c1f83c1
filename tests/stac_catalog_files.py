"""Small Sentinel-2 scenes with files and pictures, for tests that look at them through a catalog."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Dict, List

from made_cogs import memory_raster, pixels_of, write_cog, write_raster
from osgeo import gdal
from stac_items import make_item

EAST, NORTH = 12.4829, 45.1122
"""Somewhere inside the scenes, degrees."""
WEST, SOUTH, RIGHT, TOP = 12.456, 45.099, 12.509, 45.126
"""Around the scenes, degrees."""
BANDS = {"B02": "blue", "B03": "green", "B04": "red", "B08": "nir"}


def write_scene_files(folder: Path) -> None:
    """Four bands, a scene classification, a ready picture and a thumbnail."""
    for number, key in enumerate(BANDS.values()):
        write_raster(folder / f"{key}.tif", memory_raster(pixels_of(1, dtype="uint16") * (10 + number), nodata=0))
    classes = (pixels_of(1, rows=150, cols=200) % 8 + 3).astype("uint8")
    write_raster(folder / "scl.tif", memory_raster(classes, (300000.0, 20.0, 0.0, 5000000.0, 0.0, -20.0), nodata=0))
    write_cog(folder / "visual.tif", bands=3, dtype="uint8")
    picture = memory_raster(pixels_of(3, rows=50, cols=60))
    gdal.GetDriverByName("PNG").CreateCopy(str(folder / "thumbnail.png"), picture)


def scene_items(count: int = 3, thumbnails: bool = True) -> List[Dict[str, Any]]:
    """Scenes of as many days, whose files are those ``write_scene_files`` wrote."""
    found = []
    for number in range(count):
        assets = {key: {"href": f"{key}.tif", "type": "image/tiff; application=geotiff", "title": key.title()}
                  for key in (*BANDS.values(), "scl", "visual")}
        if thumbnails:
            assets["thumbnail"] = {"href": "thumbnail.png", "type": "image/png", "roles": ["thumbnail"]}
        item = make_item(
            f"S2A_33TVL_2020060{number + 1}_0_L2A", f"2020-06-{number + 1:02d}T10:00:00Z", 10.0 * number,
            assets=assets, **{"grid:code": "MGRS-33TVL", "platform": "sentinel-2a", "s2:processing_baseline": "02.14"},
        )
        ring = [[WEST, SOUTH], [RIGHT, SOUTH], [RIGHT, TOP], [WEST, TOP], [WEST, SOUTH]]
        found.append({**item, "geometry": {"type": "Polygon", "coordinates": [ring]},
                      "bbox": [WEST, SOUTH, RIGHT, TOP]})
    return found
