"""Names and units for the bands of an image, read from the script that makes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.instrumentation import original_script
from sentinel_workbench.core.model.orders import ImageOrder
from sentinel_workbench.core.services.checks import known_collection, outline_of, source_of_input

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_NUMBER = r"\d+(?:\.\d+)?"
_RETURN = re.compile(r"\breturn\s*(\[[^\[\]{}]*\]|\{[^{}]*\})")
_CONSTANTS = re.compile(r"^[\s\d.,-]*$")
_ELEMENT = re.compile(rf"^(?:{_NUMBER}\s*\*\s*)?[A-Za-z_$][\w$]*\.([A-Za-z]\w*)(?:\s*[*/]\s*{_NUMBER})*$")
_PLAIN = re.compile(r"^[A-Za-z_$][\w$]*\.([A-Za-z]\w*)$")
_UNIT_SIGNS = {
    "REFLECTANCE": "reflectance",
    "LINEAR_POWER": "linear power",
    "BRIGHTNESS_TEMPERATURE": "K",
    "SURFACE_TEMPERATURE": "K",
    "KELVIN": "K",
    "METERS": "m",
    "KILOMETERS": "km",
    "DEGREES": "deg",
    "PERCENT": "%",
    "MOL_M2": "mol/m2",
    "KG_M2": "kg/m2",
    "PPB": "ppb",
    "HECTOPASCALS": "hPa",
    "PASCALS": "Pa",
    "RADIANCE": "W/(m2 sr um)",
}


@lru_cache(maxsize=256)
def band_names(script: str, identifier: str, count: int) -> Tuple[str, ...]:
    """``count`` names for the output ``identifier`` of ``script``.

    ``return [2.5 * s.B04, 2.5 * s.B03, 2.5 * s.B02]`` gives B04, B03, B02; where an element is more than an input
    band times a number, the names are ``identifier`` itself or ``identifier_1``, ``identifier_2``...
    """
    found = _returned_bands(original_script(script), identifier, count)
    if found:
        return found
    return (identifier,) if count == 1 else tuple(f"{identifier}_{i}" for i in range(1, count + 1))


def band_units(order: ImageOrder, identifier: str, count: int) -> Tuple[str, ...]:
    """The units of the output's bands, ``""`` for a band that is more than an input band handed on as it is.

    Only outputs with a sample type of their own carry numbers; AUTO makes a picture of them.
    """
    elements = _returned_elements(original_script(order.evalscript), identifier, count)
    outputs = {output.id: output.sample_type for output in outline_of(order.evalscript).outputs}
    if elements is None or outputs.get(identifier, "AUTO") == "AUTO":
        return ("",) * count
    units = _input_units(order)
    plain = [_PLAIN.match(element) for element in elements]
    return tuple(_UNIT_SIGNS.get(units.get(match.group(1), ""), "") if match else "" for match in plain)


def _input_units(order: ImageOrder) -> Mapping[str, str]:
    """Band name to unit, as the script asks for it or as its collection gives it."""
    found: Dict[str, str] = {}
    for position, entry in enumerate(outline_of(order.evalscript).inputs):
        source = source_of_input(order, entry.datasource, position)
        collection = known_collection(source) if source else None
        for number, name in enumerate(entry.bands):
            band = collection.band(name) if collection else None
            asked = entry.units if isinstance(entry.units, str) else (entry.units or ())[number:number + 1]
            unit = asked if isinstance(asked, str) else asked[0] if asked else band.units[0] if band else ""
            found[name] = unit if found.get(name, unit) == unit else ""
    return found


def _returned_bands(script: str, identifier: str, count: int) -> Optional[Tuple[str, ...]]:
    """The input bands that every ``return`` of the script hands on for the output."""
    elements = _returned_elements(script, identifier, count)
    names = _bands_of(elements) if elements else None
    known = {band for entry in outline_of(script).inputs for band in entry.bands}
    return names if names and set(names) <= known and len(set(names)) == count else None


def _returned_elements(script: str, identifier: str, count: int) -> Optional[Tuple[str, ...]]:
    """What every ``return`` of the script gives for the output, if it is the same list each time."""
    found = set()
    for match in _RETURN.finditer(_COMMENT.sub("", script)):
        text = _array_of(match.group(1), identifier)
        if text is not None and not _CONSTANTS.match(text):
            found.add(tuple(element.strip() for element in text.rstrip().rstrip(",").split(",")))
    elements = next(iter(found)) if len(found) == 1 else None
    return elements if elements and len(elements) == count else None


def _array_of(returned: str, identifier: str) -> Optional[str]:
    """The text between the brackets that belong to ``identifier``."""
    if returned.startswith("["):
        return returned[1:-1]
    match = re.search(rf"[{{,\s'\"]{re.escape(identifier)}['\"]?\s*:\s*\[([^\[\]]*)\]", returned)
    return match.group(1) if match else None


def _bands_of(elements: Sequence[str]) -> Optional[Tuple[str, ...]]:
    matches = [_ELEMENT.match(element) for element in elements]
    if not all(matches):
        return None
    return tuple(match.group(1) for match in matches if match)
