"""Landsat products of Collection 2: what their metadata file says, and how their numbers become physical values.

Level 1 numbers are scaled by the product's own metadata (``*_MTL.json`` or ``*_MTL.txt``): reflectance is divided by
the sine of the sun's elevation, thermal bands become radiance, and the sampler makes temperatures of it with two
constants. Level 2 numbers have the same factors in all products. Files of floating point hold physical values already.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, Mapping, Optional, Sequence, Tuple

import numpy as np
from osgeo import gdal

from sentinel_workbench.core.model.collection import Band
from sentinel_workbench.localhub.records import BandFile

PREFIX = "landsat-"
THERMAL = "thermal"
"""Scene property: band to its two constants, for bands that hold radiance."""
NAMES = {"QA_PIXEL": "BQA", "B6_VCID_1": "B06_VCID_1", "B6_VCID_2": "B06_VCID_2"}
"""What files call bands that evalscripts call otherwise."""
_ENTRY = re.compile(r'"?(\w+)"?\s*[=:]\s*"?([^"\n,]+)"?')
_TIER = re.compile(r"_(T1|T2|RT)(?:_|$)")
_TIERS = {"T1": "TIER_1", "T2": "TIER_2", "RT": "RT"}
_LEVEL2 = {
    "REFLECTANCE": (2.75e-5, -0.2), "SURFACE_TEMPERATURE": (0.00341802, 149.0), "RADIANCE": (0.001, 0.0),
    "KELVIN": (0.01, 0.0), "FRACTION": (0.0001, 0.0), "KILOMETERS": (0.01, 0.0),
}  # fmt: skip
_ANGLE_SCALE = 0.01
_MAX_METADATA_BYTES = 1_000_000


def read_product_metadata(folder: Path) -> Dict[str, Any]:
    """The entries of the product's metadata file, flat, with ``datetime`` and ``cloud_cover``; empty without one."""
    for path in sorted((*folder.glob("*_MTL.json"), *folder.glob("*_MTL.txt"))):
        try:
            if path.stat().st_size > _MAX_METADATA_BYTES:
                continue
            text = path.read_text(encoding="utf-8", errors="replace")
        except OSError:
            continue
        entries: Dict[str, Any] = {key: value.strip() for key, value in _ENTRY.findall(text)}
        if "DATE_ACQUIRED" in entries:
            return {**entries, **_common(entries)}
    return {}


def _common(entries: Mapping[str, str]) -> Dict[str, Any]:
    time = entries.get("SCENE_CENTER_TIME", "00:00:00").rstrip("Z")
    found: Dict[str, Any] = {"datetime": f"{entries['DATE_ACQUIRED']}T{time}Z"}
    cloud = _number(entries, "CLOUD_COVER")
    if cloud is not None and cloud >= 0:
        found["cloud_cover"] = cloud
    return found


def scene_properties(file_name: str, metadata: Mapping[str, Any]) -> Dict[str, Any]:
    """``tier`` and ``thermal``, as far as a file's name and the metadata tell them."""
    properties: Dict[str, Any] = {}
    match = _TIER.search(file_name)
    if match:
        properties["tier"] = _TIERS[match.group(1)]
    constants = {}
    for key in metadata:
        if key.startswith("K1_CONSTANT_BAND_"):
            number = key.rpartition("BAND_")[2]
            pair = (_number(metadata, key), _number(metadata, f"K2_CONSTANT_BAND_{number}"))
            constants[_band_name(number)] = pair
    if constants:
        properties[THERMAL] = {name: list(pair) for name, pair in constants.items() if None not in pair}
    return properties


def physical_file(level: str, band: Band, file: BandFile, metadata: Mapping[str, Any]) -> Optional[BandFile]:
    """The file with the scale and offset that make reflectance, radiance, kelvin and so on of its numbers.

    Args:
        level: the collection's id, which ends in ``-l1``, ``-l1c`` or ``-l2``.
        band: of the collection.
        file: as found; one with a scale of its own is left as it is.
        metadata: of the product.

    Returns:
        None for whole numbers whose factors only the missing metadata file would tell.
    """
    if (file.scale, file.offset) != (1.0, 0.0) or band.units[0] == "DN" or not _holds_integers(file):
        return file
    factors = _factors(level, band, metadata)
    if factors is None:
        return None
    return replace(file, scale=factors[0], offset=factors[1], nodata=0.0 if file.nodata is None else file.nodata)


def _factors(level: str, band: Band, metadata: Mapping[str, Any]) -> Optional[Tuple[float, float]]:
    unit, number = band.units[0], _band_number(band.name)
    if unit == "DEGREES":
        return _ANGLE_SCALE, 0.0
    if level.endswith("-l2"):
        return _LEVEL2.get(unit)
    quantity = "REFLECTANCE" if unit == "REFLECTANCE" else "RADIANCE"
    gain, shift = (_number(metadata, f"{quantity}_{part}_BAND_{number}") for part in ("MULT", "ADD"))
    sun = _number(metadata, "SUN_ELEVATION") if unit == "REFLECTANCE" else 90.0
    if gain is None or shift is None or sun is None or sun <= 0:
        return None
    high = math.sin(math.radians(sun))
    return gain / high, shift / high


def brightness_temperature(radiance: np.ndarray, constants: Sequence[float]) -> np.ndarray:
    """Kelvin from spectral radiance by Planck's law: K2 / ln(K1 / L + 1)."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return constants[1] / np.log(constants[0] / radiance + 1.0)


def _band_number(name: str) -> str:
    """``B04`` is band 4 of the metadata, ``B06_VCID_1`` is 6_VCID_1."""
    return re.sub(r"^B0?", "", name)


def _band_name(number: str) -> str:
    digits, _, rest = number.partition("_")
    return f"B{int(digits):02d}" + (f"_{rest}" if rest else "")


def _number(entries: Mapping[str, Any], key: str) -> Optional[float]:
    try:
        return float(entries[key])
    except (KeyError, TypeError, ValueError):
        return None


def _holds_integers(file: BandFile) -> bool:
    dataset = gdal.Open(file.path)
    kind = dataset.GetRasterBand(file.band_index).DataType
    return kind not in (gdal.GDT_Float32, gdal.GDT_Float64)
