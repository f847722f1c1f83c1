"""A folder of raster scenes, one folder an acquisition and one file a band, made a collection of the hub."""

from __future__ import annotations

import datetime as dt
import os
import re
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.errors import DamagedFile, InvalidInput
from sentinel_workbench.core.model.collection import Band, Collection, known_collections
from sentinel_workbench.core.progress import Progress, Silent, raise_if_cancelled
from sentinel_workbench.localhub import landsat
from sentinel_workbench.localhub.acquisitions import acquisition_time, cloud_percent, read_metadata
from sentinel_workbench.localhub.band_files import SceneRaster, name_bands, raster_files, read_rasters
from sentinel_workbench.localhub.radar_products import radar_properties
from sentinel_workbench.localhub.records import StoredScene
from sentinel_workbench.localhub.store import SceneStore

L1C, L2A, RADAR = "sentinel-2-l1c", "sentinel-2-l2a", "sentinel-1-grd"
CLOUDY_SCL = (3, 8, 9, 10)
_MAX_MASK_PX = 4_000_000
_KEPT_METADATA = {
    "mgrs_tile": "tile", "grid:code": "tile", "platform": "platform", "site": "site", "tier": "tier",
    landsat.THERMAL: landsat.THERMAL, "demInstance": "demInstance",
}  # fmt: skip
_ADVICE = "Give a folder that holds one folder for each acquisition, and in it one GeoTIFF for each band."


@dataclass(frozen=True)
class SkippedFile:
    """A file or folder that was left out, and why."""

    path: str
    reason: str


@dataclass(frozen=True)
class IngestReport:
    """What became of a folder.

    Attributes:
        collection: the scenes' collection, with all bands it has now.
        scenes: number added or replaced.
        skipped: what was left out.
        first: time of the earliest scene.
        last: time of the latest scene.
        extent: west, south, east, north of all scenes.
    """

    collection: Collection
    scenes: int
    skipped: Tuple[SkippedFile, ...]
    first: dt.datetime
    last: dt.datetime
    extent: Tuple[float, float, float, float]


@dataclass(frozen=True)
class _Acquisition:
    folder: Path
    date: dt.datetime
    rasters: Mapping[str, SceneRaster]
    metadata: Mapping[str, Any]


def ingest_folder(
    source: Path, data: Path, collection_id: Optional[str] = None, progress: Optional[Progress] = None
) -> IngestReport:
    """Register every acquisition below ``source`` in the scene store of ``data``. The files stay where they are.

    Args:
        source: folder; folders of sites above the acquisitions are allowed.
        data: folder of the scene store, made when missing.
        collection_id: known type id or a name of one's own; None tells it from the bands.
        progress: told after each acquisition.

    Raises:
        InvalidInput: there is no such folder, or nothing in it can be used; the message tells what was skipped.
    """
    source, progress = Path(source), progress or Silent()
    if not source.is_dir():
        raise InvalidInput("source", f"There is no folder {source}.", "Check the path.")
    skipped: List[SkippedFile] = []
    acquisitions = _read_all(source, skipped, progress)
    if not acquisitions:
        raise _nothing_usable(source, skipped)
    store = SceneStore(data)
    try:
        collection = _choose_collection(store, source, acquisitions, collection_id)
        ready = [_physical(collection, acquisition, skipped) for acquisition in acquisitions]
        scenes = [_scene(store, source, collection, acquisition) for acquisition in ready if acquisition.rasters]
        if not scenes:
            raise _nothing_usable(source, skipped)
        store.add_collection(collection)
        store.add_scenes(scenes)
    finally:
        store.close()
    progress.report(1.0, f"{len(scenes)} scenes of {collection.collection_id}")
    dates = [scene.date for scene in scenes]
    return IngestReport(collection, len(scenes), tuple(skipped), min(dates), max(dates), _extent(scenes))


def _read_all(source: Path, skipped: List[SkippedFile], progress: Progress) -> List[_Acquisition]:
    folders = list(_acquisition_folders(source))
    acquisitions = []
    for number, folder in enumerate(folders):
        raise_if_cancelled(progress)
        progress.report(number / len(folders), f"Reading {folder.name}")
        acquisition = _read_acquisition(folder, skipped)
        if acquisition:
            acquisitions.append(acquisition)
    return acquisitions


