"""What a script asks of the bands of one collection, against what the service has (deployments, 4)."""

from __future__ import annotations

import difflib
from typing import Any, Optional, Sequence

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.reading import InputOutline
from sentinel_workbench.core.model.collection import DATA_MASK, Collection

_FIELD = "evalscript"
_TROPOMI = "sentinel-5p-l2"


def check_input(collection: Collection, entry: InputOutline) -> None:
    """Refuse bands the collection does not have, units they do not have, and Sentinel-5P products side by side.

    Raises:
        InvalidInput: the field is ``evalscript``.
    """
    for position, name in enumerate(entry.bands):
        if name == DATA_MASK:
            continue
        band = collection.band(name)
        if band is None:
            raise _unknown_band(collection, name)
        unit = _unit(entry.units, position)
        if unit is not None and unit not in band.units:
            raise InvalidInput(
                _FIELD, f"The band '{name}' has no unit {unit}.",
                f"It has {' and '.join(band.units)}. Without units each band comes in its usual one.",
            )
    products = list(dict.fromkeys(_product(name) for name in entry.bands if name != DATA_MASK))
    if collection.collection_id == _TROPOMI and len(products) > 1:
        raise InvalidInput(
            _FIELD, f"The script reads several products of {collection.title}: {', '.join(products)}.",
            "The service can only use one at once.",
        )


def check_mosaicking(collection: Collection, mosaicking: str) -> None:
    """Refuse a way to read scenes that the collection does not know.

    Raises:
        InvalidInput: the field is ``evalscript``.
    """
    if not collection.timeless and mosaicking not in collection.mosaicking:
        raise InvalidInput(
            _FIELD, f"{collection.title} can't be read by mosaicking '{mosaicking}'.",
            f"It knows {' and '.join(collection.mosaicking)}.",
        )


def _unknown_band(collection: Collection, name: str) -> InvalidInput:
    known = [band.name for band in collection.bands]
    close = difflib.get_close_matches(name.upper(), known, n=3, cutoff=0.5)
    hint = f"Did you mean {' or '.join(close)}?" if close else f"It has {', '.join(known)}."
    return InvalidInput(_FIELD, f"{collection.title} has no band '{name}'.", hint)


def _unit(units: Any, position: int) -> Optional[str]:
    """As the service reads them: one for all bands, or a list beside theirs; capitals do not matter."""
    if isinstance(units, str):
        return units.upper()
    listed: Sequence[str] = units or ()
    return listed[position].upper() if position < len(listed) else None


def _product(band: str) -> str:
    return next((family for family in ("CLOUD", "AER_AI") if band.startswith(family)), band)
