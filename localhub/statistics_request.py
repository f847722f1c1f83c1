"""The Statistical API's request: from the bytes of a client to a validated ``StatisticsRequest``."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Mapping, Optional, Tuple

from sentinel_workbench.core.model.grid import PixelGrid
from sentinel_workbench.localhub.bounds import check_resolution, read_bounds, read_grid
from sentinel_workbench.localhub.calculations import OutputCalculations, read_calculations
from sentinel_workbench.localhub.input_data import FindCollection, read_inputs
from sentinel_workbench.localhub.intervals import Interval, read_intervals
from sentinel_workbench.localhub.payload import read_object, required
from sentinel_workbench.localhub.records import InputData
from sentinel_workbench.localhub.request_document import read_document, read_evalscript


@dataclass(frozen=True)
class StatisticsRequest:
    """A validated Statistical API request; a ``PixelRequest``.

    Attributes:
        grid: bbox, CRS and size of the image whose pixels are counted.
        inputs: at least one; their times are replaced interval by interval.
        timeless: of each input, whether its collection has no time.
        evalscript: text as sent.
        intervals: ascending, adjoining.
        calculations: by output id or ``default``.
        geometry: GeoJSON (Multi)Polygon in the grid's CRS, or None.
    """

    grid: PixelGrid
    inputs: Tuple[InputData, ...]
    timeless: Tuple[bool, ...]
    evalscript: str
    intervals: Tuple[Interval, ...]
    calculations: Mapping[str, OutputCalculations] = field(default_factory=dict)
    geometry: Optional[Mapping[str, Any]] = None

    def during(self, interval: Interval) -> StatisticsRequest:
        """The same request for the scenes of one interval."""
        inputs = tuple(
            data if timeless else replace(data, time_from=interval.start, time_to=interval.last_moment)
            for data, timeless in zip(self.inputs, self.timeless)
        )
        return replace(self, inputs=inputs, intervals=(interval,))


def read_statistics_request(
    body: bytes, content_type: str, find_collection: FindCollection
) -> StatisticsRequest:
    """A request to ``/api/v1/statistics``, validated.

    Args:
        body: as sent.
        content_type: ``application/json`` or ``multipart/form-data``; empty counts as JSON.
        find_collection: looks up a type id or legacy name.

    Raises:
        HubError: in the words of the service.
    """
    document = read_document(body, content_type)
    source = required(read_object(document, "input", "input"), "input", "input")
    bounds = required(read_object(source, "bounds", "input->bounds"), "bounds", "input->bounds")
    bbox, geometry = read_bounds(bounds)
    inputs = read_inputs(source, find_collection)
    aggregation = required(read_object(document, "aggregation", "aggregation"), "aggregation", "aggregation")
    intervals = read_intervals(aggregation)
    grid = read_grid(bbox, aggregation, "aggregation")
    for _, collection in inputs:
        check_resolution(grid, collection)
    return StatisticsRequest(
        grid,
        tuple(data for data, _ in inputs),
        tuple(collection.timeless for _, collection in inputs),
        _read_script(document, aggregation),
        intervals,
        read_calculations(document),
        geometry,
    )


def _read_script(document: Mapping[str, Any], aggregation: Mapping[str, Any]) -> str:
    """The script of the aggregation; a form may bring it as a part of its own."""
    if aggregation.get("evalscript") is None and "evalscript" in document:
        return read_evalscript(document, "evalscript")
    return read_evalscript(aggregation, "aggregation->evalscript")