def _acquisition_folders(source: Path) -> Iterator[Path]:
    for folder, below, _ in os.walk(source):
        below[:] = sorted(name for name in below if not name.startswith("."))
        if raster_files(Path(folder)):
            yield Path(folder)


def _read_acquisition(folder: Path, skipped: List[SkippedFile]) -> Optional[_Acquisition]:
    paths = raster_files(folder)
    metadata = read_metadata(folder)
    date = acquisition_time(folder, metadata, paths[0].stem)
    if date is None:
        reason = "no date: neither its name, nor a file's, nor an index.json tells when it was acquired"
        skipped.append(SkippedFile(str(folder), reason))
        return None
    rasters: Dict[str, SceneRaster] = {}
    for path, name in name_bands(paths).items():
        try:
            rasters.update(read_rasters(path, name))
        except DamagedFile as error:
            skipped.append(SkippedFile(str(path), error.message))
    return _Acquisition(folder, date, rasters, metadata) if rasters else None


def _nothing_usable(source: Path, skipped: Sequence[SkippedFile]) -> InvalidInput:
    if not skipped:
        return InvalidInput("source", f"No GeoTIFF (.tif, .tiff) lies in {source} or below.", _ADVICE)
    example = f"{Path(skipped[0].path).name}: {skipped[0].reason}"
    return InvalidInput("source", f"None of the GeoTIFFs in {source} can be used, for instance {example}", _ADVICE)


def _choose_collection(
    store: SceneStore, source: Path, acquisitions: Sequence[_Acquisition], collection_id: Optional[str]
) -> Collection:
    """The collection the scenes belong to, with the bands of this folder and of scenes stored before."""
    names = _band_sizes(acquisitions)
    base = known_collections().get(collection_id or _collection_of_bands(set(names)) or "")
    if base is not None:
        bands = tuple(band for band in base.bands if band.name in names)
        if not bands:
            raise InvalidInput(
                "collection", f"None of the bands {', '.join(sorted(names))} belongs to {base.collection_id}.",
                "Choose another collection or a name of your own.",
            )
    else:
        identifier = collection_id or _slug(source)
        bands = tuple(Band(name, ("DN",), size, {"DN": 1.0}) for name, size in sorted(names.items()))
        has_clouds = "SCL" in names or "CLM" in names
        base = Collection(identifier, identifier, source.name or identifier, bands, has_cloud_cover=has_clouds)
    return replace(base, bands=_with_stored_bands(store, base, bands))


def _collection_of_bands(names: Set[str]) -> Optional[str]:
    known = known_collections()
    if not any(re.fullmatch(r"B\d[\dA]", name) for name in names):
        return None
    if "SCL" in names and names <= {band.name for band in known[L2A].bands}:
        return L2A
    return L1C if names <= {band.name for band in known[L1C].bands} else None


def _with_stored_bands(store: SceneStore, base: Collection, bands: Tuple[Band, ...]) -> Tuple[Band, ...]:
    stored = next((c for c in store.collections() if c.collection_id == base.collection_id), None)
    if stored is None:
        return bands
    wanted = {band.name: band for band in (*stored.bands, *bands)}
    order = [band.name for band in base.bands]
    return tuple(sorted(wanted.values(), key=lambda b: order.index(b.name) if b.name in order else len(order)))


def _band_sizes(acquisitions: Sequence[_Acquisition]) -> Dict[str, float]:
    """Band names with their most frequent pixel size in metres."""
    sizes: Dict[str, Counter] = {}
    for acquisition in acquisitions:
        for name, raster in acquisition.rasters.items():
            sizes.setdefault(name, Counter())[raster.pixel_m] += 1
    return {name: count.most_common(1)[0][0] for name, count in sizes.items()}


def _slug(source: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "-", source.resolve().name.lower()).strip("-") or "scenes"


