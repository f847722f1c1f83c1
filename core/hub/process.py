"""Process API bodies, key for key in the order of sentinelhub-py, so that notebooks and QGIS share a cache."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional, Union

from sentinel_workbench.core.model.grid import BBox, PixelGrid, crs_url
from sentinel_workbench.core.model.orders import TAR, DataSource, ImageOrder, Response

FILTER_ORDER = ("acquisitionMode", "polarization", "resolution", "orbitDirection", "timeliness", "demInstance")
PROCESSING_ORDER = ("upsampling", "downsampling")


def _in_order(members: Dict[str, Any], first: tuple) -> Dict[str, Any]:
    names = [name for name in first if name in members] + [name for name in members if name not in first]
    return {name: members[name] for name in names}


def _data_filter(source: DataSource) -> Dict[str, Any]:
    members: Dict[str, Any] = {}
    if source.time_range is not None:
        first, last = source.time_range.wire_bounds()
        members["timeRange"] = {"from": first, "to": last}
    if source.max_cloud_percent is not None:
        members["maxCloudCoverage"] = int(source.max_cloud_percent)
    if source.mosaicking_order is not None:
        members["mosaickingOrder"] = source.mosaicking_order
    return {**members, **_in_order(dict(source.filters), FILTER_ORDER)}


def data_entry(source: DataSource) -> Dict[str, Any]:
    """One entry of ``input.data``."""
    entry: Dict[str, Any] = {"type": source.collection}
    if source.identifier is not None:
        entry["id"] = source.identifier
    data_filter, processing = _data_filter(source), _in_order(dict(source.processing), PROCESSING_ORDER)
    if data_filter:
        entry["dataFilter"] = data_filter
    if processing:
        entry["processing"] = processing
    return entry


Coordinates = Union[float, List["Coordinates"]]  # type: ignore[misc]


def _plain(coordinates: Any) -> Coordinates:
    """Nested lists of floats, whatever sequences and numbers they were."""
    if isinstance(coordinates, (list, tuple)):
        return [_plain(item) for item in coordinates]
    return float(coordinates)


def bounds(bbox: BBox, geometry: Optional[Mapping[str, Any]]) -> Dict[str, Any]:
    """The member ``bounds``; ``geometry`` is GeoJSON in the CRS of ``bbox``."""
    members: Dict[str, Any] = {"properties": {"crs": crs_url(bbox.crs)}, "bbox": list(bbox.corners)}
    if geometry is not None:
        members["geometry"] = {"type": geometry["type"], "coordinates": _plain(geometry["coordinates"])}
    return members


def build_payload(order: ImageOrder, grid: Optional[PixelGrid] = None) -> Dict[str, Any]:
    """The JSON body of one request.

    Args:
        order: what is asked.
        grid: a part of the order's grid, when it is split; else the whole.
    """
    grid = grid or order.grid
    sources = [data_entry(source) for source in order.sources]
    responses = [_response(response) for response in order.responses]
    return {
        "input": {"bounds": bounds(grid.bbox, order.geometry), "data": sources},
        "evalscript": order.evalscript,
        "output": {"responses": responses, "width": grid.width, "height": grid.height},
    }


def _response(response: Response) -> Dict[str, Any]:
    quality = {} if response.quality is None else {"quality": response.quality}
    return {"identifier": response.identifier, "format": {"type": response.mime, **quality}}


def accept_header(order: ImageOrder) -> str:
    """The single response's type, or TAR for several."""
    return order.responses[0].mime if len(order.responses) == 1 else TAR
