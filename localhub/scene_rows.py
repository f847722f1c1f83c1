"""Scenes and collections as rows and JSON of the store, and back."""

from __future__ import annotations

import datetime as dt
import json
import os
from dataclasses import asdict
from pathlib import Path
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.records import BandFile, StoredScene

_EPOCH = dt.datetime(1970, 1, 1, tzinfo=dt.timezone.utc)


def collection_document(collection: Collection) -> Dict[str, Any]:
    """A collection in the form ``collection_from_json`` reads."""
    return asdict(collection)


def scene_row(scene: StoredScene, shape: bytes, folder: Path) -> Tuple[Any, ...]:
    """The columns of a scene after its number, band paths relative to ``folder`` where they lie inside."""
    bands = {name: _band_entry(file, folder) for name, file in scene.bands.items()}
    return (
        scene.collection,
        scene.scene_id,
        (scene.date - _EPOCH).total_seconds(),
        scene.cloud_percent,
        json.dumps(scene.footprint),
        shape,
        json.dumps(bands),
        json.dumps(dict(scene.properties)),
    )


def scene_from_row(row: Sequence[Any], folder: Path) -> StoredScene:
    """The inverse; ``row`` is number, collection, id, seconds since 1970, cloud, footprint, bands, properties."""
    row_id, collection, scene_id, seconds, cloud, footprint, bands, properties = row
    return StoredScene(
        scene_id=scene_id,
        collection=collection,
        date=_EPOCH + dt.timedelta(seconds=seconds),
        cloud_percent=cloud,
        footprint=json.loads(footprint),
        bands=_BandsOfRow(bands, str(folder)),
        properties=json.loads(properties),
        row_id=row_id,
    )


def kept_path(text: str, folder: Path) -> str:
    """A path as it is stored: relative to ``folder`` where it lies inside, so that the folder can be moved."""
    path = Path(text)
    try:
        return path.relative_to(folder).as_posix() if path.is_absolute() else text
    except ValueError:
        return text


def _band_entry(file: BandFile, folder: Path) -> List[Any]:
    """``[path, index, scale, offset, nodata]`` without the defaults at its end."""
    entry: List[Any] = [kept_path(file.path, folder), file.band_index, file.scale, file.offset, file.nodata]
    defaults: List[Any] = [None, 1, 1.0, 0.0, None]
    while len(entry) > 1 and entry[-1] == defaults[len(entry) - 1]:
        entry.pop()
    return entry


class _BandsOfRow(Mapping[str, BandFile]):
    """The bands of a scene, read from their text when first asked for: most scenes of a search are only counted."""

    def __init__(self, text: str, folder: str) -> None:
        self._text, self._folder = text, folder
        self._bands: Optional[Dict[str, BandFile]] = None

    def __getitem__(self, name: str) -> BandFile:
        return self._read()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._read())

    def __len__(self) -> int:
        return len(self._read())

    def __repr__(self) -> str:
        return repr(self._read())

    def _read(self) -> Dict[str, BandFile]:
        if self._bands is None:
            entries = json.loads(self._text)
            self._bands = {name: _band_file(entry, self._folder) for name, entry in entries.items()}
        return self._bands


def _band_file(entry: Sequence[Any], folder: str) -> BandFile:
    # os.path is ten times faster than pathlib here.
    path = entry[0]
    return BandFile(path if "://" in path else os.path.join(folder, path), *entry[1:])  # noqa: PTH118
