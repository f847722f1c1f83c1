"""When an acquisition was made and what its metadata say, from files beside its bands or from names."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any, Dict, Mapping, Optional

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.timerange import parse_instant
from sentinel_workbench.localhub.landsat import read_product_metadata

INDEX = "index.json"
_COMPACT = re.compile(r"(?<!\d)(\d{4})-?(\d{2})-?(\d{2})(?:[T_ ]?(\d{2})[:\-]?(\d{2})[:\-]?(\d{2}))?(?!\d)")
_DATE_KEYS = ("datetime", "date", "sensing_time", "acquired")
_CLOUD_KEYS = ("eo:cloud_cover", "cloud_cover", "cloudCover", "cloudCoverage", "CLOUDY_PIXEL_PERCENTAGE")
_MAX_METADATA_BYTES = 5_000_000


def read_metadata(folder: Path) -> Dict[str, Any]:
    """Flat metadata of the acquisition in ``folder``, empty when there are none.

    Read are a JSON file in the folder (a STAC item or a flat object with a ``datetime``), the metadata file of a
    Landsat product, and the entry of that name in the ``index.json`` of the folder above, with the index's own members
    as defaults.
    """
    metadata = {**read_product_metadata(folder), **_from_index(folder)}
    for path in sorted(folder.glob("*.json")):
        document = _load(path)
        properties = document.get("properties")
        flat = properties if isinstance(properties, dict) else document
        if _first(flat, _DATE_KEYS) is not None:
            metadata.update(flat)
            break
    return metadata


def acquisition_time(folder: Path, metadata: Mapping[str, Any], file_stem: str) -> Optional[dt.datetime]:
    """UTC time from the metadata, else the folder's name, else a file's name; None when none tells."""
    value = _first(metadata, _DATE_KEYS)
    if isinstance(value, str):
        try:
            return parse_instant(re.sub(r"(\.\d{6})\d+", r"\1", value))
        except InvalidInput:
            pass
    return time_in_name(folder.name) or time_in_name(file_stem)


def time_in_name(name: str) -> Optional[dt.datetime]:
    """The first date in a name such as ``20180804T105022`` or ``S2_2018-08-04``, UTC."""
    for match in _COMPACT.finditer(name):
        try:
            return dt.datetime(*(int(part or 0) for part in match.groups()), tzinfo=dt.timezone.utc)  # type: ignore
        except ValueError:
            continue
    return None


def cloud_percent(metadata: Mapping[str, Any]) -> Optional[float]:
    """What the provider says, 0..100."""
    value = _first(metadata, _CLOUD_KEYS)
    if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value <= 100:
        return float(value)
    return None


def _from_index(folder: Path) -> Dict[str, Any]:
    index = _load(folder.parent / INDEX)
    scenes = index.get("scenes")
    for entry in scenes if isinstance(scenes, list) else ():
        if isinstance(entry, dict) and entry.get("id") == folder.name:
            shared = {key: value for key, value in index.items() if isinstance(value, (str, int, float))}
            return {**shared, **entry}
    return {}


def _load(path: Path) -> Mapping[str, Any]:
    try:
        if path.stat().st_size > _MAX_METADATA_BYTES:
            return {}
        document = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return document if isinstance(document, dict) else {}


def _first(mapping: Mapping[str, Any], keys: tuple) -> Any:
    return next((mapping[key] for key in keys if mapping.get(key) is not None), None)
