"""``input.data`` of a request: which scenes of which collections it means, and how they are read."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Callable, Mapping, Optional, Tuple

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.data_options import check_combination, read_options
from sentinel_workbench.localhub.instants import parse_rfc3339
from sentinel_workbench.localhub.payload import (
    read_choice,
    read_flag,
    read_list,
    read_number,
    read_object,
    read_text,
)
from sentinel_workbench.localhub.records import HubError, InputData

MOSAICKING_ORDERS = ("mostRecent", "leastRecent", "leastCC")
RESAMPLING = ("NEAREST", "BILINEAR", "BICUBIC")
MAX_ENTRIES = 50
FindCollection = Callable[[str], Optional[Collection]]
"""The collection of a type id or legacy name, or None."""


def read_inputs(
    source: Mapping[str, Any], find_collection: FindCollection
) -> Tuple[Tuple[InputData, Collection], ...]:
    """The entries of ``data`` in the request's ``input``, each with its collection.

    Raises:
        HubError: in the words of the service.
    """
    entries = read_list(source, "data", "input->data")
    if not entries:
        raise bad_payload("`data` must have at least one entry.", "input->data")
    if len(entries) > MAX_ENTRIES:
        raise bad_payload(f"`data` must have at most {MAX_ENTRIES} entries.", "input->data")
    inputs = []
    for index, entry in enumerate(entries):
        path = f"input->data[{index}]"
        if not isinstance(entry, dict):
            raise bad_payload("An entry of `data` must be an object.", path)
        inputs.append(_read_input(entry, path, find_collection))
    return tuple(inputs)


def _read_input(
    entry: Mapping[str, Any], path: str, find_collection: FindCollection
) -> Tuple[InputData, Collection]:
    collection = _read_collection(entry, path, find_collection)
    data_filter = read_object(entry, "dataFilter", f"{path}->dataFilter") or {}
    processing = read_object(entry, "processing", f"{path}->processing") or {}
    options = {
        **read_options(collection, data_filter, "dataFilter", f"{path}->dataFilter"),
        **read_options(collection, processing, "processing", f"{path}->processing"),
    }
    check_combination(options, path)
    data = InputData(collection.collection_id, read_text(entry, "id", f"{path}->id"), filters=options)
    data = _with_filter(data, data_filter, f"{path}->dataFilter")
    data = _with_processing(data, processing, f"{path}->processing")
    return _as_the_collection_allows(data, collection), collection


def _as_the_collection_allows(data: InputData, collection: Collection) -> InputData:
    """Without the settings that have no effect on the collection."""
    if collection.timeless:
        data = replace(data, time_from=None, time_to=None)
    if collection.upsampling_only:
        data = replace(data, downsampling=data.upsampling)
    return data


def _read_collection(entry: Mapping[str, Any], path: str, find_collection: FindCollection) -> Collection:
    name = read_text(entry, "type", f"{path}->type")
    if not name:
        raise bad_payload("`type` must be set.", f"{path}->type")
    collection = find_collection(name)
    if collection is not None:
        return collection
    for prefix in ("byoc-", "batch-", "zarr-"):
        if name.startswith(prefix):
            raise HubError(404, "COMMON_NOT_FOUND", f"Collection {name[len(prefix):][:100]} not found.")
    raise bad_payload(f"The collection type '{name[:100]}' is not known to this service.", f"{path}->type")


def _with_filter(data: InputData, fields: Mapping[str, Any], path: str) -> InputData:
    time_from, time_to = read_time_range(fields, f"{path}->timeRange")
    cloud = read_number(fields, "maxCloudCoverage", f"{path}->maxCloudCoverage")
    if cloud is not None and not 0 <= cloud <= 100:
        raise bad_payload("`maxCloudCoverage` must be between 0 and 100.", f"{path}->maxCloudCoverage")
    return replace(
        data,
        time_from=time_from,
        time_to=time_to,
        mosaicking_order=read_choice(fields, "mosaickingOrder", f"{path}->mosaickingOrder", MOSAICKING_ORDERS),
        max_cloud_percent=100.0 if cloud is None else cloud,
    )


def _with_processing(data: InputData, fields: Mapping[str, Any], path: str) -> InputData:
    return replace(
        data,
        upsampling=read_choice(fields, "upsampling", f"{path}->upsampling", RESAMPLING),
        downsampling=read_choice(fields, "downsampling", f"{path}->downsampling", RESAMPLING),
        harmonize=read_flag(fields, "harmonizeValues", f"{path}->harmonizeValues", True),
    )


def read_time_range(
    fields: Mapping[str, Any], path: str
) -> Tuple[Optional[dt.datetime], Optional[dt.datetime]]:
    """``timeRange`` of ``fields``; None for a bound that is not given."""
    period = read_object(fields, "timeRange", path) or {}
    bounds = []
    for key in ("from", "to"):
        text = read_text(period, key, f"{path}->{key}")
        bounds.append(None if text is None else parse_rfc3339(text, f"{path}->{key}"))
    time_from, time_to = bounds
    if time_from is not None and time_to is not None and time_from > time_to:
        raise bad_payload("`from` of the time range must not be after `to`.", path)
    return time_from, time_to
