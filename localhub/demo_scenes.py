"""Make the demo scenes: synthetic Sentinel-2 of the Betsiboka estuary, the same on every machine.

The files are made in a temporary folder that is renamed when complete, then registered; a marker written last tells
that nothing is left to do. A run that was killed is simply repeated.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any, Dict, List, Mapping, Optional, Sequence

import numpy as np

from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.core.raster.gdalguard import check_free_space, storage_error
from sentinel_workbench.localhub.demo.cogs import write_cog
from sentinel_workbench.localhub.demo.footprint import tile_footprint
from sentinel_workbench.localhub.demo.frame import Frame, Tile
from sentinel_workbench.localhub.demo.passes import Pass, all_passes
from sentinel_workbench.localhub.demo.products import Product, Scenery, cloud_percent, elevation_product
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore

VERSION = "2"
L1C, L2A, DEM = "sentinel-2-l1c", "sentinel-2-l2a", "dem"
_FOLDER, _LIST, _MARKER = f"demo-scenes-{VERSION}", "scenes.json", "demo-scenes.json"
_BYTES_PER_PIXEL = 500
"""Of disk for each pixel of the frame, everything together."""


def make_demo_scenes(
    data: Path,
    progress: Optional[Progress] = None,
    frame: Frame = Frame(),
    passes: Optional[Sequence[Pass]] = None,
) -> int:
    """Make and register the demo scenes, unless they are there already.

    Args:
        data: folder of the hub.
        progress: told of every pass; may cancel between two of them.
        frame: the ground; a coarser one makes small scenes for tests.
        passes: which passes; all by default.

    Returns:
        How many scenes the demo has.

    Raises:
        StorageError, DiskFull: a file can't be written.
        Cancelled: nothing is registered.
    """
    progress = progress or Silent()
    data = Path(data).resolve()
    folder, marker = data / _FOLDER, data / _MARKER
    done = _read_marker(marker, folder)
    if done is not None:
        return done
    try:
        data.mkdir(parents=True, exist_ok=True)
        if not (folder / _LIST).exists():
            _make_folder(folder, frame, all_passes() if passes is None else passes, progress)
        scenes = _read_scenes(folder)
        _register(data, scenes)
        _write_json(marker, {"version": VERSION, "scenes": len(scenes)})
        _remove_older(data)
    except OSError as error:
        raise storage_error(folder, error) from error
    progress.report(1.0, f"{len(scenes)} demo scenes are ready.")
    return len(scenes)


def _read_marker(marker: Path, folder: Path) -> Optional[int]:
    try:
        document = json.loads(marker.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    complete = isinstance(document, dict) and document.get("version") == VERSION and (folder / _LIST).exists()
    return int(document["scenes"]) if complete else None


def _make_folder(folder: Path, frame: Frame, passes: Sequence[Pass], progress: Progress) -> None:
    """Make everything beside ``folder`` and give it its name at the end."""
    rows, cols = frame.shape
    share = len(passes) / 39
    check_free_space(folder.parent, int(rows * cols * _BYTES_PER_PIXEL * share))
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    work.chmod(0o755)
    try:
        scenes = _make_scenes(work, frame, passes, progress)
        _write_json(work / _LIST, {"scenes": scenes})
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _make_scenes(work: Path, frame: Frame, passes: Sequence[Pass], progress: Progress) -> List[Dict[str, Any]]:
    progress.report(0.0, "Shaping the land.")
    scenery = Scenery(frame)
    scenes = [_make_elevation(work, scenery)]
    for number, moment in enumerate(passes):
        raise_if_cancelled(progress)
        scenes += _make_pass(work, scenery, moment)
        progress.report((number + 1) / (len(passes) + 1), f"{moment.time:%d %B %Y}")
    return scenes


def _make_pass(work: Path, scenery: Scenery, moment: Pass) -> List[Dict[str, Any]]:
    photograph = scenery.photograph(moment)
    files: Dict[str, Mapping[str, Product]] = {"shared": photograph.shared_products()}
    files.update({collection: photograph.products(collection) for collection in (L1C, L2A)})
    scenes = []
    for tile in scenery.frame.tiles:
        footprint = tile_footprint(scenery.frame, tile, moment.edge)
        if footprint is None:
            continue
        place = Path(f"{moment.time:%Y-%m-%d}") / tile.name
        bands = {key: _write_products(work, place / key, files[key], scenery.frame, tile) for key in files}
        mask = _rows_of(files["shared"]["clouds"], tile)[0]
        for collection in (L1C, L2A):
            identity = _identity(collection, moment, tile)
            if moment.edge is not None:
                identity["properties"]["cover"] = footprint
            scenes.append(
                {
                    **identity,
                    "collection": collection,
                    "cloud_percent": cloud_percent(mask),
                    "footprint": footprint,
                    "bands": {**bands[collection], **bands["shared"]},
                }
            )
    return scenes


def _rows_of(product: Product, tile: Tile) -> np.ndarray:
    return product.pixels[:, tile.first_row // product.factor : -(-tile.end_row // product.factor)]


def _write_products(
    work: Path, place: Path, products: Mapping[str, Product], frame: Frame, tile: Tile
) -> Dict[str, Dict[str, Any]]:
    """Write the tile's part of each product; band name to the fields of a ``BandFile``, paths relative."""
    (work / place).mkdir(parents=True, exist_ok=True)
    bands = {}
    for stem, product in products.items():
        path = place / f"{stem}.tif"
        first_row = tile.first_row // product.factor * product.factor
        write_cog(work / path, product, _rows_of(product, tile), frame, first_row)
        for number, name in enumerate(product.names, 1):
            bands[name] = {
                "path": path.as_posix(), "band_index": number, "scale": product.scale, "nodata": product.nodata,
            }  # fmt: skip
    return bands


