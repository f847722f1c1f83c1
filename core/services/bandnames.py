"""Names and units for the bands of an image, read from the script that makes it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Dict, Iterator, Mapping, NamedTuple, Optional, Sequence, Tuple

from sentinel_workbench.core.evalscript.instrumentation import original_script
from sentinel_workbench.core.model.collection import Band
from sentinel_workbench.core.model.orders import DataSource, ImageOrder
from sentinel_workbench.core.services.checks import known_collection, outline_of, source_of_input

_COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_NUMBER = r"\d+(?:\.\d+)?"
_RETURN = re.compile(r"\breturn\s*(\[[^\[\]{}]*\]|\{[^{}]*\})")
_CONSTANTS = re.compile(r"^[\s\d.,-]*$")
_SCALED = re.compile(rf"^(?:({_NUMBER})\s*\*\s*)?[A-Za-z_$][\w$]*\.([A-Za-z]\w*)((?:\s*[*/]\s*{_NUMBER})*)$")
_STEP = re.compile(rf"([*/])\s*({_NUMBER})")
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


def scale_notes(order: ImageOrder, identifier: str, count: int) -> Tuple[str, ...]:
    """How the output's values become quantities: ``value * 0.0001 = reflectance``, ``""`` where that is not known.

    For input bands times a number, and for digital numbers whose collection has one factor to a unit.
    """
    elements = _returned_elements(original_script(order.evalscript), identifier, count)
    outputs = {output.id: output.sample_type for output in outline_of(order.evalscript).outputs}
    if elements is None or outputs.get(identifier, "AUTO") == "AUTO":
        return ("",) * count
    steps = _input_steps(order)
    return tuple(_scale_note(element, steps) for element in elements)


def _scale_note(element: str, steps: Mapping[str, Tuple[float, str]]) -> str:
    match = _SCALED.match(element)
    factor, sign = steps.get(match.group(2), (1.0, "")) if match else (1.0, "")
    if match is None or not sign:
        return ""
    times = float(match.group(1) or 1)
    for operation, number in _STEP.findall(match.group(3)):
        times = times * float(number) if operation == "*" else times / (float(number) or 1)
    return f"value * {factor / times:.6g} = {sign}" if times and f"{factor / times:.6g}" != "1" else ""


def scale_sentence(order: ImageOrder, identifier: str) -> str:
    """``B04, B08: value * 0.0001 = reflectance``, or nothing."""
    output = next((one for one in outline_of(order.evalscript).outputs if one.id == identifier), None)
    if output is None or not output.bands:
        return ""
    names = band_names(order.evalscript, identifier, output.bands)
    notes = scale_notes(order, identifier, output.bands)
    told = [f"{', '.join(name for name, own in zip(names, notes) if own == note)}: {note}"
            for note in dict.fromkeys(notes) if note]
    return "; ".join(told)


class _AskedBand(NamedTuple):
    """A band the script reads: its record where the collection is known, and its unit, ``""`` when not known."""

    name: str
    band: Optional[Band]
    unit: str
    source: Optional[DataSource]


def _asked_bands(order: ImageOrder) -> Iterator[_AskedBand]:
    for position, entry in enumerate(outline_of(order.evalscript).inputs):
        source = source_of_input(order, entry.datasource, position)
        collection = known_collection(source) if source else None
        for number, name in enumerate(entry.bands):
            band = collection.band(name) if collection else None
            asked = entry.units if isinstance(entry.units, str) else (entry.units or ())[number:number + 1]
            unit = asked if isinstance(asked, str) else asked[0] if asked else band.units[0] if band else ""
            yield _AskedBand(name, band, unit, source)


def _input_units(order: ImageOrder) -> Mapping[str, str]:
    """Band name to unit, as the script asks for it or as its collection gives it."""
    found: Dict[str, str] = {}
    for asked in _asked_bands(order):
        found[asked.name] = asked.unit if found.get(asked.name, asked.unit) == asked.unit else ""
    return found


def _input_steps(order: ImageOrder) -> Mapping[str, Tuple[float, str]]:
    """Band name to what one of its unit is: a factor and the sign of a quantity, ``""`` when not known."""
    found: Dict[str, Tuple[float, str]] = {}
    for asked in _asked_bands(order):
        step = _step_of(asked)
        found[asked.name] = step if found.get(asked.name, step) == step else (1.0, "")
    return found


def _step_of(asked: _AskedBand) -> Tuple[float, str]:
    if asked.unit != "DN" or asked.band is None:
        return 1.0, _UNIT_SIGNS.get(asked.unit, "")
    if asked.source is not None and asked.source.processing.get("harmonizeValues") is False:
        return 1.0, ""  # as stored, without the offset of newer products
    unit = next((unit for unit in asked.band.units if unit != "DN"), "")
    return asked.band.factors.get(unit, 1.0), _UNIT_SIGNS.get(unit, "")


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
    matches = [_SCALED.match(element) for element in elements]
    if not all(matches):
        return None
    return tuple(match.group(2) for match in matches if match)
