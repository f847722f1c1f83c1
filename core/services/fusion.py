"""Further inputs of an order (data fusion) as text, a JSON list as in ``input.data``; and a first script for them."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, List, Sequence, Tuple

from sentinel_workbench.core.errors import InvalidInput
from sentinel_workbench.core.evalscript.generating import generate_fusion_script
from sentinel_workbench.core.hub.payload_reading import read_source
from sentinel_workbench.core.hub.process import data_entry
from sentinel_workbench.core.model.collection_options import FILTER, PROCESSING, check_options
from sentinel_workbench.core.model.orders import DataSource
from sentinel_workbench.core.services.checks import known_collection
from sentinel_workbench.core.services.order_making import make_source

_FIELD = "further collections"
_USUAL = ("B04", "B08")
_ADVICE = 'Write [{"type": "sentinel-1-grd", "id": "S1", "dataFilter": {"orbitDirection": "ASCENDING"}}].'


def read_further(text: str) -> Tuple[DataSource, ...]:
    """The inputs that ``text`` lists, without time ranges: those are the order's.

    Args:
        text: a list of entries or a single one; empty for none.

    Raises:
        InvalidInput: not readable, or a setting the collection does not take.
    """
    if not text.strip():
        return ()
    try:
        entries = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(_FIELD, f"The further collections are not valid JSON: {error}.", _ADVICE) from error
    listed = entries if isinstance(entries, list) else [entries]
    return tuple(_read_entry(entry, f"further collection {number}") for number, entry in enumerate(listed, start=1))


def write_further(sources: Sequence[DataSource]) -> str:
    """The text ``read_further`` reads; empty for none."""
    entries = [data_entry(replace(source, time_range=None)) for source in sources]
    return json.dumps(entries) if entries else ""


def begin_script(sources: Sequence[DataSource]) -> str:
    """A first script that reads every source, by its id or else by the collection's short name."""
    taken: List[str] = []
    inputs = []
    for source in sources:
        name = source.identifier or _short_name(source)
        while name in taken:
            name += "b"
        taken.append(name)
        inputs.append((name, _first_bands(source)))
    return generate_fusion_script(inputs)


def _short_name(source: DataSource) -> str:
    collection = known_collection(source)
    return collection.legacy_name if collection else "own"


def _first_bands(source: DataSource) -> Sequence[str]:
    """Red and near infrared, else the first band."""
    collection = known_collection(source)
    names = [band.name for band in collection.bands] if collection else []
    return [name for name in _USUAL if name in names] or names[:1] or ["B1"]


def _read_entry(entry: Any, path: str) -> DataSource:
    source = read_source(entry, path)
    if source.time_range is not None:
        raise InvalidInput(_FIELD, f"{path} has a time range of its own.", "Leave it out: the slots give the time.")
    collection = known_collection(source)
    if collection is None:
        return source
    filters, processing = check_options({FILTER: source.filters, PROCESSING: source.processing}, collection)
    return make_source(
        collection, source.mosaicking_order, source.max_cloud_percent, filters, processing, source.identifier
    )