def _identity(collection: str, moment: Pass, tile: Tile) -> Dict[str, Any]:
    """Id, time and metadata, formed as those of real scenes are."""
    time = moment.time + dt.timedelta(seconds=tile.delay_s)
    level = "L1C" if collection == L1C else "L2A"
    start, made = f"{moment.time:%Y%m%dT%H%M%S}", f"{moment.time + dt.timedelta(hours=2):%Y%m%dT%H%M%S}"
    original = f"{moment.satellite}_OPER_MSI_{level}_TL_DEMO_{made}_A{moment.number:06d}_T{tile.name}_N02.07"
    zone, square = tile.name[:2], tile.name[3:]
    where = f"{zone}/{tile.name[2]}/{square}/{time.year}/{time.month}/{time.day}/0"
    return {
        "scene_id": f"{moment.satellite}_MSI{level}_{start}_N0207_R006_T{tile.name}_{made}",
        "date": time.isoformat(timespec="milliseconds"),
        "properties": {
            "tile": tile.name,
            "platform": f"sentinel-{moment.satellite[1:].lower()}",
            "dataPath": f"s3://sentinel-s2-{level.lower()}/tiles/{where}",
            "tileOriginalId": original,
        },
    }


def _make_elevation(work: Path, scenery: Scenery) -> Dict[str, Any]:
    whole = Tile("elevation", 0, scenery.frame.shape[0], 0.0)
    product = elevation_product(scenery)
    bands = _write_products(work, Path("elevation"), {"dem": product}, scenery.frame, whole)
    return {
        "scene_id": "demo_elevation", "collection": DEM, "date": "2015-01-01T00:00:00+00:00", "cloud_percent": None,
        "footprint": tile_footprint(scenery.frame, whole, None), "bands": bands, "properties": {},
    }  # fmt: skip


def _read_scenes(folder: Path) -> List[StoredScene]:
    documents = json.loads((folder / _LIST).read_text(encoding="utf-8"))["scenes"]
    return [_stored_scene(document, folder) for document in documents]


def _stored_scene(document: Mapping[str, Any], folder: Path) -> StoredScene:
    fields = dict(document)
    fields["date"] = dt.datetime.fromisoformat(fields["date"])
    fields["bands"] = {
        name: BandFile(**{**band, "path": str(folder / band["path"])}) for name, band in fields["bands"].items()
    }
    return StoredScene(**fields)


def _register(data: Path, scenes: Sequence[StoredScene]) -> None:
    store = SceneStore(data)
    for collection_id in (L1C, L2A, DEM):
        store.add_collection(find_collection(collection_id))
    store.add_scenes(scenes)
    store.close()


def _remove_older(data: Path) -> None:
    """Files of earlier versions, to which no scene refers any more."""
    for folder in data.glob("demo-scenes-*"):
        if folder.is_dir() and folder.name != _FOLDER:
            shutil.rmtree(folder, ignore_errors=True)


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(document, indent=1), encoding="utf-8")
    os.replace(part, path)
