"""The demo's Sentinel-2 scenes, both processing levels of every pass."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Dict, List, Mapping, Sequence

from sentinel_workbench.core.progress import Progress, raise_if_cancelled
from sentinel_workbench.localhub.demo.footprint import tile_footprint
from sentinel_workbench.localhub.demo.frame import Tile
from sentinel_workbench.localhub.demo.passes import Pass
from sentinel_workbench.localhub.demo.products import Product, Scenery, cloud_percent
from sentinel_workbench.localhub.demo.scene_files import SceneEntry, rows_of, write_products

L1C, L2A = "sentinel-2-l1c", "sentinel-2-l2a"


def make_optical_scenes(work: Path, scenery: Scenery, passes: Sequence[Pass], progress: Progress) -> List[SceneEntry]:
    """Write the scenes of ``passes`` into ``work``; what the list says of them.

    Raises:
        StorageError, DiskFull: a file can't be written.
        Cancelled: between two passes.
    """
    scenes = []
    for number, moment in enumerate(passes):
        raise_if_cancelled(progress)
        progress.report(number / len(passes), f"Sentinel-2, {moment.time:%d %B %Y}")
        scenes += _make_pass(work, scenery, moment)
    return scenes


def _make_pass(work: Path, scenery: Scenery, moment: Pass) -> List[SceneEntry]:
    photograph = scenery.photograph(moment)
    files: Dict[str, Mapping[str, Product]] = {"shared": photograph.shared_products()}
    files.update({collection: photograph.products(collection) for collection in (L1C, L2A)})
    scenes = []
    for tile in scenery.frame.tiles:
        footprint = tile_footprint(scenery.frame, tile, moment.edge)
        if footprint is None:
            continue
        place = Path(f"{moment.time:%Y-%m-%d}") / tile.name
        bands = {key: write_products(work, place / key, files[key], scenery.frame, tile) for key in files}
        mask = rows_of(files["shared"]["clouds"], tile)[0]
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


def _identity(collection: str, moment: Pass, tile: Tile) -> SceneEntry:
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
