"""Collections and their bands, read from ``resources/collections.json``.

Band names, units and resolutions are those of the service documentation (deployments: bands).
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput

_FILE = Path(__file__).resolve().parents[2] / "resources" / "collections.json"
DATA_MASK = "dataMask"


@dataclass(frozen=True)
class Band:
    """One band.

    Attributes:
        name: as evalscripts spell it.
        units: the first is the default, such as ``("REFLECTANCE", "DN")``.
        resolution_m: of the source pixels, metres.
        factors: unit to the factor that turns the stored digital number into it.
        title: a word for people, such as ``red``.
    """

    name: str
    units: Tuple[str, ...]
    resolution_m: float
    factors: Mapping[str, float]
    title: str = ""


@dataclass(frozen=True)
class Option:
    """One setting of ``dataFilter`` or ``processing`` that a collection knows (process-api, 5).

    Attributes:
        name: as requests spell it.
        where: ``dataFilter`` or ``processing``.
        kind: ``choice``, ``flag``, ``integer`` or ``speckle_filter``.
        choices: of a choice.
        low: smallest value of an integer.
        high: largest value of an integer.
        default: what the service takes when it is not set; None where it then does not filter.
        usual: the same in words, where it is no single value.
    """

    name: str
    where: str
    kind: str
    choices: Tuple[str, ...] = ()
    low: int = 0
    high: int = 0
    default: Any = None
    usual: str = ""


@dataclass(frozen=True)
class Collection:
    """One collection.

    Attributes:
        collection_id: type id, such as ``sentinel-2-l2a``.
        legacy_name: the name in error messages, such as ``S2L2A``.
        title: for people.
        bands: without ``dataMask``, which every collection has.
        mosaicking: modes its scripts may use.
        has_cloud_cover: ``maxCloudCoverage`` and ``leastCC`` apply.
        timeless: no time range, no scenes (DEM).
        max_resolution_m: coarsest pixel the service renders, or None when unknown.
        earliest: ISO date of the first data.
        host: ``main``, ``us-west-2`` or ``creodias``: which classic deployment serves it.
        sample_max: a typical bright value of its default unit, for a stretch.
        upsampling_only: ``downsampling`` is ignored, ``upsampling`` applies at every resolution.
        options: settings of requests besides those every collection has.
    """

    collection_id: str
    legacy_name: str
    title: str
    bands: Tuple[Band, ...]
    mosaicking: Tuple[str, ...] = ("SIMPLE", "ORBIT", "TILE")
    has_cloud_cover: bool = False
    timeless: bool = False
    max_resolution_m: Optional[float] = None
    earliest: Optional[str] = None
    host: str = "main"
    sample_max: float = 1.0
    upsampling_only: bool = False
    options: Tuple[Option, ...] = ()

    @property
    def tells_exact_tiles(self) -> bool:
        """True when a script can be run tile by tile, so that it can report the tiles it used."""
        return "TILE" in self.mosaicking and not self.timeless

    def band(self, name: str) -> Optional[Band]:
        """The band of that name, or None."""
        return next((band for band in self.bands if band.name == name), None)


def collection_from_json(entry: Mapping) -> Collection:
    """One entry of ``collections.json`` as a record."""
    bands = tuple(
        Band(b["name"], tuple(b["units"]), float(b["resolution_m"]), dict(b.get("factors", {})), b.get("title", ""))
        for b in entry["bands"]
    )
    mosaicking = tuple(entry.get("mosaicking", ("SIMPLE", "ORBIT", "TILE")))
    options = tuple(Option(**{**o, "choices": tuple(o.get("choices", ()))}) for o in entry.get("options", ()))
    rest = {key: value for key, value in entry.items() if key not in ("bands", "mosaicking", "options")}
    return Collection(bands=bands, mosaicking=mosaicking, options=options, **rest)


@lru_cache(maxsize=1)
def known_collections() -> Mapping[str, Collection]:
    """All collections of the resource file by type id."""
    entries = json.loads(_FILE.read_text(encoding="utf-8"))["collections"]
    return {entry["collection_id"]: collection_from_json(entry) for entry in entries}


def find_collection(name: str) -> Collection:
    """The collection of a type id or legacy name.

    Raises:
        InvalidInput: no such collection.
    """
    for collection in known_collections().values():
        if name in (collection.collection_id, collection.legacy_name):
            return collection
    raise InvalidInput("collection", f"The collection '{name}' is not known.", "Check its spelling.")
