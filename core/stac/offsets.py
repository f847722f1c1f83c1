"""From stored numbers to reflectance: the offset of processing baseline 04.00 (stac, 5)."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.stac.catalogs import catalog_of
from sentinel_workbench.core.stac.records import StacAsset, StacConnection, StacItem

SCALE = 0.0001
OFFSET = -0.1
BASELINE, FLAG, ASSET = "baseline", "flag", "asset"
FLAGS = ("earthsearch:boa_offset_applied", "sentinel:boa_offset_applied")
BASELINES = ("s2:processing_baseline", "sentinel:processing_baseline", "processing:version")
_REFLECTANCE = re.compile(r"B(0[1-9]|8A|1[0-2])$")
_IN_PRODUCT = re.compile(r"_N(\d{2})(\d{2})_")
_PRODUCTS = ("s2:product_uri", "sentinel:product_id")
_FOUR = (4, 0)
_FIRST_OF_FOUR = dt.datetime(2022, 1, 25, tzinfo=dt.timezone.utc)


@dataclass(frozen=True)
class Calibration:
    """reflectance = stored * scale + offset, except that 0 stays "no data".

    Attributes:
        scale: per stored step.
        offset: in reflectance; 0 or negative.
        warning: a sentence when the catalog is known to be wrong about it, else None.
    """

    scale: float = SCALE
    offset: float = 0.0
    warning: Optional[str] = None

    @property
    def stored_offset(self) -> float:
        """The offset in stored steps, such as -1000."""
        return float(round(self.offset / self.scale)) + 0.0 if self.offset else 0.0


def calibration(item: StacItem, asset: StacAsset, band: str, connection: StacConnection) -> Calibration:
    """How the stored numbers of a Sentinel-2 band become reflectance; the identity for SCL and the like.

    Args:
        item: of the asset.
        asset: of the band.
        band: such as ``B04``; other names than B01 to B12 and B8A have no offset.
        connection: of the catalog, whose rule applies.
    """
    if not _REFLECTANCE.match(band):
        return Calibration(1.0, 0.0)
    rule = _rule(item, asset, connection)
    if rule == FLAG:
        return _by_flag(item)
    scale, offset = _told(asset)
    if rule == ASSET and offset is not None:
        return Calibration(scale or SCALE, offset)
    return _by_baseline(item)


def baseline(item: StacItem) -> Optional[Tuple[int, int]]:
    """The processing baseline, such as (5, 9), from a property or the product's name; None when nothing tells."""
    for name in BASELINES:
        found = re.match(r"(\d{1,2})\.(\d{1,2})", str(item.properties.get(name) or ""))
        if found:
            return int(found[1]), int(found[2])
    for text in (*(str(item.properties.get(name) or "") for name in _PRODUCTS), item.item_id):
        found = _IN_PRODUCT.search(text)
        if found:
            return int(found[1]), int(found[2])
    return None


def _rule(item: StacItem, asset: StacAsset, connection: StacConnection) -> str:
    """The catalog's rule; for a catalog nobody knows the one its items look like."""
    known = catalog_of(connection)
    collection = known.collection(item.collection) if known else None
    if collection is not None:
        return collection.offset
    if any(name in item.properties for name in FLAGS):
        return FLAG
    return ASSET if _told(asset)[1] is not None else BASELINE


def _by_flag(item: StacItem) -> Calibration:
    applied = next((item.properties[name] for name in FLAGS if name in item.properties), False)
    found = baseline(item)
    if applied is True or (found is not None and found < _FOUR) or (found is None and not _after_four(item)):
        return Calibration()
    return Calibration(
        offset=OFFSET,
        warning=f"{item.item_id} says that its offset is not applied yet; some scenes of this collection say so "
        "wrongly. Compare with the collection sentinel-2-c1-l2a.",
    )


def _by_baseline(item: StacItem) -> Calibration:
    found = baseline(item)
    if found is not None:
        return Calibration(offset=OFFSET if found >= _FOUR else 0.0)
    if not _after_four(item):
        return Calibration()
    return Calibration(
        offset=OFFSET, warning=f"{item.item_id} does not tell its processing baseline; it was judged by its date."
    )


def _after_four(item: StacItem) -> bool:
    return item.date is not None and item.date >= _FIRST_OF_FOUR


def _told(asset: StacAsset) -> Tuple[Optional[float], Optional[float]]:
    """Scale and offset the asset publishes, in any of the places catalogs put them."""
    lists = [asset.fields.get(name) for name in ("raster:bands", "bands")]
    places: Tuple[Any, ...] = (asset.fields, *map(_first, lists))
    scale = offset = None
    for place in places:
        if isinstance(place, Mapping):
            scale = scale if scale is not None else _number(place, "raster:scale", "scale")
            offset = offset if offset is not None else _number(place, "raster:offset", "offset")
    return scale, offset


def _first(bands: Any) -> Any:
    return bands[0] if isinstance(bands, list) and bands else None


def _number(place: Mapping[str, Any], *names: str) -> Optional[float]:
    for name in names:
        value = place.get(name)
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return float(value)
    return None