def _physical(collection: Collection, acquisition: _Acquisition, skipped: List[SkippedFile]) -> _Acquisition:
    """With the factors that make physical values of a Landsat product's numbers; other acquisitions as they are."""
    if not collection.collection_id.startswith(landsat.PREFIX):
        return acquisition
    rasters = {}
    for name, raster in acquisition.rasters.items():
        band, file = collection.band(name), raster.file
        scaled = landsat.physical_file(collection.collection_id, band, file, acquisition.metadata) if band else file
        if scaled is None:
            reason = "its numbers can't be scaled: the product's MTL.json or MTL.txt is not beside it"
            skipped.append(SkippedFile(file.path, reason))
        else:
            rasters[name] = replace(raster, file=scaled)
    names = sorted(Path(raster.file.path).stem for raster in acquisition.rasters.values())
    told = landsat.scene_properties(names[0], acquisition.metadata)
    return replace(acquisition, rasters=rasters, metadata={**acquisition.metadata, **told})


def _scene(store: SceneStore, source: Path, collection: Collection, acquisition: _Acquisition) -> StoredScene:
    bands = {
        name: raster.file for name, raster in acquisition.rasters.items() if collection.band(name) is not None
    }
    cloud = _measured_clouds(acquisition.rasters)
    properties = {
        kept: acquisition.metadata[key] for key, kept in _KEPT_METADATA.items() if key in acquisition.metadata
    }
    folder = acquisition.folder.resolve()
    if collection.collection_id == RADAR:
        properties.update(radar_properties(folder.name, acquisition.metadata))
    return StoredScene(
        _free_id(store, source, collection, folder),
        collection.collection_id,
        acquisition.date,
        cloud_percent(acquisition.metadata) if cloud is None else cloud,
        _footprint(acquisition.rasters),
        bands,
        properties,
    )


def _free_id(store: SceneStore, source: Path, collection: Collection, folder: Path) -> str:
    """The folders' names below ``source``, joined; another number behind it when another folder has that id."""
    relative = folder.relative_to(source.resolve())
    name = "_".join(relative.parts) or folder.name
    identifier, number = name, 1
    while True:
        stored = store.scene(collection.collection_id, identifier)
        if stored is None or folder in {Path(file.path).parent for file in stored.bands.values()}:
            return identifier
        number += 1
        identifier = f"{name}-{number}"


def _measured_clouds(rasters: Mapping[str, SceneRaster]) -> Optional[float]:
    """Cloudy part of the pixels with data, percent, from SCL, else CLM; None without them or without data."""
    for name, cloudy, missing in (("SCL", CLOUDY_SCL, 0), ("CLM", (1,), 255)):
        if name in rasters:
            classes = _read_classes(rasters[name])
            seen = int((classes != missing).sum())
            if seen:
                return round(100.0 * int(np.isin(classes, cloudy).sum()) / seen, 2)
    return None


def _read_classes(raster: SceneRaster) -> np.ndarray:
    """All pixels, or an even sample of a large raster."""
    try:
        dataset = gdal.Open(raster.file.path)  # the band is only valid while the dataset is held
        band = dataset.GetRasterBand(raster.file.band_index)
        shrink = max(1.0, (band.XSize * band.YSize / _MAX_MASK_PX) ** 0.5)
        return band.ReadAsArray(buf_xsize=max(1, int(band.XSize / shrink)), buf_ysize=max(1, int(band.YSize / shrink)))
    except RuntimeError as error:
        raise InvalidInput("source", f"The cloud mask {raster.file.path} can't be read: {error}.", _ADVICE) from error


def _footprint(rasters: Mapping[str, SceneRaster]) -> Mapping[str, Any]:
    """What the largest raster of the scene covers; the bands of a scene cover the same ground."""
    ring = max((raster.corners for raster in rasters.values()), key=_ring_area)
    return {"type": "Polygon", "coordinates": [[list(point) for point in ring]]}


def _ring_area(ring: Sequence[Tuple[float, float]]) -> float:
    return abs(sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, ring[1:])))


def _extent(scenes: Sequence[StoredScene]) -> Tuple[float, float, float, float]:
    points = np.array([point for scene in scenes for point in scene.footprint["coordinates"][0]])
    west, south = points.min(axis=0)
    east, north = points.max(axis=0)
    return float(west), float(south), float(east), float(north)
