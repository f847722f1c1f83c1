"""The Process API's request: from the bytes of a client to a validated ``RenderRequest``."""

from __future__ import annotations

from sentinel_workbench.localhub.bounds import check_resolution, read_bounds, read_grid
from sentinel_workbench.localhub.input_data import FindCollection, read_inputs
from sentinel_workbench.localhub.payload import read_object, required
from sentinel_workbench.localhub.records import RenderRequest
from sentinel_workbench.localhub.request_document import read_document, read_evalscript
from sentinel_workbench.localhub.responses import read_responses


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
    document = read_document(body, content_type)
    source = required(read_object(document, "input", "input"), "input", "input")
    bounds = required(read_object(source, "bounds", "input->bounds"), "bounds", "input->bounds")
    bbox, geometry = read_bounds(bounds)
    output = read_object(document, "output", "output") or {}
    grid = read_grid(bbox, output)
    inputs = read_inputs(source, find_collection)
    evalscript = read_evalscript(document, "evalscript")
    for data, collection in inputs:
        if data.filters.get("previewMode", "DETAIL") == "DETAIL":
            check_resolution(grid, collection)
    wanted = read_responses(output, accept)
    return RenderRequest(
        grid=grid,
        inputs=tuple(data for data, _ in inputs),
        evalscript=evalscript,
        responses=wanted.responses,
        geometry=geometry,
        container=wanted.container,
        octet_stream=wanted.octet_stream,
    )
