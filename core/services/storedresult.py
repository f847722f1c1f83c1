"""What is known of a cached image, kept beside it as ``result.json`` so that a hit decodes nothing."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Tuple

from sentinel_workbench.core.model.results import TileRecord
from sentinel_workbench.core.model.timerange import parse_instant
from sentinel_workbench.core.raster.gdalguard import storage_error
from sentinel_workbench.core.raster.writing import replacing
from sentinel_workbench.core.services.unpacking import Contents

FILE_NAME = "result.json"
_FORMAT = 1


@dataclass(frozen=True)
class StoredResult:
    """An image in the cache.

    Attributes:
        rasters: output identifier to a layer-ready file.
        userdata: as served.
        empty: no pixel has a value.
        tiles: what the Catalog told, or None when it was not asked.
        cloud_known: the cloud over the area was measured, or can't be.
        cloud_percent: 0..100 or None.
    """

    rasters: Mapping[str, Path] = field(default_factory=dict)
    userdata: Optional[Any] = None
    empty: bool = False
    tiles: Optional[Tuple[TileRecord, ...]] = None
    cloud_known: bool = False
    cloud_percent: Optional[float] = None


def of_contents(contents: Contents) -> StoredResult:
    """A fresh image, of which nothing more is known yet."""
    return StoredResult(contents.rasters, contents.userdata, contents.empty)


def in_folder(stored: StoredResult, folder: Path) -> StoredResult:
    """The same with rasters of the same names in ``folder``."""
    return replace(stored, rasters={key: folder / path.name for key, path in stored.rasters.items()})


def save(stored: StoredResult, folder: Path) -> None:
    """Write ``result.json`` into ``folder``, atomically.

    Raises:
        DiskFull: there is no room.
    """
    value: Dict[str, Any] = {
        "format": _FORMAT,
        "rasters": {identifier: _stamp(path) for identifier, path in stored.rasters.items()},
        "userdata": stored.userdata,
        "empty": stored.empty,
        "tiles": None if stored.tiles is None else [_tile_to_json(tile) for tile in stored.tiles],
    }
    if stored.cloud_known:
        value["area_cloud_percent"] = stored.cloud_percent
    path = folder / FILE_NAME
    with replacing(path) as temporary:
        try:
            temporary.write_text(json.dumps(value), encoding="utf-8")
        except OSError as error:
            raise storage_error(path, error) from error


def load(folder: Path) -> Optional[StoredResult]:
    """The stored result, or None when it is missing, damaged, or a raster was changed since."""
    try:
        value = json.loads((folder / FILE_NAME).read_bytes())
        if value["format"] != _FORMAT:
            return None
        rasters = {identifier: _unchanged(folder, stamp) for identifier, stamp in value["rasters"].items()}
        return StoredResult(
            rasters,
            value["userdata"],
            value["empty"],
            None if value["tiles"] is None else tuple(map(_tile_from_json, value["tiles"])),
            "area_cloud_percent" in value,
            value.get("area_cloud_percent"),
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def _stamp(path: Path) -> List[Any]:
    """Name, size and time: a file delivered by hard link may be changed by its user, and is made anew then."""
    status = path.stat()
    return [path.name, status.st_size, status.st_mtime_ns]


def _unchanged(folder: Path, stamp: List[Any]) -> Path:
    name, size, changed_ns = stamp
    if Path(name).name != name:
        raise ValueError(name)
    path = folder / name
    status = path.stat()
    if (status.st_size, status.st_mtime_ns) != (size, changed_ns):
        raise ValueError(name)
    return path


def _tile_to_json(tile: TileRecord) -> List[Any]:
    return [tile.tile_id, tile.date.isoformat(), tile.cloud_percent, tile.share, tile.geometry]


def _tile_from_json(value: List[Any]) -> TileRecord:
    tile_id, date, cloud_percent, share, geometry = value
    return TileRecord(tile_id, parse_instant(date), cloud_percent, share, geometry)
