"""What ``setup()`` returned, checked against the collections of the request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, List, Mapping, Optional, Sequence, Tuple

from sentinel_workbench.core.errors import ScriptRuntimeError
from sentinel_workbench.core.evalscript.conversion import SAMPLE_TYPES

DATA_MASK = "dataMask"
SIMPLE, ORBIT, TILE = "SIMPLE", "ORBIT", "TILE"
MAX_BANDS = 65_535
"""Of one output: what a TIFF can hold."""


@dataclass(frozen=True)
class CollectionBands:
    """The bands a script may ask of one entry of ``input.data``.

    Attributes:
        datasource: ``data[].id``, or the entry's index as text.
        legacy_name: the collection's name in messages, such as ``S2L2A``.
        default_units: band to unit; its keys are all bands there are. ``dataMask`` need not be among them.
        allowed_units: band to the units it can be had in.
    """

    datasource: str
    legacy_name: str
    default_units: Mapping[str, str]
    allowed_units: Mapping[str, Tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class ScriptInput:
    """One input object of ``setup()``.

    Attributes:
        datasource_index: position in ``input.data``.
        bands: in the order of the script, each once.
        units: band to unit in capitals; ``dataMask`` has ``DN``.
        want_bounds: ``metadata: ["bounds"]`` was asked for.
        mosaicking: SIMPLE, ORBIT or TILE.
    """

    datasource_index: int
    bands: Tuple[str, ...]
    units: Mapping[str, str]
    want_bounds: bool = False
    mosaicking: str = SIMPLE


@dataclass(frozen=True)
class ScriptOutput:
    """One output object: identifier, number of bands, sample type in capitals, GDAL nodata value or None.

    Attributes:
        band_names: when ``bands`` was a list of names, as statistics use; else empty.
    """

    id: str = "default"
    bands: int = 1
    sample_type: str = "AUTO"
    nodata: Optional[float] = None
    band_names: Tuple[str, ...] = ()


@dataclass(frozen=True)
class ScriptSetup:
    """Inputs in the order of the script, and outputs."""

    inputs: Tuple[ScriptInput, ...]
    outputs: Tuple[ScriptOutput, ...]


def _refuse(message: str) -> ScriptRuntimeError:
    return ScriptRuntimeError(message)


def _mosaicking(value: Any) -> str:
    # An unknown name, such as the misspelt Mosaicking.TILES, silently means SIMPLE.
    text = value.upper() if isinstance(value, str) else SIMPLE
    return text if text in (SIMPLE, ORBIT, TILE) else SIMPLE


def _datasource_index(entry: Mapping, position: int, collections: Sequence[CollectionBands]) -> int:
    name = entry.get("datasource")
    if name is not None:
        for index, collection in enumerate(collections):
            if collection.datasource == str(name):
                return index
    elif position < len(collections):
        return position
    raise _refuse(f"Dataset with id: {position if name is None else name} not found.")


def _band_names(value: Any) -> Tuple[str, ...]:
    if isinstance(value, str) or not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise _refuse("Script must return an array.")
    return tuple(dict.fromkeys(value))


def _unit_of(entry: Mapping, band: str) -> Optional[str]:
    units = entry.get("units")
    if isinstance(units, list):
        names = entry["bands"]
        position = names.index(band)
        if len(units) == 1 and len(names) != 1:
            position = 0
        if len(units) not in (1, len(names)):
            raise _refuse(f"Invalid script! There are {len(names)} bands but {len(units)} units.")
        units = units[position]
    return units if isinstance(units, str) else None


def _checked_unit(entry: Mapping, band: str, collection: CollectionBands) -> str:
    wanted = _unit_of(entry, band)
    if band == DATA_MASK:
        return "DN"
    if band not in collection.default_units:
        raise _refuse(f"Collection '{collection.legacy_name}' has no band '{band}'.")
    default = collection.default_units[band]
    if wanted is None:
        return default
    allowed = collection.allowed_units.get(band, (default,))
    for unit in allowed:
        if unit.upper() == wanted.upper():
            return unit
    raise _refuse(
        f"Invalid script! Band '{band}' of collection '{collection.legacy_name}' requested in unsupported units "
        f"'{wanted}'! Supported units for this band: [{', '.join(allowed)}]."
    )


def _listed(value: Any) -> Sequence[Any]:
    return value if isinstance(value, list) else ()


def _input(entry: Any, position: int, whole: Mapping, collections: Sequence[CollectionBands]) -> ScriptInput:
    if not isinstance(entry, dict):
        raise _refuse("Invalid script! Every input of setup() must be an object with the member 'bands'.")
    index = _datasource_index(entry, position, collections)
    bands = _band_names(entry.get("bands"))
    return ScriptInput(
        datasource_index=index,
        bands=bands,
        units={band: _checked_unit(entry, band, collections[index]) for band in bands},
        want_bounds="bounds" in _listed(entry.get("metadata")),
        mosaicking=_mosaicking(entry.get("mosaicking", whole.get("mosaicking"))),
    )


def _inputs(whole: Mapping, collections: Sequence[CollectionBands]) -> Tuple[ScriptInput, ...]:
    value = whole.get("input")
    if isinstance(value, dict):
        value = [value]
    if not isinstance(value, list) or not value:
        raise _refuse("Invalid script! setup() returned no 'input'.")
    entries: List[Any] = [{"bands": value}] if all(isinstance(entry, str) for entry in value) else value
    inputs = tuple(_input(entry, position, whole, collections) for position, entry in enumerate(entries))
    used = [entry.datasource_index for entry in inputs]
    for index in used:
        if used.count(index) > 1:
            name = collections[index].datasource
            raise _refuse(f"Invalid script! Two inputs of setup() read the dataset with id: {name}.")
    return inputs


def _band_count(value: Any, identifier: str) -> int:
    if isinstance(value, list):
        return len(value)
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 1 <= value <= MAX_BANDS or value % 1:
        raise _refuse(f"Invalid script! Output '{identifier}' needs 'bands', a whole number of at least 1.")
    return int(value)


def _nodata(value: Any) -> Optional[float]:
    if isinstance(value, bool):
        return None
    try:
        return None if value is None else float(value)
    except (TypeError, ValueError):
        return None


def _output_band_names(value: Any, identifier: str) -> Tuple[str, ...]:
    if not isinstance(value, list):
        return ()
    if not value or len(set(map(str, value))) != len(value):
        raise _refuse(f"Invalid script! Output '{identifier}' needs 'bands', at least one name, each of them once.")
    return tuple(str(name) for name in value)


def _output(entry: Any, default_sample_type: str) -> ScriptOutput:
    if not isinstance(entry, dict):
        raise _refuse("Invalid script! Every output of setup() must be an object with the member 'bands'.")
    identifier = str(entry.get("id") or "default")
    sample_type = entry.get("sampleType") or default_sample_type
    if not isinstance(sample_type, str) or sample_type.upper() not in SAMPLE_TYPES:
        raise _refuse(
            f"Invalid script! Output '{identifier}' has the unknown sampleType '{sample_type}'. "
            f"Possible are {', '.join(SAMPLE_TYPES)}."
        )
    return ScriptOutput(
        id=identifier,
        bands=_band_count(entry.get("bands"), identifier),
        sample_type=sample_type.upper(),
        nodata=_nodata(entry.get("nodataValue")),
        band_names=_output_band_names(entry.get("bands"), identifier),
    )


def _outputs(whole: Mapping, default_sample_type: str) -> Tuple[ScriptOutput, ...]:
    value = whole.get("output")
    entries = value if isinstance(value, list) else [value] if isinstance(value, dict) else []
    outputs = tuple(_output(entry, default_sample_type) for entry in entries)
    if not outputs:
        raise _refuse("Invalid script! setup() returned no 'output'.")
    identifiers = [output.id for output in outputs]
    for identifier in identifiers:
        if identifiers.count(identifier) > 1:
            raise _refuse(f"Invalid script! Output '{identifier}' is declared twice.")
    return outputs


def read_setup(
    value: Any, collections: Sequence[CollectionBands], default_sample_type: str = "AUTO"
) -> ScriptSetup:
    """The checked form of what ``setup()`` returned.

    Args:
        value: what it returned.
        collections: of the request.
        default_sample_type: of outputs that name none; FLOAT32 in the Statistical API.

    Raises:
        ScriptRuntimeError: unknown band, unit, data source or sample type, or a malformed object; the service's words
            where they are known.
    """
    if not isinstance(value, dict):
        raise _refuse("Invalid script! setup() must return an object with 'input' and 'output'.")
    return ScriptSetup(_inputs(value, collections), _outputs(value, default_sample_type))
