"""Make the demo scenes: synthetic images of the Betsiboka estuary, the same on every machine.

A table of the fields lies beside them. The scenes come in parts (optical, radar, elevation), each a folder of its own
that is made beside its place and renamed when complete, so a run that was killed is simply repeated and makes only what
is missing. All are registered at the end; a marker written last tells that nothing is left to do.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Callable, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.model.collection import find_collection
from sentinel_workbench.core.progress import Part, Progress, Silent
from sentinel_workbench.core.raster.gdalguard import check_free_space, storage_error
from sentinel_workbench.localhub.cbm_parcels import OWN_PARCELS
from sentinel_workbench.localhub.demo.field_parcels import write_field_parcels
from sentinel_workbench.localhub.demo.frame import Frame
from sentinel_workbench.localhub.demo.height_scenes import DEM, make_height_scenes
from sentinel_workbench.localhub.demo.optical_scenes import L1C, L2A, make_optical_scenes
from sentinel_workbench.localhub.demo.passes import Pass, all_passes
from sentinel_workbench.localhub.demo.products import Scenery
from sentinel_workbench.localhub.demo.radar_passes import RadarPass, all_radar_passes
from sentinel_workbench.localhub.demo.radar_scenes import S1, make_radar_scenes
from sentinel_workbench.localhub.demo.scene_files import SceneEntry
from sentinel_workbench.localhub.records import BandFile, StoredScene
from sentinel_workbench.localhub.store import SceneStore

COLLECTIONS = (L1C, L2A, S1, DEM)
_LIST, _MARKER = "scenes.json", "demo-scenes.json"


@dataclass(frozen=True)
class _Theme:
    """One part of the demo.

    Attributes:
        folder: its name, with the version of its files.
        bytes_per_pixel: of disk for each pixel of the frame.
        share: of the time all parts take.
        make: given a folder, the scenery and ``progress``, writes the files and returns the entries of its list.
    """

    folder: str
    bytes_per_pixel: float
    share: float
    make: Callable[..., List[SceneEntry]]


def make_demo_scenes(
    data: Path,
    progress: Optional[Progress] = None,
    frame: Frame = Frame(),
    passes: Optional[Sequence[Pass]] = None,
    radar_passes: Optional[Sequence[RadarPass]] = None,
) -> int:
    """Make and register the demo scenes that are not there yet.

    Args:
        data: folder of the hub.
        progress: told of every pass; may cancel between two of them.
        frame: the ground; a coarser one makes small scenes for tests.
        passes: which passes of Sentinel-2; all by default.
        radar_passes: which passes of Sentinel-1; all by default.

    Returns:
        How many scenes the demo has.

    Raises:
        StorageError, DiskFull: a file can't be written.
        Cancelled: no part is begun and nothing is registered.
    """
    progress = progress or Silent()
    data = Path(data).resolve()
    themes = _themes(passes, radar_passes)
    done = _read_marker(data, themes)
    try:
        if done is not None:
            _make_parcels(data)
            return done
        _make_missing(data, themes, frame, progress)
        # A later part's scene replaces one of the same name in an earlier part.
        found = [scene for theme in themes for scene in _read_scenes(data / theme.folder)]
        scenes = list({(scene.collection, scene.scene_id): scene for scene in found}.values())
        _register(data, scenes)
        _write_json(data / _MARKER, {"parts": [theme.folder for theme in themes], "scenes": len(scenes)})
        _remove_older(data, themes)
        _make_parcels(data)
    except OSError as error:
        raise storage_error(data, error) from error
    progress.report(1.0, f"{len(scenes)} demo scenes are ready.")
    return len(scenes)


def _themes(passes: Optional[Sequence[Pass]], radar_passes: Optional[Sequence[RadarPass]]) -> Tuple[_Theme, ...]:
    optical = all_passes() if passes is None else passes
    radar = all_radar_passes() if radar_passes is None else radar_passes
    return (
        _Theme("demo-scenes-2", 11.4 * len(optical), 0.6, partial(make_optical_scenes, passes=optical)),
        _Theme("demo-radar-1", 0.9 * len(radar) + 10, 0.35, partial(make_radar_scenes, passes=radar)),
        _Theme("demo-elevation-1", 2, 0.05, make_height_scenes),
    )


def _read_marker(data: Path, themes: Sequence[_Theme]) -> Optional[int]:
    try:
        document = json.loads((data / _MARKER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    made = document.get("parts") if isinstance(document, dict) else None
    complete = made == [theme.folder for theme in themes] and all((data / str(name) / _LIST).exists() for name in made)
    return int(document["scenes"]) if complete else None


def _make_missing(data: Path, themes: Sequence[_Theme], frame: Frame, progress: Progress) -> None:
    missing = [theme for theme in themes if not (data / theme.folder / _LIST).exists()]
    if not missing:
        return
    data.mkdir(parents=True, exist_ok=True)
    rows, cols = frame.shape
    check_free_space(data, int(rows * cols * sum(theme.bytes_per_pixel for theme in missing)))
    progress.report(0.0, "Shaping the land.")
    scenery = Scenery(frame)
    whole, begun = sum(theme.share for theme in missing), 0.0
    for theme in missing:
        end = begun + theme.share / whole
        _make_folder(data / theme.folder, theme, scenery, Part(progress, begun, end))
        begun = end


def _make_folder(folder: Path, theme: _Theme, scenery: Scenery, progress: Progress) -> None:
    """Make everything beside ``folder`` and give it its name at the end."""
    work = Path(tempfile.mkdtemp(prefix=f".{folder.name}-", dir=folder.parent))
    work.chmod(0o755)
    try:
        _write_json(work / _LIST, {"scenes": theme.make(work, scenery, progress=progress)})
        if folder.exists():
            shutil.rmtree(folder)
        os.replace(work, folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)


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
    for collection_id in COLLECTIONS:
        store.add_collection(find_collection(collection_id))
    store.add_scenes(scenes)
    store.close()


def _remove_older(data: Path, themes: Sequence[_Theme]) -> None:
    """Files of earlier versions, to which no scene refers any more."""
    for theme in themes:
        for folder in data.glob(theme.folder.rpartition("-")[0] + "-*"):
            if folder.is_dir() and folder.name != theme.folder:
                shutil.rmtree(folder, ignore_errors=True)


def _make_parcels(data: Path) -> None:
    """The table of fields, unless a table of parcels is there already."""
    if not (data / OWN_PARCELS).exists():
        write_field_parcels(data / OWN_PARCELS)


def _write_json(path: Path, document: Mapping[str, Any]) -> None:
    part = path.with_name(path.name + ".part")
    part.write_text(json.dumps(document, indent=1), encoding="utf-8")
    os.replace(part, path)
