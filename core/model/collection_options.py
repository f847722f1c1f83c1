"""The settings of a collection in requests, and their values as text: ``name=value`` pairs or JSON."""

from __future__ import annotations

import difflib
import json
import re
from typing import Any, Callable, Dict, Iterator, Mapping, Optional, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.model.collection import Collection, Option

RESAMPLINGS = ("NEAREST", "BILINEAR", "BICUBIC")
SPECKLE_WINDOWS = (3, 5, 7)
FILTER, PROCESSING = "dataFilter", "processing"
Members = Dict[str, Any]
_FIELD = "options"
_LEE = re.compile(r"LEE\s*(\d)\s*[xX×]\s*(\d)")
_FLAGS = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}


def options_of(collection: Collection) -> Tuple[Option, ...]:
    """The settings of a collection, those every collection has included (process-api, 5 and 6)."""
    common = [Option("upsampling", PROCESSING, "choice", RESAMPLINGS, default="NEAREST")]
    if not collection.upsampling_only:
        common.append(Option("downsampling", PROCESSING, "choice", RESAMPLINGS, default="NEAREST"))
    if collection.collection_id.startswith("sentinel-2-"):
        common.append(Option("harmonizeValues", PROCESSING, "flag", default=True))
    return (*collection.options, *common)


def read_options(text: str, collection: Collection) -> Tuple[Members, Members]:
    """The members of ``dataFilter`` and of ``processing`` that ``text`` sets.

    Args:
        text: ``orbitDirection=ASCENDING, speckleFilter=LEE 5x5``, separated by commas, semicolons or lines; or a JSON
            object of names and values, in which ``dataFilter`` and ``processing`` may be objects of their own.
        collection: checks names and values.

    Raises:
        InvalidInput: not readable, a name the collection does not have, or a value it does not take.
    """
    if text.lstrip().startswith("{"):
        return check_options(_parse_json(text), collection)
    return check_options(dict(_pairs(text)), collection)


def check_options(values: Mapping[str, Any], collection: Collection) -> Tuple[Members, Members]:
    """The same for values by name; members come in the collection's own order, so that equal orders are equal.

    Raises:
        InvalidInput: a name the collection does not have, or a value it does not take.
    """
    found: Dict[str, Members] = {FILTER: {}, PROCESSING: {}}
    for name, where, value in _flat(values):
        option = _find(name, where, collection)
        found[option.where][option.name] = _READERS[option.kind](option, value)
    in_order = options_of(collection)
    filters, processing = (
        {o.name: found[where][o.name] for o in in_order if o.where == where and o.name in found[where]}
        for where in (FILTER, PROCESSING)
    )
    return filters, processing


def _parse_json(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_FIELD, f"The options are not valid JSON: {error}.", "Or write name=value pairs.") from error
    return value  # an object: the text begins with a brace


def _pairs(text: str) -> Iterator[Tuple[str, str]]:
    for part in re.split(r"[,;\n]", text):
        if not part.strip():
            continue
        name, sign, value = part.partition("=")
        if not sign or not name.strip() or not value.strip():
            raise InvalidInput(_FIELD, f"'{part.strip()}' is not name=value.", "Such as orbitDirection=ASCENDING.")
        yield name.strip(), value.strip()


def _flat(values: Mapping[str, Any]) -> Iterator[Tuple[str, Optional[str], Any]]:
    for name, value in values.items():
        if name not in (FILTER, PROCESSING):
            where, _, bare = name.rpartition(".")
            yield bare, where or None, value
        elif isinstance(value, Mapping):
            for inner, member in value.items():
                yield inner, name, member
        else:
            raise InvalidInput(_FIELD, f"'{name}' of the options is not an object.", 'Write {"name": value}.')


def _find(name: str, where: Optional[str], collection: Collection) -> Option:
    """The option of that name; without a place the first, since ``dataFilter`` comes first."""
    known = options_of(collection)
    for option in known:
        if option.name.lower() == name.lower() and where in (None, option.where):
            return option
    names = list(dict.fromkeys(option.name for option in known))
    close = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean {close[0]}?" if close else f"It has {', '.join(names)}."
    raise InvalidInput(_FIELD, f"{collection.title} has no option '{name}'.", hint)


def _refused(option: Option, value: Any, possible: str) -> InvalidInput:
    return InvalidInput(_FIELD, f"The option {option.name} can't be {value!r}.", f"Possible: {possible}.")


def _read_choice(option: Option, value: Any) -> str:
    for choice in option.choices:
        if str(value).lower() == choice.lower():
            return choice
    raise _refused(option, value, ", ".join(option.choices))


def _read_flag(option: Option, value: Any) -> bool:
    if str(value).lower() not in _FLAGS:
        raise _refused(option, value, "true, false")
    return _FLAGS[str(value).lower()]


def _read_integer(option: Option, value: Any) -> int:
    try:
        number = float(value)
    except (TypeError, ValueError) as error:
        raise _refused(option, value, f"{option.low} to {option.high}") from error
    if isinstance(value, bool) or not option.low <= number <= option.high or number != int(number):
        raise _refused(option, value, f"{option.low} to {option.high}")
    return int(number)


def _read_speckle(option: Option, value: Any) -> Mapping[str, Any]:
    """``NONE``, ``LEE 5x5``, or the object of the service."""
    possible = "NONE, " + ", ".join(f"LEE {size}x{size}" for size in SPECKLE_WINDOWS)
    if isinstance(value, Mapping):
        kind, sides = value.get("type"), (value.get("windowSizeX", 3), value.get("windowSizeY", 3))
    else:
        text = str(value).strip().upper()
        window = _LEE.fullmatch(text)
        kind = "LEE" if window else text
        sides = (int(window[1]), int(window[2])) if window else (3, 3)
    if kind == "NONE":
        return {"type": "NONE"}
    if kind != "LEE" or not all(side in SPECKLE_WINDOWS for side in sides):
        raise _refused(option, value, possible)
    return {"type": "LEE", "windowSizeX": sides[0], "windowSizeY": sides[1]}


_READERS: Mapping[str, Callable[[Option, Any], Any]] = {
    "choice": _read_choice, "flag": _read_flag, "integer": _read_integer, "speckle_filter": _read_speckle,
}
