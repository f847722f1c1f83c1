"""The Process API's request: from the bytes of a client to a validated ``RenderRequest``."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any, Callable, Mapping, Optional, Tuple

from sentinel_workbench.core.model.collection import Collection
from sentinel_workbench.localhub.answers import bad_payload
from sentinel_workbench.localhub.bounds import check_resolution, read_bounds, read_grid
from sentinel_workbench.localhub.instants import parse_rfc3339
from sentinel_workbench.localhub.multipart import read_parts
from sentinel_workbench.localhub.payload import (
    parse_json,
    read_choice,
    read_flag,
    read_list,
    read_number,
    read_object,
    read_text,
)
from sentinel_workbench.localhub.records import HubError, InputData, RenderRequest
from sentinel_workbench.localhub.responses import read_responses

MOSAICKING_ORDERS = ("mostRecent", "leastRecent", "leastCC")
RESAMPLING = ("NEAREST", "BILINEAR", "BICUBIC")
_FILTER_FIELDS = ("timeRange", "mosaickingOrder", "maxCloudCoverage")
_PROCESSING_FIELDS = ("upsampling", "downsampling", "harmonizeValues")
FindCollection = Callable[[str], Optional[Collection]]
"""The collection of a type id or legacy name, or None."""


def read_process_request(
    body: bytes, content_type: str, accept: str, find_collection: FindCollection
) -> RenderRequest:
    """A request to ``/api/v1/process``, validated.

    Args:
        body: as sent.
        content_type: ``application/json`` or ``multipart/form-data``; empty counts as JSON.
        accept: the Accept header; it has priority over ``output.responses[].format``.
        find_collection: looks up a type id or legacy name.

    Raises:
        HubError: in the words of the service.
    """
    document = _read_document(body, content_type)
    source = _required(read_object(document, "input", "input"), "input", "input")
    bounds = _required(read_object(source, "bounds", "input->bounds"), "bounds", "input->bounds")
    bbox, geometry = read_bounds(bounds)
    output = read_object(document, "output", "output") or {}
    grid = read_grid(bbox, output)
    inputs = _read_inputs(source, find_collection)
    evalscript = read_text(document, "evalscript", "evalscript")
    if not evalscript or not evalscript.strip():
        raise bad_payload("`evalscript` must be set.", "evalscript")
    for data, collection in inputs:
        if data.filters.get("previewMode", "DETAIL") == "DETAIL":
            check_resolution(grid, collection)
    responses, container = read_responses(output, accept)
    return RenderRequest(grid, tuple(data for data, _ in inputs), evalscript, responses, geometry, container)


def _required(value: Any, key: str, path: str) -> Any:
    if value is None:
        raise bad_payload(f"`{key}` must be set.", path)
    return value


def _read_document(body: bytes, content_type: str) -> Mapping[str, Any]:
    kind = content_type.split(";")[0].strip().lower()
    if kind in ("", "application/json", "text/json") or kind.endswith("+json"):
        return parse_json(body)
    if kind != "multipart/form-data":
        raise HubError(
            415,
            "COMMON_UNSUPPORTED_MEDIA_TYPE",
            f"Content type '{kind[:60]}' is not supported. Use application/json or multipart/form-data.",
        )
    if not body.strip():
        raise bad_payload("Request body should be non-empty.")
    parts = read_parts(content_type, body)
    document = dict(parse_json(parts.get("request", b"")))
    if "evalscript" in parts:
        try:
            document["evalscript"] = parts["evalscript"].decode("utf-8")
        except UnicodeDecodeError as error:
            raise bad_payload("The part `evalscript` is not UTF-8 text.", "evalscript") from error
    return document


def _read_inputs(
    source: Mapping[str, Any], find_collection: FindCollection
) -> Tuple[Tuple[InputData, Collection], ...]:
    entries = read_list(source, "data", "input->data")
    if not entries:
        raise bad_payload("`data` must have at least one entry.", "input->data")
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
    data = InputData(collection.collection_id, read_text(entry, "id", f"{path}->id"))
    data = _with_processing(_with_filter(data, data_filter, f"{path}->dataFilter"), processing, f"{path}->processing")
    if collection.timeless:
        data = replace(data, time_from=None, time_to=None)
    return data, collection


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
    time_from, time_to = _read_time_range(fields, f"{path}->timeRange")
    cloud = read_number(fields, "maxCloudCoverage", f"{path}->maxCloudCoverage")
    if cloud is not None and not 0 <= cloud <= 100:
        raise bad_payload("`maxCloudCoverage` must be between 0 and 100.", f"{path}->maxCloudCoverage")
    return replace(
        data,
        time_from=time_from,
        time_to=time_to,
        mosaicking_order=read_choice(fields, "mosaickingOrder", f"{path}->mosaickingOrder", MOSAICKING_ORDERS),
        max_cloud_percent=100.0 if cloud is None else cloud,
        filters={**data.filters, **_others(fields, _FILTER_FIELDS)},
    )


def _with_processing(data: InputData, fields: Mapping[str, Any], path: str) -> InputData:
    return replace(
        data,
        upsampling=read_choice(fields, "upsampling", f"{path}->upsampling", RESAMPLING),
        downsampling=read_choice(fields, "downsampling", f"{path}->downsampling", RESAMPLING),
        harmonize=read_flag(fields, "harmonizeValues", f"{path}->harmonizeValues", True),
        filters={**data.filters, **_others(fields, _PROCESSING_FIELDS)},
    )


def _others(fields: Mapping[str, Any], known: Tuple[str, ...]) -> Mapping[str, Any]:
    return {key: value for key, value in fields.items() if key not in known and value is not None}


def _read_time_range(
    fields: Mapping[str, Any], path: str
) -> Tuple[Optional[dt.datetime], Optional[dt.datetime]]:
    period = read_object(fields, "timeRange", path) or {}
    bounds = []
    for key in ("from", "to"):
        text = read_text(period, key, f"{path}->{key}")
        bounds.append(None if text is None else parse_rfc3339(text, f"{path}->{key}"))
    time_from, time_to = bounds
    if time_from is not None and time_to is not None and time_from > time_to:
        raise bad_payload("`from` of the time range must not be after `to`.", path)
    return time_from, time_to
