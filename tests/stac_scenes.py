"""The real scene and the real series as items of the test's STAC server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Dict, List

import pytest
from real_scenes import BOUNDS, CRS, DATA, SITE

from sentinel_workbench.core.model.grid import BBox
from sentinel_workbench.core.model.projection import cover_bbox

SCENE = DATA / "s2_scene"
_KEYS = {"B02": "blue", "B03": "green", "B04": "red", "B08": "nir", "SCL": "scl"}
_CLOUDY = ("3", "8", "9", "10")


def real_scene_item() -> Dict[str, Any]:
    """The published item, its files those of the folder; the twins in JPEG 2000 still point to their bucket."""
    path = SCENE / "S2A_29RKH_20200219_0_L2A.json"
    if not path.exists():
        pytest.skip(f"the real Sentinel-2 scene is not at {SCENE}")
    item = json.loads(path.read_text(encoding="utf-8"))
    for band, key in _KEYS.items():
        item["assets"][key]["href"] = f"{band}.tif"
    readable = {*_KEYS.values(), *(key for key in item["assets"] if key.endswith("-jp2"))}
    item["assets"] = {key: asset for key, asset in item["assets"].items() if key in readable}
    return item


def series_items(scenes: Path) -> List[Dict[str, Any]]:
    """The series that ``real_scenes.make_cogs`` made, as items; assets are named by their bands."""
    index = json.loads((scenes / SITE / "index.json").read_text(encoding="utf-8"))
    west, south, east, north = cover_bbox(BBox(*BOUNDS, CRS), "EPSG:4326").corners
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return [
        {
            "type": "Feature", "stac_version": "1.0.0", "id": f"S2_{SITE}_{entry['id']}",
            "collection": "sentinel-2-l2a", "bbox": [west, south, east, north],
            "geometry": {"type": "Polygon", "coordinates": [ring]},
            "properties": {
                "datetime": entry["datetime"], "eo:cloud_cover": _cloud_percent(entry["scl"]),
                "s2:processing_baseline": "02.11", "grid:code": f"MGRS-{index['mgrs_tile']}",
            },
            "assets": {
                band: {"href": f"{SITE}/{entry['id']}/{band}.tif", "type": "image/tiff"} for band in index["bands"]
            },
        }
        for entry in index["scenes"]
    ]


def _cloud_percent(classes: Dict[str, int]) -> float:
    seen = sum(count for name, count in classes.items() if name != "0")
    return round(100.0 * sum(classes.get(name, 0) for name in _CLOUDY) / seen, 2)
