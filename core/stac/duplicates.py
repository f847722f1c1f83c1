"""One item for each scene where a catalog has several processings of it (stac, 6)."""

from __future__ import annotations

import datetime as dt
from typing import Dict, List, Sequence, Set, Tuple

from sentinel_workbench.core.stac.offsets import baseline
from sentinel_workbench.core.stac.records import StacItem

SAME_MOMENT = dt.timedelta(seconds=2)
"""Processings of one scene differ by milliseconds, scenes that follow each other by many seconds."""
_TILES = ("grid:code", "s2:mgrs_tile", "s2:tile", "s2:mgrs")
_MADE = ("s2:generation_time", "processing:datetime", "updated", "created", "published")


def fold_duplicates(items: Sequence[StacItem]) -> Tuple[Tuple[StacItem, ...], int]:
    """The newest processing of each scene, in the order given, and how many items were left out.

    Two items are one scene when collection, platform, tile and time agree: the highest baseline wins, then the latest
    making. Items that name no tile or no time are never folded.
    """
    groups: Dict[Tuple[str, str, str], List[StacItem]] = {}
    for item in items:
        tile = tile_of(item)
        if tile and item.date is not None:
            platform = str(item.properties.get("platform", "")).lower()
            groups.setdefault((item.collection, platform, tile), []).append(item)
    superseded: Set[int] = set()
    for group in groups.values():
        for scene in _same_scenes(group):
            best = max(scene, key=_rank)
            superseded.update(id(item) for item in scene if item is not best)
    return tuple(item for item in items if id(item) not in superseded), len(superseded)


def tile_of(item: StacItem) -> str:
    """The MGRS tile such as ``31UDS``, ``""`` when the item names none."""
    for name in _TILES:
        value = item.properties.get(name)
        if isinstance(value, str) and value:
            return value.rpartition("-")[2].lstrip("T").lstrip("0")
    for prefix in ("mgrs", "sentinel"):
        parts = [item.properties.get(f"{prefix}:{name}") for name in ("utm_zone", "latitude_band", "grid_square")]
        if all(part is not None for part in parts):
            return "".join(map(str, parts)).lstrip("0")
    return ""


def _same_scenes(group: Sequence[StacItem]) -> List[List[StacItem]]:
    scenes: List[List[StacItem]] = []
    last = None
    for item in sorted(group, key=_date):
        if last is not None and _date(item) - last <= SAME_MOMENT:
            scenes[-1].append(item)
        else:
            scenes.append([item])
        last = _date(item)
    return scenes


def _date(item: StacItem) -> dt.datetime:
    return item.date or dt.datetime.min.replace(tzinfo=dt.timezone.utc)


def _rank(item: StacItem) -> Tuple[Tuple[int, int], str, str]:
    made = next((str(item.properties[name]) for name in _MADE if item.properties.get(name)), "")
    return baseline(item) or (0, 0), made, item.item_id
